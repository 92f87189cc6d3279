/** A column behind the sign, with parentheses and casts around it, which is no function that is called. */
const after = /^\(*(?:([a-z_][\w$]*)|"((?:[^"]|"")+)")(?:\)|::[a-z][a-z ]*(?:\(\d+\))?)*(?![\w(.])/

/** A function, a query or a setting of the session: neither a column nor a literal. */
const isCallAfter =
  /^[\s(]*(?:(?:[a-z_][\w$]*|"[^"]+")(?:\.(?:[a-z_][\w$]*|"[^"]+"))?\(|select\b|current_|session_user|case\b)/i
const sessionWords = new Set(['current_user', 'session_user', 'current_role', 'user'])

/** The columns that policies of row-level security compare with something that is said of the session. */
export function columnsOfPolicies(
  policies: readonly string[],
  columns: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): readonly string[] {
  const found = new Set<string>()
  for (const policy of policies) {
    // What is in a literal is no name.
    const plain = policy.split("'").filter((_, index) => index % 2 === 0)
    const parts = plain.join("''").split(' = ')
    for (const [index, left] of parts.slice(0, -1).entries()) {
      const right = (parts[index + 1] ?? '').trimStart()
      const own = nameAtEnd(left)
      const other = nameAtStart(right)
      if (own !== undefined && columns.has(own) && isCallAfter.test(right)) found.add(own)
      else if (other !== undefined && columns.has(other) && isCallAtEnd(left)) found.add(other)
    }
  }
  return [...found]
}

function nameAtStart(text: string): string | undefined {
  const match = after.exec(text)
  return match?.[1] ?? match?.[2]?.replaceAll('""', '"')
}

/** The column that a text ends with, with parentheses and casts around it, which is no argument of a function. */
function nameAtEnd(text: string): string | undefined {
  const end = withoutCasts(text)
  const start = end.endsWith('"') ? end.lastIndexOf('"', end.length - 2) : startOfWord(end)
  if (start < 0 || start === end.length) return undefined
  let from = start
  while (end.charAt(from - 1) === '(') from -= 1
  if (/[\w".]/.test(end.charAt(from - 1))) return undefined
  return end.endsWith('"') ? end.slice(start + 1, -1) : end.slice(start)
}

/** Whether a text ends with what a session says: a call, or one of SQL's own words. */
function isCallAtEnd(text: string): boolean {
  if (text.trimEnd().endsWith(')')) return true
  const end = withoutCasts(text)
  return end.endsWith(')') || sessionWords.has(end.slice(startOfWord(end)).toLowerCase())
}

/** A text without the parentheses and casts at its end. */
function withoutCasts(text: string): string {
  let end = text.trimEnd()
  for (;;) {
    const cast = end.lastIndexOf('::')
    if (cast >= 0 && /^[a-z][a-z ]*(?:\(\d+\))?$/i.test(end.slice(cast + 2))) end = end.slice(0, cast)
    else if (end.endsWith(')')) end = end.slice(0, -1)
    else return end
  }
}

function startOfWord(text: string): number {
  let start = text.length
  while (start > 0 && /[\w$]/.test(text.charAt(start - 1))) start -= 1
  return start
}
