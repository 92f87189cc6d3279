import { randomBytes } from 'node:crypto'
import { memoryConnections } from '../connections/index.js'
import type { UserStore } from '../index.js'
import { memoryStore, userResourceType } from '../index.js'
import { memoryRequestLog } from '../portal/index.js'
import { compileResourceType } from '../schema/index.js'
import type { Data } from './data.js'
import { holdsDatabase, holdsPglite } from './directory.js'
import type { StoreLocation } from './options.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

/** @throws UsageError when the data cannot be opened. */
export async function openData(location: StoreLocation): Promise<Data> {
  if ('directory' in location) {
    const { directory } = location
    return holdsPglite(directory) ? openPglite(directory) : openSqlite(directory)
  }
  if ('pglite' in location) return openPglite(location.pglite)
  if ('postgres' in location) return openPostgres(location.postgres)
  return openMemory()
}

/** Whether data that is kept in a directory is there already; that of a server is asked when it is opened. */
export function hasData(location: StoreLocation): boolean {
  if ('directory' in location) return holdsDatabase(location.directory)
  return !('pglite' in location) || holdsPglite(location.pglite)
}

function openMemory(): Data {
  const users: UserStore = memoryStore()
  const context = {
    tenant: undefined,
    actor: undefined,
    requestId: 'seed',
    resourceType: compileResourceType(userResourceType),
    signal: undefined,
  }
  return {
    users,
    groups: memoryStore(),
    connections: memoryConnections(),
    log: memoryRequestLog(),
    logSecret: () => randomBytes(32).toString('base64url'),
    where: 'in memory, gone at the end',
    async load(drafts) {
      for (const user of drafts) await users.create(user, context)
    },
    async close() {},
  }
}
