import type {
  CommonAttributes,
  Group,
  LifecycleEvent,
  ResourceStore,
  Transactions,
  User,
} from '../../src/index.js'
import { memoryStore } from '../../src/index.js'

/** Waits until others have had a chance to do something. */
export type Yield = (label: string) => Promise<unknown>

/** Where the users and groups of a service are. */
export interface Stores {
  readonly users: ResourceStore<User>
  readonly groups: ResourceStore<Group>
}

/** A store in memory with ids that are the same in each run. */
export function countedStore<R extends CommonAttributes>(prefix: string): ResourceStore<R> {
  let count = 0
  return memoryStore<R>({ newId: () => `${prefix}${++count}` })
}

/** The five methods that every store has, before and after each of which others may come. */
export function yieldingFive<R extends CommonAttributes>(
  store: ResourceStore<R>,
  pause: Yield,
): ResourceStore<R> {
  return {
    get: between(pause, 'get', store.get),
    list: between(pause, 'list', store.list),
    create: between(pause, 'create', store.create),
    replace: between(pause, 'replace', store.replace),
    delete: between(pause, 'delete', store.delete),
  }
}

/** A store that yields before and after each call. */
export function yielding<R extends CommonAttributes>(
  store: ResourceStore<R>,
  pause: Yield,
): ResourceStore<R> {
  const { changeMembers, groupsOf } = store
  return {
    ...store,
    ...yieldingFive(store, pause),
    ...(changeMembers && { changeMembers: between(pause, 'changeMembers', changeMembers) }),
    ...(groupsOf && { groupsOf: between(pause, 'groupsOf', groupsOf) }),
  }
}

function between<A extends unknown[], T>(
  pause: Yield,
  label: string,
  call: (...asked: A) => Promise<T>,
): (...asked: A) => Promise<T> {
  return async (...asked) => {
    await pause(label)
    try {
      return await call(...asked)
    } finally {
      await pause(`${label}: reply`)
    }
  }
}

/** Stores in memory with an outbox: writes and their events are one, and come one after the other. */
export function withOutbox(stores: Stores, record: (event: LifecycleEvent) => void, pause: Yield): Stores {
  let last: Promise<unknown> = Promise.resolve()
  const transactions: Transactions = {
    run(work, { transaction }) {
      if (transaction) return work(transaction)
      const result = last.then(() => work({}))
      last = result.catch(() => {})
      return result
    },
  }
  const keep = async (events: readonly LifecycleEvent[]) => {
    await pause('record')
    for (const event of events) record(event)
  }
  return {
    users: { ...stores.users, transactions, record: keep },
    groups: { ...stores.groups, transactions, record: keep },
  }
}
