import type { Words } from './provider.js'
import type { GuideLocale, GuidePart, GuideText } from './types.js'

/** What stands in the place of `{name}` in texts. */
export type Fillings = Readonly<Record<string, string>>

/** A text in one language, in pieces. What is filled in is never read as markup. */
export function guideText(words: Words, locale: GuideLocale, fillings: Fillings): GuideText {
  const parts: GuidePart[] = []
  // The pieces between markers: every second one is inside of a pair.
  for (const [index, outer] of words[locale].split('**').entries()) {
    if (index % 2 === 1) add(parts, 'ui', outer, fillings)
    else
      for (const [inner, piece] of outer.split('`').entries())
        add(
          parts,
          inner % 2 === 1 ? 'code' : 'text',
          inner % 2 === 1 ? piece : piece.replaceAll('*', ''),
          fillings,
        )
  }
  return parts
}

function add(parts: GuidePart[], kind: GuidePart['kind'], text: string, fillings: Fillings): void {
  if (text !== '') parts.push({ kind, text: fill(text, fillings) })
}

/** A text with its placeholders filled in. */
export function fill(text: string, fillings: Fillings): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (all, name: string) =>
    Object.hasOwn(fillings, name) ? (fillings[name] ?? all) : all,
  )
}
