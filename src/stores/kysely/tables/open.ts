import type { UnknownObject } from '../../../protocol/index.js'
import type { User } from '../../../schema/index.js'
import { compileResourceType, userResourceType } from '../../../schema/index.js'
import type { Draft } from '../../store.js'
import type { KyselyConnections } from '../connections/connections.js'
import { kyselyConnections } from '../connections/connections.js'
import type { ConnectedDatabase } from '../database/connect.js'
import type { OwnNames } from '../dialect/names.js'
import { assertHasSchemas, ownTable, readNames } from '../dialect/names.js'
import type { KyselyRequestLog } from '../request-log/request-log.js'
import { kyselyRequestLog } from '../request-log/request-log.js'
import { query } from '../sql/query.js'
import type { OwnDatabase } from './own-database.js'
import { connectOwn } from './own-database.js'
import { ownTablesOf } from './own-tables.js'
import type { ScimTables } from './scim-tables.js'
import { scimTables } from './scim-tables.js'
import { nameOptions, readTableNames, tableSets } from './table-sets.js'

export { MigrationRefused } from '../dialect/migration.js'
export type { OwnDatabase } from './own-database.js'

/** The tables of the command line, in a database that is its own too. */
export interface OpenTables extends Pick<ScimTables, 'users' | 'groups'> {
  readonly connections: KyselyConnections
  readonly log: KyselyRequestLog
  /** Inserts users of no tenant, many at once; those whose `userName` exists are left out. */
  load(users: Iterable<Draft<User>>): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the tables, and creates them where they do not exist.
 *
 * @throws TypeError for names that are no plain ones, which the message calls as the options of the command line.
 */
export async function openTables(database: OwnDatabase, given: GivenNames): Promise<OpenTables> {
  const names = readNames('--', given)
  const connected = connectOwn(database)
  const { db, dialect } = connected
  assertHasSchemas('', dialect.schema, names.schema, '--schema')
  const { users, groups, migrate } = scimTables(db, nameOptions(names))
  const connections = kyselyConnections(db, nameOptions(names))
  const log = kyselyRequestLog(db, { table: ownTable(names, 'request_log') })
  await migrate()
  await connections.migrate()
  await log.migrate()
  return {
    users,
    groups,
    connections,
    log,
    load: (all) => loadUsers(connected, names, all),
    close: () => db.destroy(),
  }
}

/** What scimkit's own tables are called, by names that may be wrong. */
export interface GivenNames {
  readonly schema: string | undefined
  readonly prefix: string | undefined
}

/** Which of scimkit's own tables, by names that may be wrong. */
export interface TablesAndNames extends GivenNames {
  readonly tables: readonly string[]
}

/**
 * Creates tables, or brings them up to date.
 *
 * @throws TypeError for names that there are not, called as the options of the command line; MigrationRefused for rows
 * that cannot be kept.
 */
export async function migrateTables(
  database: OwnDatabase,
  { tables, schema, prefix }: TablesAndNames,
): Promise<void> {
  const names = readNames('--', { schema, prefix })
  const wanted = readTableNames(tables)
  const { db, dialect } = connectOwn(database)
  assertHasSchemas('', dialect.schema, schema, '--schema')
  for (const migrate of new Set(wanted.map((table) => tableSets[table]?.migrate))) await migrate?.(db, names)
}

/** The connections of a database, open for the command line. */
export interface OpenConnectionTables {
  readonly connections: KyselyConnections
  close(): Promise<void>
}

/**
 * Opens the tables of connections in a database that may be a service's: nothing is created. Undefined: there are none.
 *
 * @throws TypeError for names that are no plain ones, which the message calls as the options of the command line.
 */
export async function openConnectionTables(
  database: OwnDatabase,
  { schema, prefix }: GivenNames,
): Promise<OpenConnectionTables | undefined> {
  const names = readNames('--', { schema, prefix })
  const { db, dialect } = connectOwn(database)
  assertHasSchemas('', dialect.schema, schema, '--schema')
  const columns = await query(db, dialect.schema.columnsOf([ownTable(names, 'connections')]))
  if (columns.length === 0) return undefined
  const connections = kyselyConnections(db, nameOptions(names))
  return { connections, close: () => db.destroy() }
}

/** How many users one statement inserts: enough that the statements themselves cost little. */
const batchSize = 500

async function loadUsers(
  { db, dialect }: ConnectedDatabase,
  names: OwnNames,
  users: Iterable<Draft<User>>,
): Promise<void> {
  const layout = ownTablesOf(dialect, names).users.mapping.layout(compileResourceType(userResourceType))
  const insert = (rows: readonly UnknownObject[]) => query(db, dialect.schema.insertUsers(names, rows))
  const batch: UnknownObject[] = []
  for (const user of users) {
    batch.push(Object.fromEntries(layout.toRow(user).columns))
    if (batch.length === batchSize) await insert(batch.splice(0))
  }
  if (batch.length > 0) await insert(batch)
}
