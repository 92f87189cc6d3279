import type { Group, User } from '../../src/index.js'
import type { Subject } from './property.js'
import { countedStore, type Stores, withOutbox, yielding, yieldingFive } from './stores.js'

const inMemory = (): Stores => ({ users: countedStore<User>('u'), groups: countedStore<Group>('g') })
const promises = { ordersEvents: false, streamsMembers: false }

/** Stores in memory that yield to others at each step. */
export const subjects = {
  'a store that changes members on their own': {
    promises,
    makeStores: (pause, _told, plant) => {
      const { users, groups } = plant(inMemory())
      return { users: yielding(users, pause), groups: yielding(groups, pause) }
    },
  },
  'a store of five methods': {
    promises,
    makeStores: (pause, _told, plant) => {
      const { users, groups } = plant(inMemory())
      return { users: yieldingFive(users, pause), groups: yieldingFive(groups, pause) }
    },
  },
  'a store with an outbox': {
    promises: { ...promises, ordersEvents: true },
    hasCallbacks: false,
    makeStores: (pause, told, plant) => {
      const { users, groups } = inMemory()
      const stores = { users: yielding(users, pause), groups: yielding(groups, pause) }
      return plant(withOutbox(stores, told, pause))
    },
  },
} satisfies Readonly<Record<string, Subject>>
