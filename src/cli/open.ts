import { randomBytes } from 'node:crypto'
import { memoryConnections } from '../connections/index.js'
import type { UserStore } from '../index.js'
import { memoryStore, userResourceType } from '../index.js'
import { memoryRequestLog } from '../portal/index.js'
import { compileResourceType } from '../schema/index.js'
import type { Data } from './data.js'
import { openDatabase } from './open-database.js'
import { reasonOf } from './reason.js'
import type { StoreLocation, TableNames } from './store-location.js'
import { UsageError } from './usage-error.js'

/** Opens the data that is served, and creates what is missing. @throws UsageError when it cannot be opened. */
export async function openData(location: StoreLocation, names: TableNames): Promise<Data> {
  if ('memory' in location) return openMemory()
  const { database, where, logSecret, failure, close } = await openDatabase(location, names)
  try {
    const { openTables } = await import('../stores/kysely/tables/open.js')
    const tables = await openTables(database, names)
    return { where, logSecret, ...tables, close: () => tables.close().then(close) }
  } catch (error) {
    await close()
    if (error instanceof TypeError) throw new UsageError(reasonOf(error), { cause: error })
    throw error instanceof UsageError ? error : failure(error)
  }
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
