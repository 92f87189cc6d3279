import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deliverEvents,
  eventsTable,
  kyselyConnections,
  kyselyRequestLog,
  kyselyStore,
  kyselyWalks,
  mapUser,
  scimTables,
} from '../../../../src/stores/kysely/index.js'
import { sqlite, type TestDatabase } from '../databases.js'

// What SQLite calls a schema is another file, which is in no one transaction with the main one when the power fails.

let database: TestDatabase
beforeAll(async () => {
  database = await sqlite()
})
afterAll(() => database.close())

const store = (outbox: string) =>
  kyselyStore({
    db: database.db,
    table: 'people',
    mapping: mapUser<{ readonly login: string }>()({ userName: 'login' }),
    tenant: false,
    version: 'version',
    created: 'made',
    lastModified: 'changed',
    outbox,
  })

describe('a schema', () => {
  it.each<[string, () => unknown, string]>([
    ['scimTables', () => scimTables(database.db, { schema: 'identity' }), 'schema'],
    ['kyselyConnections', () => kyselyConnections(database.db, { schema: 'identity' }), 'schema'],
    ['kyselyWalks', () => kyselyWalks(database.db, { schema: 'identity' }), 'schema'],
    [
      'kyselyRequestLog',
      () => kyselyRequestLog(database.db, { table: 'identity.log' }),
      '"identity." of table',
    ],
    ['eventsTable', () => eventsTable(database.db, { table: 'identity.events' }), '"identity." of table'],
    ['scimTables', () => scimTables(database.db, { outbox: 'identity.events' }), '"identity." of outbox'],
    ['kyselyStore', () => store('identity.events'), '"identity." of outbox'],
    [
      'deliverEvents',
      () => deliverEvents(database.db, {}, { table: 'identity.events' }),
      '"identity." of table',
    ],
  ])('is refused by %s', async (name, create, option) => {
    await sql`attach ':memory:' as identity`.execute(database.db)
    try {
      await expect((async () => create())()).rejects.toThrow(
        new TypeError(`${name}: SQLite has no schemas: leave ${option} out`),
      )
    } finally {
      await sql`detach identity`.execute(database.db)
    }
  })
})
