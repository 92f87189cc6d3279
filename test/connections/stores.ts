import { sql } from 'kysely'
import { memoryConnections } from '../../src/connections/index.js'
import type { ConnectionsStore } from '../../src/stores/index.js'
import { kyselyConnections } from '../../src/stores/kysely/index.js'
import { allDatabases, type StatementLog, type TestDatabase } from '../stores/kysely/databases.js'

/** A store of connections, for a suite that says what is in it. */
export interface OpenConnections {
  readonly store: ConnectionsStore
  /** The same data as another process has them. */
  elsewhere(): ConnectionsStore
  /** Of a database only. */
  readonly opened?: TestDatabase
  /** Removes everything. */
  clear(): Promise<void>
  close(): Promise<void>
}

const tables = ['connections', 'tokens', 'clients', 'assertions', 'links', 'guest_links'] as const
/** The tables of connections. */
export const tableNames = tables.map((name) => `scim_${name}`)

/** Stores of connections in databases. */
export const connectionDatabases = allDatabases.map(({ database, open }) => ({
  database,
  async open(log?: StatementLog): Promise<OpenConnections & { readonly opened: TestDatabase }> {
    const opened = await open(log)
    const store = kyselyConnections(opened.db)
    await store.migrate()
    await store.migrate()
    return {
      store,
      elsewhere: () => kyselyConnections(opened.db),
      opened,
      async clear() {
        for (const name of tableNames) await sql`delete from ${sql.table(name)}`.execute(opened.db)
      },
      close: () => opened.close(),
    }
  },
}))

async function openMemory(): Promise<OpenConnections> {
  let store = memoryConnections()
  // The store that a suite holds on to stays the same while what is in it is exchanged.
  const current = new Proxy(store, {
    get: (_, name: keyof ConnectionsStore) => store[name],
  })
  return {
    store: current,
    elsewhere: () => current,
    clear: async () => {
      store = memoryConnections()
    },
    close: async () => {},
  }
}

/** Every store of connections. */
export const connectionStores = [{ database: 'memory', open: openMemory }, ...connectionDatabases] as const
