import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Group, User } from '../../src/schema/index.js'
import { memoryStore } from '../../src/stores/index.js'
import { scimTables } from '../../src/stores/kysely/index.js'
import { type ContractStores, storeContract } from '../../src/testing/index.js'
import { allDatabases, isRunOfPglite, type TestDatabase } from './kysely/databases.js'
import { createDirectory, directoryStores } from './kysely/directory.js'
import { createEmployees, employeeStores } from './kysely/employees.js'

describe('memory', () => {
  const make = () => ({ users: memoryStore<User>(), groups: memoryStore<Group>() })
  for (const { name, run } of storeContract(make)) it(name, run)
})

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
    await createEmployees(database)
    await createDirectory(database)
  })
  afterAll(() => database.close())

  const mappings: readonly (readonly [string, () => ContractStores])[] = [
    ['a mapping over tables of a host', () => employeeStores(database)],
    ['a mapping over tables with a place for everything', () => directoryStores(database)],
  ]
  describe.each<readonly [string, () => ContractStores]>([
    ['tables of its own', () => scimTables(database.db)],
    // PGlite is PostgreSQL, where the mappings are tried.
    ...(isRunOfPglite ? [] : mappings),
  ])('%s', (_, make) => {
    // PGlite is given the same SQL as PostgreSQL, where all filters are tried; here it is seen that they arrive.
    const isTried = (title: string) => !isRunOfPglite || !/^a filter with (?!eq)/.test(title)
    for (const { name, run } of storeContract(() => make())) if (isTried(name)) it(name, run)
  })
})
