import type { PGliteDialectConfig } from 'kysely'
import { Kysely, PGliteDialect } from 'kysely'
import type { ConnectedDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import type { SqliteDatabase } from '../dialect/sqlite/driver/database.js'

/** A database that the command line has opened. */
export type OwnDatabase =
  | { readonly sqlite: SqliteDatabase }
  | { readonly pglite: PGliteDialectConfig['pglite'] }
  | { readonly pool: PostgresPool }

export function connectOwn(database: OwnDatabase): ConnectedDatabase {
  if ('sqlite' in database) return databaseOf(database.sqlite)
  if ('pool' in database) return databaseOf(database.pool)
  return databaseOf(new Kysely<unknown>({ dialect: new PGliteDialect(database) }))
}
