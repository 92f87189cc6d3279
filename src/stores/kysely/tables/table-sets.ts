import { didYouMean, showName } from '../../../protocol/index.js'
import { kyselyConnections } from '../connections/connections.js'
import { databaseOf } from '../database/connect.js'
import type { SqlMigration } from '../dialect/migration.js'
import type { OwnNames } from '../dialect/names.js'
import { defaultNames, ownTable } from '../dialect/names.js'
import type { OwnTablesVersion } from '../dialect/own-tables.js'
import type { SchemaDialect } from '../dialect/schema.js'
import { eventsTableIn } from '../outbox/events-table.js'
import { kyselyRequestLog } from '../request-log/request-log.js'
import type { Database } from '../sql/query.js'
import { kyselyWalks } from '../walks/walks.js'
import { scimTables } from './scim-tables.js'

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
  use(names: OwnNames, tables: readonly string[], service: { readonly groupNames: 'unique' | 'any' }): string
  /** Creates them, or brings them up to date; those of `scimTables` do so together. */
  readonly migrate: (db: Database, names: OwnNames) => Promise<void>
}

/** Tables by what the command line calls them, in the order in which they are created: others are one more entry. */
export const tableSets: Readonly<Record<string, TableSet>> = {
  users: resourceTables('users'),
  groups: resourceTables('groups'),
  events: {
    ...tablesNamed('events', 1, (schema) => schema.eventsTable, 'deliverEvents(db, handlers'),
    migrate: (db, names) => eventsTableIn(databaseOf(db), ownTable(names, 'events'), names.schema).migrate(),
  },
  log: {
    ...tablesNamed('request_log', 1, (schema) => schema.requestLogTables, 'kyselyRequestLog(db'),
    migrate: (db, names) => kyselyRequestLog(db, { table: ownTable(names, 'request_log') }).migrate(),
  },
  connections: {
    since: 3,
    versions: ({ schema, names }) => schema.connectionTables(names).map((one) => [one]),
    use: (names) => `kyselyConnections(db${optionsOf(names)})`,
    migrate: (db, names) => kyselyConnections(db, nameOptions(names)).migrate(),
  },
  walks: {
    since: 4,
    versions: ({ schema, names }) => schema.walkTable(names).map((one) => [one]),
    use: (names) => `kyselyWalks(db${optionsOf(names)})`,
    migrate: (db, names) => kyselyWalks(db, nameOptions(names)).migrate(),
  },
}

/**
 * Names of {@link tableSets} that may be wrong, in the order in which they are created, each once.
 *
 * @throws TypeError
 */
export function readTableNames(given: readonly string[]): readonly string[] {
  const known = Object.keys(tableSets)
  const unknown = given.find((table) => !known.includes(table))
  if (unknown !== undefined)
    throw new TypeError(
      `--tables must be of ${known.join(', ')}; there is no "${showName(unknown)}"${didYouMean(unknown, known)}`,
    )
  return known.filter((table) => given.includes(table))
}

/** The tables of `scimTables`; a service may do with those of users. */
function resourceTables(kind: 'users' | 'groups'): TableSet {
  return {
    since: 1,
    versions: ({ own }) => own.map((version) => [version.shared, version[kind]]),
    use(names, tables, { groupNames }) {
      const outbox = tables.includes('events') ? ['outbox: true'] : []
      const any = groupNames === 'any' ? ["groupNames: 'any'"] : []
      return `scimTables(db${optionsOf(names, ...outbox, ...any)})`
    },
    migrate: migrateResources,
  }
}

function migrateResources(db: Database, names: OwnNames): Promise<void> {
  return scimTables(db, nameOptions(names)).migrate()
}

/** Names as options. */
export function nameOptions({ schema, prefix }: OwnNames) {
  return { prefix, ...(schema !== undefined && { schema }) }
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
): Omit<TableSet, 'migrate'> {
  return {
    since,
    versions: ({ schema, names }) => migrations(schema)(ownTable(names, what)).map((one) => [one]),
    use(names) {
      const table = ownTable(names, what)
      return table === ownTable(defaultNames, what) ? `${call})` : `${call}, { table: '${table}' })`
    },
  }
}
