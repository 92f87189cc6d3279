import { de } from './de.js'
import type { LogTexts } from './en.js'
import { en } from './en.js'

/** The languages in which the log speaks. */
export type LogLocale = 'en' | 'de'

const texts: Readonly<Record<LogLocale, LogTexts>> = { en, de }

/** @throws TypeError for a language that there is not. */
export function textsIn(locale: LogLocale): LogTexts {
  if (!Object.hasOwn(texts, locale)) throw new TypeError('log: locale must be "en" or "de"')
  return texts[locale]
}
