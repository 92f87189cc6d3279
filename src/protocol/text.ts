/** What keeps a text from being stored and sent everywhere, in words; undefined for a text that has none of it. */
export function flawOf(text: string): string | undefined {
  // Half of a pair has no UTF-8, and PostgreSQL has no U+0000.
  if (!text.isWellFormed()) return 'is not well-formed Unicode: it has a lone surrogate'
  return text.includes('\0') ? 'has the character U+0000, which cannot be stored' : undefined
}

/** Whether a JSON text may hold a text that {@link flawOf} finds something in; false for nearly every other one. */
export function mayBeFlawed(json: string): boolean {
  if (!json.isWellFormed()) return true
  return json.includes('\\u') && /\\u(?:[dD][89a-fA-F]|0000)/.test(json)
}

/**
 * The JSON of a value. Lone surrogates, which a store may hand out and which many parsers refuse even when they are
 * escaped, become U+FFFD, as `TextEncoder` has it.
 */
export function toJson(value: object): string {
  const json = JSON.stringify(value)
  if (!json.includes('\\ud')) return json
  return json.replace(/\\(?:ud[89a-f][\da-f]{2}|.)/g, (escaped) =>
    escaped.length === 6 ? '\\ufffd' : escaped,
  )
}
