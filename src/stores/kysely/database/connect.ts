import type { Kysely } from 'kysely'
import { Kysely as KyselyOf, SqliteAdapter } from 'kysely'
import type { Dialect } from '../dialect/dialect.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import { kyselyOfPool } from '../dialect/postgres/pool.js'
import { postgres } from '../dialect/postgres/postgres.js'
import type { SqliteDatabase } from '../dialect/sqlite/driver/database.js'
import { isSqliteDatabase } from '../dialect/sqlite/driver/database.js'
import { SqliteAdapterOf, SqliteDialect } from '../dialect/sqlite/driver/driver.js'
import { sqliteOf } from '../dialect/sqlite/sqlite.js'
import type { Database } from '../sql/query.js'

/** A host's database: its Kysely, a pool of `pg`, or a database of SQLite. */
export type HostDatabase<DB> = Kysely<DB> | PostgresPool | SqliteDatabase

/** A host's database, and the kind that it is. */
export interface ConnectedDatabase {
  readonly db: Database
  readonly dialect: Dialect
}

/** One for each Kysely, pool and database of SQLite, so that stores over one database share its transactions. */
const databases = new WeakMap<object, ConnectedDatabase>()

/**
 * The database that a host gives.
 *
 * @throws TypeError for a Kysely of SQLite with another dialect.
 */
export function databaseOf<DB>(given: HostDatabase<DB>): ConnectedDatabase {
  const cached = databases.get(given)
  if (cached) return cached
  const db = kyselyOf<DB>(given)
  // Statements name tables and columns themselves: neither the host's types nor its plugins apply to them.
  const database = { db: db.withoutPlugins() as unknown as Database, dialect: dialectOf(db) }
  databases.set(given, database)
  return database
}

function kyselyOf<DB>(given: HostDatabase<DB>): Kysely<DB> {
  if ('executeQuery' in given) return given
  return isSqliteDatabase(given)
    ? new KyselyOf<DB>({ dialect: new SqliteDialect(given) })
    : kyselyOfPool<DB>(given)
}

function dialectOf<DB>(db: Kysely<DB>): Dialect {
  const { adapter } = db.getExecutor()
  if (adapter instanceof SqliteAdapterOf) return sqliteOf(adapter.connections)
  if (adapter instanceof SqliteAdapter)
    throw new TypeError(
      "db: Kysely's SqliteDialect begins transactions that fail beside other writers: give the database of libsql or better-sqlite3 itself, as in db: new Database('app.db')",
    )
  return postgres
}
