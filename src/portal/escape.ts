/*! Contains hono/html (https://hono.dev). MIT License, Copyright (c) 2021 - present, Yusuke Wada and Hono contributors */
import { html as escaping, raw } from 'hono/html'

/** HTML that is safe to send: made by {@link html}, which escapes every value that is not HTML itself. */
export type Html = ReturnType<typeof raw>

/** What may stand in HTML. An object from outside is none of these, whatever members it has. */
export type HtmlContent = Html | string | number | false | undefined | readonly HtmlContent[]

/** Makes HTML of a template: values are escaped, HTML is kept. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlContent[]): Html {
  const made = escaping(strings, ...values)
  if (made instanceof Promise) throw new TypeError('HTML must not wait for a value')
  return made
}

/** Text of this package's own, such as its style sheet, that must not be escaped. */
export function trusted(text: string): Html {
  return raw(text)
}

/** Characters that are obeyed and not seen, but for the joiners that some scripts need. */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Text from an identity provider, to be shown on a page: what cannot be seen is written out, so that a name cannot turn
 * the writing of what stands beside it.
 */
export function shown(text: string): string {
  return text.replace(unseen, (character) =>
    character === '\n' || character === '\t'
      ? ' '
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
