import type { SqlMigration } from '../dialect/migration.js'
import type { OwnNames } from '../dialect/names.js'
import { defaultNames, ownTable } from '../dialect/names.js'
import type { OwnTablesVersion } from '../dialect/own-tables.js'
import type { SchemaDialect } from '../dialect/schema.js'

/** What tables are made from. */
export interface TableSource {
  readonly schema: SchemaDialect
  readonly names: OwnNames
  /** The versions of the tables that users and groups are in, which share something. */
  readonly own: readonly OwnTablesVersion[]
}

/** Tables of scimkit's own that belong together. */
export interface TableSet {
  /** The version of scimkit's tables that they came with. */
  readonly since: number
  /** What each version from that one on does to them. */
  versions(source: TableSource): readonly (readonly SqlMigration[])[]
  /** How a service uses them, given all the tables that there are. */
  use(names: OwnNames, tables: readonly string[]): string
}

/** Tables by what `scimkit sql` calls them, in the order in which they are created: others are one more entry. */
export const tableSets: Readonly<Record<string, TableSet>> = {
  users: resourceTables('users'),
  groups: resourceTables('groups'),
  events: tablesNamed('events', 1, (schema) => schema.eventsTable, 'deliverEvents(db, handlers'),
  log: tablesNamed('request_log', 1, (schema) => schema.requestLogTables, 'kyselyRequestLog(db'),
  connections: {
    since: 3,
    versions: ({ schema, names }) => schema.connectionTables(names).map((one) => [one]),
    use: (names) => `kyselyConnections(db${optionsOf(names)})`,
  },
}

/** The tables of `scimTables`; a service may do with those of users. */
function resourceTables(kind: 'users' | 'groups'): TableSet {
  return {
    since: 1,
    versions: ({ own }) => own.map((version) => [version.shared, version[kind]]),
    use: (names, tables) =>
      `scimTables(db${optionsOf(names, ...(tables.includes('events') ? ['outbox: true'] : []))})`,
  }
}

/** The options that tables under these names have, behind the database. */
function optionsOf({ schema, prefix }: OwnNames, ...more: readonly string[]): string {
  const options = [
    ...(schema === undefined ? [] : [`schema: '${schema}'`]),
    ...(prefix === defaultNames.prefix ? [] : [`prefix: '${prefix}'`]),
    ...more,
  ]
  return options.length === 0 ? '' : `, { ${options.join(', ')} }`
}

/**
 * Tables whose migrations follow from one name.
 *
 * @param call how they are used, up to an option `table` and the end.
 */
function tablesNamed(
  what: string,
  since: number,
  migrations: (schema: SchemaDialect) => (table: string) => readonly SqlMigration[],
  call: string,
): TableSet {
  return {
    since,
    versions: ({ schema, names }) => migrations(schema)(ownTable(names, what)).map((one) => [one]),
    use(names) {
      const table = ownTable(names, what)
      return table === ownTable(defaultNames, what) ? `${call})` : `${call}, { table: '${table}' })`
    },
  }
}
