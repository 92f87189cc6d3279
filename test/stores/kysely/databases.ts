import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import type { LogEvent } from 'kysely'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
import { pgliteTemplate } from '../../setup/pglite-template.js'
import { type PostgresServer, startPostgres } from './postgres-server.js'

/** A database of a test's own, empty. */
export interface TestDatabase {
  readonly db: Kysely<unknown>
  /** Of PostgreSQL only. */
  readonly pool?: pg.Pool
  /** Of PostgreSQL only: for connections of others. */
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

/** The two that everything is tested on. */
export const databases = [
  { database: 'PGlite', open: pglite },
  { database: 'PostgreSQL', open: postgres },
] as const
