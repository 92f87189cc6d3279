import { setTimeout as sleep } from 'node:timers/promises'
import type { CommonAttributes, ResourceStore } from '../../../src/index.js'

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
