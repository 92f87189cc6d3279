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
 * The JSON of a value. What {@link flawOf} finds in its texts, which a store may hand out, becomes U+FFFD, as
 * `TextEncoder` has it for lone surrogates: many parsers and databases refuse it even when it is escaped, and clients
 * that send back what they have read would be refused too.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!json.includes('\\u')) return json
  return json.replace(/\\(?:ud[89a-f][\da-f]{2}|u0000|.)/g, (escaped) =>
    escaped.length === 6 ? '\\ufffd' : escaped,
  )
}
