import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { LogEvent } from 'kysely'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import Libsql from 'libsql'
import pg from 'pg'
import { inject } from 'vitest'
import { SqliteDialect } from '../../../src/stores/kysely/dialect/sqlite/driver/driver.js'
import { pgliteTemplate } from '../../setup/pglite-template.js'
import { type PostgresServer, startPostgres } from './postgres-server.js'

/** A database of a test's own, empty. */
export interface TestDatabase {
  readonly db: Kysely<unknown>
  /** The column that counts versions: of SQLite only, which has nothing of its own for it. */
  readonly version?: string
  /** Of PostgreSQL only. */
  readonly pool?: pg.Pool
  /** For connections of others: a URL of PostgreSQL, or the file of SQLite. */
  readonly url?: string
  /** Of {@link postgresServer} only: stops the server. */
  readonly server?: PostgresServer
  close(): Promise<void>
}

/** Hears of each statement. */
export type StatementLog = (event: LogEvent) => void

export async function pglite(log: StatementLog = () => {}): Promise<TestDatabase> {
  const client = new PGlite({ loadDataDir: new Blob([readFileSync(pgliteTemplate.archive)]) })
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: client }), log })
  return { db, close: () => db.destroy() }
}

/** SQLite, in a file of the test's own. */
export async function sqlite(log: StatementLog = () => {}): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-sqlite-'))
  const url = join(folder, 'test.db')
  const file = new Libsql(url)
  file.pragma('journal_mode = wal')
  // No test cuts the power: the disk has not to be waited for.
  file.pragma('synchronous = off')
  const db = new Kysely<unknown>({ dialect: new SqliteDialect(file), log })
  return {
    db,
    url,
    version: 'version',
    async close() {
      await db.destroy()
      file.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function connect(url: string, log: StatementLog = () => {}) {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  // An idle connection that the server has closed is not the pool's user's business.
  pool.on('error', () => {})
  return { db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), log }), pool, url }
}

/** Runs one statement on a server. */
async function execute(url: string, statement: string): Promise<void> {
  const { db, pool } = connect(`${url}/postgres`)
  try {
    await sql.raw(statement).execute(db)
  } finally {
    await pool.end()
  }
}

/** A database of the test's own in the server of the test run; in a server of its own where the run has none. */
export async function postgres(log?: StatementLog): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  if (server === undefined) return postgresServer()
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await execute(server, `create database ${name} template template0`)
  const database = connect(`${server}/${name}`, log)
  return {
    ...database,
    async close() {
      await database.pool.end()
      await execute(server, `drop database ${name} with (force)`)
    },
  }
}

/** A PostgreSQL server of the test's own, for tests that stop it or end its connections. */
export async function postgresServer(): Promise<TestDatabase> {
  const server = await startPostgres()
  const database = connect(`${server.url}/postgres`)
  return {
    ...database,
    server,
    async close() {
      await database.pool.end()
      await server.stop()
    },
  }
}

/** Takes all rows out of tables, the first of which may refer to the others. */
export async function empty({ db }: TestDatabase, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await sql`delete from ${sql.table(table)}`.execute(db)
}

/** A statement that creates a table for a store, with a column that counts versions where the database needs one. */
export function withVersion({ version }: TestDatabase, statement: string): string {
  return version === undefined
    ? statement
    : statement.replace(/\)$/, `, ${version} integer not null default 1)`)
}

interface Engine {
  readonly database: 'PGlite' | 'PostgreSQL' | 'SQLite'
  open(log?: StatementLog): Promise<TestDatabase>
}

/** PGlite is PostgreSQL with one connection: it has a run of its own, in which it takes the place of the others. */
export const isRunOfPglite = process.env.TEST_ENGINE === 'PGlite'

/** PostgreSQL, or what takes its place. */
export const databases: readonly Engine[] = [
  isRunOfPglite ? { database: 'PGlite', open: pglite } : { database: 'PostgreSQL', open: postgres },
]

/** That, and the one that knows neither types nor locks of rows. */
export const allDatabases: readonly Engine[] = isRunOfPglite
  ? databases
  : [...databases, { database: 'SQLite', open: sqlite }]
