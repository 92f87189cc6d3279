import { sql } from 'kysely'
import type { Sql } from '../sql/sql.js'

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

/** Where scimkit's own tables are, and what their names begin with. */
export interface OwnNames {
  /** Undefined: the first of the search path. */
  readonly schema: string | undefined
  readonly prefix: string
}

export const defaultNames: OwnNames = { schema: undefined, prefix: 'scim_' }

/** The longest prefix: with what follows it, every name stays below the 63 bytes that PostgreSQL keeps of one. */
const maxPrefix = 32

/**
 * The names of tables as a host has chosen them.
 *
 * @param whose what the message begins with.
 * @throws TypeError for what is no plain name.
 */
export function readNames(
  whose: string,
  { schema, prefix = defaultNames.prefix }: { readonly schema?: unknown; readonly prefix?: unknown },
): OwnNames {
  if (schema !== undefined && !(typeof schema === 'string' && /^[A-Za-z_]\w{0,62}$/.test(schema)))
    throw new TypeError(
      `${whose}schema must be a name of letters, digits and underscores that begins with no digit, of 63 characters at most`,
    )
  if (!(typeof prefix === 'string' && prefix.length <= maxPrefix && /^[a-z_][a-z\d_]*$/.test(prefix)))
    throw new TypeError(
      `${whose}prefix must be of small letters, digits and underscores and begin with no digit, of ${maxPrefix} characters at most, such as ${defaultNames.prefix}`,
    )
  return { schema, prefix }
}

/**
 * Refuses a schema where the database has none. What SQLite calls one is another file: its rows would be written in no one
 * transaction with those of the main file when the power fails, and checks do not see it.
 *
 * @param option what has the schema, as the host calls it.
 * @throws TypeError
 */
export function assertHasSchemas(
  whose: string,
  { label, hasSchemas }: { readonly label: string; readonly hasSchemas: boolean },
  schema: string | undefined,
  option = 'schema',
): void {
  if (schema !== undefined && !hasSchemas)
    throw new TypeError(`${whose}${label} has no schemas: leave ${option} out`)
}

/** {@link assertHasSchemas} of the name of a table. */
export function assertTableSchema(
  whose: string,
  database: { readonly label: string; readonly hasSchemas: boolean },
  table: string,
  option = 'table',
): void {
  const schema = table.includes('.') ? table.slice(0, table.lastIndexOf('.')) : undefined
  assertHasSchemas(whose, database, schema, `"${schema}." of ${option}`)
}

/** The name of one of scimkit's own tables, with its schema before a dot: `scim_users` for `users`. */
export function ownTable({ schema, prefix }: OwnNames, what: string): string {
  return schema === undefined ? `${prefix}${what}` : `${schema}.${prefix}${what}`
}

/** The name of a table, an index or a function of scimkit's own as SQL. */
export function ownName(names: OwnNames, what: string): Sql {
  const { schema } = names
  return schema === undefined
    ? ownLocalName(names, what)
    : sql`${sql.id(schema)}.${ownLocalName(names, what)}`
}

/** The same without the schema, as indexes are named that are created. */
export function ownLocalName({ prefix }: OwnNames, what: string): Sql {
  // Of letters that need no quotes.
  return sql.raw(`${prefix}${what}`)
}

/** The tables of connections. */
export function connectionTableNames(names: OwnNames) {
  return {
    connections: ownTable(names, 'connections'),
    tokens: ownTable(names, 'tokens'),
    clients: ownTable(names, 'clients'),
    assertions: ownTable(names, 'assertions'),
    links: ownTable(names, 'links'),
    guestLinks: ownTable(names, 'guest_links'),
  }
}
