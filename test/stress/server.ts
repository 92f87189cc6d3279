import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { nodeHandler } from '../../src/adapters/node.js'
import type { Group, LifecycleEvent, User } from '../../src/index.js'
import { bearerTokens, createScim } from '../../src/index.js'
import { SqliteDialect } from '../../src/stores/kysely/dialect/sqlite/driver/driver.js'
import { deliverEvents, kyselyWalks, scimTables } from '../../src/stores/kysely/index.js'
import { openSqliteFile } from '../stores/kysely/sqlite-file.js'

// A service as a host runs it, over a pool or a file: `server.ts URL|FILE [outbox] [walks]`.
const [url = '', ...more] = process.argv.slice(2)
const hasOutbox = more.includes('outbox')
const isServer = url.startsWith('postgres')
const pool = new pg.Pool({ connectionString: url, max: 20 })
// Ended by force, but not by a power cut: the disk is not waited for.
function openFile() {
  const file = openSqliteFile(url)
  file.exec('pragma synchronous = off')
  return file
}
const db = new Kysely<unknown>({
  dialect: isServer ? new PostgresDialect({ pool }) : new SqliteDialect(openFile()),
})
const { users, groups, migrate } = scimTables(isServer ? pool : db, { outbox: hasOutbox })
await migrate()
const walks = more.includes('walks') ? kyselyWalks(isServer ? pool : db) : undefined
await walks?.migrate()

/** Writes down which event has come, and what it says was written: phone numbers or members. */
async function deliver({ id, name, resourceId, after, members }: LifecycleEvent): Promise<void> {
  // As long as a call of another service, so that whoever is killed has events in hand.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const { phoneNumbers, members: all } = (after ?? {}) as Partial<User & Group>
  const written = members?.added ?? (phoneNumbers ?? all ?? []).map(({ value }) => value)
  await sql`insert into delivered (id, name, resource_id, written) values (${id}, ${name}, ${resourceId}, ${JSON.stringify(written)})`.execute(
    db,
  )
}

if (hasOutbox) {
  await sql`create table if not exists delivered (id text not null, name text not null, resource_id text not null, written text not null)`.execute(
    db,
  )
  // A lease that ends soon: what a killed process had in hand is taken on by the next one.
  void deliverEvents(isServer ? pool : db, deliver, {
    signal: new AbortController().signal,
    pollInterval: 50,
    lease: 1000,
  })
}

const scim = createScim({
  authenticate: bearerTokens([{ token: 'stress', tenant: 'acme' }]),
  users,
  groups,
  ...(walks && { walks, cursors: { secret: 'the same in all processes' } }),
  onError: (error) => console.error(error),
})
const server = createServer(nodeHandler(scim, { basePath: '/scim/v2' }))
// No client finds a connection closed that it was about to use.
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`listening on http://127.0.0.1:${port}/scim/v2`)
})
