import type { CommonAttributes, GroupStore, ResourceStore, UserStore } from '../../src/index.js'
import { type Group, memoryStore, type User } from '../../src/index.js'
import { scimTables } from '../../src/stores/kysely/index.js'
import { isRunOfPglite, pglite, postgres, sqlite, type TestDatabase } from '../stores/kysely/databases.js'
import { createDirectory, directoryStores, listStore } from '../stores/kysely/directory.js'
import { createEmployees, employeeStores } from '../stores/kysely/employees.js'

/** Stores for a service, which know nothing of the tenants that a test makes up. */
export interface OpenStores {
  readonly users: UserStore
  readonly groups: GroupStore
  /** A store of one more resource type. */
  more<R extends CommonAttributes = never>(
    name: 'roles' | 'entitlements',
    newId: () => string,
  ): ResourceStore<R>
  close(): Promise<void>
}

export async function inMemory(): Promise<OpenStores> {
  return {
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
    more: (_, newId) => memoryStore({ newId }),
    close: async () => {},
  }
}

function inDatabase(
  open: () => Promise<TestDatabase>,
  make: (database: TestDatabase) => Pick<OpenStores, 'users' | 'groups'>,
) {
  return async (): Promise<OpenStores> => {
    const database = await open()
    await scimTables(database.db).migrate()
    await createDirectory(database)
    await createEmployees(database)
    return {
      ...make(database),
      more: (name, newId) => listStore(database, name, newId),
      close: () => database.close(),
    }
  }
}

interface StoreKind {
  readonly stores: string
  /**
   * Where a manager is a column that refers to another row, which leaves out one that does not exist, and where numbers
   * are rows, of which there is none without a number.
   */
  readonly isMapped?: boolean
  open(): Promise<OpenStores>
}

const inPglite = { stores: 'PGlite', open: inDatabase(pglite, ({ db }) => scimTables(db)) }
const others: readonly StoreKind[] = [
  { stores: 'memory', open: inMemory },
  { stores: 'PostgreSQL', open: inDatabase(postgres, ({ db }) => scimTables(db)) },
  { stores: 'SQLite', open: inDatabase(sqlite, ({ db }) => scimTables(db)) },
  { stores: 'the tables of a host in SQLite', isMapped: true, open: inDatabase(sqlite, directoryStores) },
  {
    stores: 'the tables and the pool of a host',
    isMapped: true,
    open: inDatabase(postgres, ({ db, pool = db }) => directoryStores({ db: pool })),
  },
]

/** What the protocol is tested on. */
export const storeKinds: readonly StoreKind[] = isRunOfPglite ? [inPglite] : others

/** Tables of a host whose foreign keys allow less than SCIM does. */
export const openEmployees = inDatabase(postgres, employeeStores)
