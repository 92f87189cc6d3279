/** A name as SQL, whatever letters it has. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The name of a table, with its schema before a dot where it has one, as SQL. */
export function quotedTable(name: string): string {
  return name.split('.').map(quoted).join('.')
}

/** The table that the entries of a request log are found by: whom and what they are about. */
export function logKeysOf(table: string): string {
  return `${table}_keys`
}
