import type { LogLocale } from '../log/index.js'
import { germanMessages } from './messages/de.js'
import type { PortalMessages } from './messages/en.js'
import { englishMessages } from './messages/en.js'

/** A language that pages are written in. */
export interface Language {
  /** Such as `en` (BCP 47). */
  readonly tag: string
  /** Its own name, such as `Deutsch`. */
  readonly name: string
  readonly messages: PortalMessages
  /** The language of the log's sentences and of the guide. */
  readonly texts: LogLocale
}

const shipped: readonly Language[] = [
  { tag: 'en', name: 'English', messages: englishMessages, texts: 'en' },
  { tag: 'de', name: 'Deutsch', messages: germanMessages, texts: 'de' },
]

/** The languages that are shipped, with those of the host over and beside them. */
export function languagesWith(own: Readonly<Record<string, PortalMessages>> = {}): readonly Language[] {
  const languages = new Map(shipped.map((language) => [language.tag, language]))
  for (const [tag, messages] of Object.entries(own)) {
    const known = languages.get(tag)
    const name = known?.name ?? new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
    languages.set(tag, { tag, name, messages, texts: known?.texts ?? 'en' })
  }
  return [...languages.values()]
}

interface Wish {
  readonly tag: string
  readonly weight: number
}

/** The tags of an `Accept-Language` header (RFC 9110 section 12.5.4), the most wanted first. */
function wishes(header: string): readonly Wish[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
      return { tag, weight: weight === undefined ? 1 : Number(weight) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
}

/** The language of a visitor: the one that they have chosen, else the best that their browser asks for. */
export function chooseLanguage(
  languages: readonly Language[],
  chosen: string | undefined,
  acceptLanguage: string | undefined,
): Language {
  const find = (tag: string) => languages.find((language) => language.tag.toLowerCase() === tag)
  const known = chosen === undefined ? undefined : find(chosen)
  if (known) return known
  for (const { tag } of wishes(acceptLanguage ?? '')) {
    const found = find(tag) ?? find(tag.split('-')[0] ?? '')
    if (found) return found
  }
  return languages[0] ?? { tag: 'en', name: 'English', messages: englishMessages, texts: 'en' }
}
