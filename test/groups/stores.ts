import { setTimeout as sleep } from 'node:timers/promises'
import type { CommonAttributes, Group, ResourceStore, User } from '../../src/index.js'
import { memoryStore } from '../../src/index.js'

/** The same store with the five methods that every store has and nothing else, each of which takes a while. */
export function fiveMethods<R extends CommonAttributes>(store: ResourceStore<R>): ResourceStore<R> {
  const pause = () => sleep(Math.random() * 3)
  return {
    async get(...asked) {
      await pause()
      const found = await store.get(...asked)
      await pause()
      return found
    },
    async list(...asked) {
      await pause()
      return store.list(...asked)
    },
    async create(...asked) {
      await pause()
      return store.create(...asked)
    },
    async replace(...asked) {
      await pause()
      return store.replace(...asked)
    },
    async delete(...asked) {
      await pause()
      return store.delete(...asked)
    },
  }
}

/** Stores that can do everything, and stores that can do as little as a store may. */
export const kinds = [
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
] as const
