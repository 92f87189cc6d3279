import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect/dialect.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import { kyselyOfPool } from '../dialect/postgres/pool.js'
import { postgres } from '../dialect/postgres/postgres.js'
import type { Database } from '../sql/query.js'

/** A host's database, and the kind that it is. */
export interface ConnectedDatabase {
  readonly db: Database
  readonly dialect: Dialect
}

/** One for each Kysely and each pool, so that stores over one database share its transactions. */
const databases = new WeakMap<object, ConnectedDatabase>()

/** The database of a host's Kysely or pool. */
export function databaseOf<DB>(given: Kysely<DB> | PostgresPool): ConnectedDatabase {
  const cached = databases.get(given)
  if (cached) return cached
  const db = 'executeQuery' in given ? given : kyselyOfPool<DB>(given)
  // Statements name tables and columns themselves: neither the host's types nor its plugins apply to them.
  const database = { db: db.withoutPlugins() as unknown as Database, dialect: postgres }
  databases.set(given, database)
  return database
}
