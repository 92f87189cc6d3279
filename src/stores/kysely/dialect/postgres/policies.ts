/** What a name is in an expression of PostgreSQL's. */
const name = '(?:([a-z_][\\w$]*)|"((?:[^"]|"")+)")'
/** Parentheses and casts behind it. */
const behind = '(?:\\)|::[a-z][a-z ]*(?:\\(\\d+\\))?)*'

/** A column before the sign, which is no argument of a function. */
const before = new RegExp(`(?:^|[^\\w"(.])\\(*${name}${behind}$`)
const after = new RegExp(`^\\(*${name}${behind}(?![\\w(.])`)

/** A function, a query or a setting of the session: neither a column nor a literal. */
const isCallBefore = /(?:\)|\b(?:current_user|session_user|current_role|user))(?:\)|::[a-z][a-z ]*)*$/i
const isCallAfter =
  /^[\s(]*(?:(?:[a-z_][\w$]*|"[^"]+")(?:\.(?:[a-z_][\w$]*|"[^"]+"))?\(|select\b|current_|session_user|case\b)/i

/** The columns that policies of row-level security compare with something that is said of the session. */
export function columnsOfPolicies(
  policies: readonly string[],
  columns: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): readonly string[] {
  const found = new Set<string>()
  for (const policy of policies) {
    // What is in a literal is no name.
    const parts = policy.replaceAll(/'(?:[^']|'')*'/g, "''").split(/\s+=\s+/)
    for (const [index, left] of parts.slice(0, -1).entries()) {
      const right = (parts[index + 1] ?? '').trimStart()
      const own = nameIn(before, left)
      const other = nameIn(after, right)
      if (own !== undefined && columns.has(own) && isCallAfter.test(right)) found.add(own)
      else if (other !== undefined && columns.has(other) && isCallBefore.test(left)) found.add(other)
    }
  }
  return [...found]
}

function nameIn(pattern: RegExp, text: string): string | undefined {
  const match = pattern.exec(text)
  return match?.[1] ?? match?.[2]?.replaceAll('""', '"')
}
