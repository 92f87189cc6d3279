import { sql } from 'kysely'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { deliverEvents, scimTables } from '../../src/stores/kysely/index.js'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { commands, crowd } from './commands.js'
import { runsOf, type Subject, sideBySide, verify } from './property.js'

// Eight clients of two tenants ask side by side, and the database chooses who comes first.

const file = 'test/model/databases.test.ts'
const time = { timeout: 3_600_000 }

describe.each(allDatabases)('$database', ({ database: name, open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db, { outbox: true }).migrate()
  })
  afterAll(() => database.close())

  const subject: Subject = {
    promises: { ordersEvents: true, streamsMembers: true },
    hasCallbacks: false,
    makeStores: () => scimTables(database.db, { outbox: true }),
    async begin() {
      for (const table of ['scim_users', 'scim_groups', 'scim_events'])
        await sql`delete from ${sql.table(table)}`.execute(database.db)
    },
    end: (told) => deliverEvents(database.db, told, { concurrency: 100 }),
  }

  test('every history can be explained', time, async () => {
    await verify(sideBySide(subject, commands(300)), runsOf(file, 2, 200, false))
  })

  test('so can one of many requests for each resource', time, async () => {
    // The others write one after the other.
    await verify(sideBySide(subject, crowd(name === 'PostgreSQL' ? 300 : 60)), runsOf(file, 1, 10, false))
  })
})
