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

/** The tables of connections, in a schema where one is given. */
export function connectionTableNames(schema: string | undefined) {
  const inSchema = (name: string) => (schema === undefined ? name : `${schema}.${name}`)
  return {
    connections: inSchema('scim_connections'),
    tokens: inSchema('scim_tokens'),
    clients: inSchema('scim_clients'),
    assertions: inSchema('scim_assertions'),
    links: inSchema('scim_links'),
    guestLinks: inSchema('scim_guest_links'),
  }
}
