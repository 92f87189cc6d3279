import type { PGliteDialectConfig } from 'kysely'
import { Kysely, PGliteDialect } from 'kysely'
import type { UnknownObject } from '../../../protocol/index.js'
import type { User } from '../../../schema/index.js'
import { compileResourceType, userResourceType } from '../../../schema/index.js'
import type { Draft } from '../../store.js'
import type { KyselyConnections } from '../connections/connections.js'
import { kyselyConnections } from '../connections/connections.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { defaultNames } from '../dialect/names.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import type { SqliteDatabase } from '../dialect/sqlite/driver/database.js'
import type { KyselyRequestLog } from '../request-log/request-log.js'
import { kyselyRequestLog } from '../request-log/request-log.js'
import { query } from '../sql/query.js'
import { ownTablesOf } from './own-tables.js'
import type { ScimTables } from './scim-tables.js'
import { scimTables } from './scim-tables.js'

/** The tables of the command line, in a database that is its own too. */
export interface OpenTables extends Pick<ScimTables, 'users' | 'groups'> {
  readonly connections: KyselyConnections
  readonly log: KyselyRequestLog
  /** Inserts users of no tenant, many at once; those whose `userName` exists are left out. */
  load(users: Iterable<Draft<User>>): Promise<void>
  close(): Promise<void>
}

/** Opens the tables, and creates them where they do not exist. */
export async function openTables(
  database:
    | { readonly sqlite: SqliteDatabase }
    | { readonly pglite: PGliteDialectConfig['pglite'] }
    | { readonly pool: PostgresPool },
): Promise<OpenTables> {
  const connected = databaseOf(
    'sqlite' in database
      ? database.sqlite
      : 'pool' in database
        ? database.pool
        : new Kysely<unknown>({ dialect: new PGliteDialect(database) }),
  )
  const { db } = connected
  const { users, groups, migrate } = scimTables(db)
  const connections = kyselyConnections(db)
  const log = kyselyRequestLog(db)
  await migrate()
  await connections.migrate()
  await log.migrate()
  return {
    users,
    groups,
    connections,
    log,
    load: (all) => loadUsers(connected, all),
    close: () => db.destroy(),
  }
}

/** How many users one statement inserts: enough that the statements themselves cost little. */
const batchSize = 500

async function loadUsers({ db, dialect }: ConnectedDatabase, users: Iterable<Draft<User>>): Promise<void> {
  const layout = ownTablesOf(dialect, defaultNames).users.mapping.layout(
    compileResourceType(userResourceType),
  )
  const insert = (rows: readonly UnknownObject[]) => query(db, dialect.schema.insertUsers(rows))
  const batch: UnknownObject[] = []
  for (const user of users) {
    batch.push(Object.fromEntries(layout.toRow(user).columns))
    if (batch.length === batchSize) await insert(batch.splice(0))
  }
  if (batch.length > 0) await insert(batch)
}
