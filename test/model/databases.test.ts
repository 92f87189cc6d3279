import { sql } from 'kysely'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { deliverEvents, scimTables } from '../../src/stores/kysely/index.js'
import { databases, type TestDatabase } from '../stores/kysely/databases.js'
import { commands, crowd } from './commands.js'
import { runsOf, type Subject, sideBySide, verify } from './property.js'

// Eight clients of two tenants ask side by side, and the database chooses who comes first.

const file = 'test/model/databases.test.ts'
const time = { timeout: 3_600_000 }

describe.each(databases)('$database', ({ database: name, open }) => {
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
    begin: () => sql`truncate scim_users, scim_groups, scim_events cascade`.execute(database.db),
    end: (told) => deliverEvents(database.db, told, { concurrency: 100 }),
  }

  test('every history can be explained', time, async () => {
    await verify(sideBySide(subject, commands(300)), runsOf(file, 2, 200, false))
  })

  test('so can one of many requests for each resource', time, async () => {
    // PGlite has one connection, and answers one after the other.
    await verify(sideBySide(subject, crowd(name === 'PGlite' ? 60 : 300)), runsOf(file, 1, 10, false))
  })
})
