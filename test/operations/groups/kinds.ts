import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Group, User } from '../../../src/index.js'
import { memoryStore } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import { postgres, type TestDatabase } from '../../stores/kysely/databases.js'
import { createDirectory, directoryStores } from '../../stores/kysely/directory.js'
import { fiveMethods } from './stores.js'

/**
 * Stores that can do everything, stores that can do as little as a store may, and databases: one for the file of
 * tests that calls this, emptied before each test.
 */
export function openKinds() {
  let database: TestDatabase
  beforeAll(async () => {
    database = await postgres()
    await scimTables(database.db).migrate()
    await createDirectory(database)
  })
  afterAll(() => database.close())
  beforeEach(() =>
    sql`truncate scim_users, scim_groups, people, circles, phones cascade`.execute(database.db),
  )
  return [
    {
      kind: 'a store that changes members on their own',
      makeStores: () => ({ users: memoryStore<User>(), groups: memoryStore<Group>() }),
    },
    {
      kind: 'a store of five methods',
      makeStores: () => ({
        users: fiveMethods(memoryStore<User>()),
        groups: fiveMethods(memoryStore<Group>()),
      }),
    },
    { kind: 'tables in PostgreSQL', makeStores: () => scimTables(database.db) },
    { kind: 'the tables of a host in PostgreSQL', makeStores: () => directoryStores(database) },
  ] as const
}
