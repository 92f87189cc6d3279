import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { schema } from './schema.js'

/** What runs the service's SQL. PGlite has one connection only, so SCIM and the service share this. */
export type Database = Kysely<unknown>

/** PostgreSQL where `DATABASE_URL` says which, and else PGlite in a folder, with the tables made. */
export async function openDatabase({ DATABASE_URL: url, DATA_DIR: folder }: NodeJS.ProcessEnv) {
  const dialect = url
    ? new PostgresDialect({ pool: connect(url) })
    : new PGliteDialect({
        pglite: await openFolder(folder || fileURLToPath(new URL('../data', import.meta.url))),
      })
  const db: Database = new Kysely({ dialect })
  await db.transaction().execute(async (transaction) => {
    // Processes that start together make the tables one after the other.
    await sql`select pg_advisory_xact_lock(7021)`.execute(transaction)
    for (const statement of schema) await sql.raw(statement).execute(transaction)
  })
  return db
}

function openFolder(folder: string): Promise<PGlite> {
  // Personal data: only the owner may read it.
  if (folder !== 'memory://') mkdirSync(folder, { recursive: true, mode: 0o700 })
  return PGlite.create(folder)
}

function connect(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString })
  // A connection that the server has closed while it was idle: the pool makes another.
  pool.on('error', () => console.error('the database has closed a connection'))
  return pool
}
