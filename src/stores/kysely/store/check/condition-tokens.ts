const token =
  /\s*(?:([A-Za-z_][\w$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d+)?)|(::|<>|!=|[=()[\],.]))/y

/** A part of a condition: an unquoted word in lower case, a quoted name, a literal, or a sign. */
export interface ConditionToken {
  readonly kind: 'word' | 'name' | 'text' | 'sign'
  readonly text: string
}

/** The parts of a condition in SQL; undefined where it has one of another kind. */
export function tokensOf(condition: string): readonly ConditionToken[] | undefined {
  const tokens: ConditionToken[] = []
  token.lastIndex = 0
  const end = condition.trimEnd().length
  for (let at = 0; at < end; at = token.lastIndex) {
    const match = token.exec(condition)
    if (!match) return undefined
    const [, word, name, text, number, sign] = match
    if (word !== undefined) tokens.push({ kind: 'word', text: word.toLowerCase() })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('""', '"') })
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'") })
    else if (number !== undefined) tokens.push({ kind: 'text', text: number })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}
