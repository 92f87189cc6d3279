import type { Group, LifecycleEvent, Transactions } from '../../../src/index.js'
import { memoryStore } from '../../../src/index.js'
import type { BrokenStore, Honest } from './broken.js'

/** Honest stores with other transactions. */
function transacting({ users, groups }: Honest, change: (honest: Transactions) => Transactions) {
  if (!users.transactions) throw new Error('the store has no transactions')
  const transactions = change(users.transactions)
  return { users: { ...users, transactions }, groups: { ...groups, transactions } }
}

/** Stores whose events go elsewhere on their way. */
function recording(
  { users, groups }: Honest,
  record: (
    events: readonly LifecycleEvent[],
    keep: (events: readonly LifecycleEvent[]) => Promise<void>,
  ) => Promise<void>,
) {
  return {
    groups,
    users: {
      ...users,
      record: (events: readonly LifecycleEvent[], context: Parameters<typeof users.get>[2]) =>
        record(events, async (kept) => users.record?.(kept, context)),
    },
  }
}

/** Transactions and the outbox. */
export const transactionFaults: readonly BrokenStore[] = [
  {
    bug: 'a transaction is none',
    over: 'sqlite',
    caughtBy: /^a transaction that fails leaves nothing behind/,
    says: /what a transaction created that failed is there/,
    plant: (stores) => transacting(stores, () => ({ run: (work) => work(undefined as never) })),
  },
  {
    bug: 'the error of the work is swallowed',
    over: 'sqlite',
    caughtBy: /^a transaction that fails leaves nothing behind/,
    says: /did not pass on what its work threw/,
    plant: (stores) =>
      transacting(stores, (honest) => ({
        run: (...asked) => honest.run(...asked).catch(() => undefined as never),
      })),
  },
  {
    bug: 'the result of the work is lost',
    over: 'sqlite',
    caughtBy: /^what a transaction has done is there after it/,
    says: /does not give what its work gave/,
    plant: (stores) =>
      transacting(stores, (honest) => ({
        run: (...asked) => honest.run(...asked).then(() => undefined as never),
      })),
  },
  {
    bug: 'reads leave the transaction',
    over: 'sqlite',
    caughtBy: /^what a transaction has done is there after it/,
    says: /does not see what it has written itself/,
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        get: (id, projection, context) => users.get(id, projection, { ...context, transaction: undefined }),
      },
    }),
  },
  {
    bug: 'writes are seen before the commit',
    over: 'sqlite',
    caughtBy: /^nobody sees what a transaction has written/,
    says: /dirty read/,
    plant: ({ users, groups }) => {
      const written = new Map<string, Awaited<ReturnType<typeof users.create>>>()
      return {
        groups,
        users: {
          ...users,
          get: async (id, projection, context) => written.get(id) ?? users.get(id, projection, context),
          async replace(...asked) {
            const replaced = await users.replace(...asked)
            written.set(replaced.id, replaced)
            return replaced
          },
        },
      }
    },
  },
  {
    bug: 'a part that fails is not undone',
    over: 'sqlite',
    caughtBy: /^a part of a transaction that fails/,
    says: /what a part of a transaction wrote and undid is there/,
    plant: (stores) =>
      transacting(stores, (honest) => ({
        run: (work, context, options) =>
          context.transaction ? work(context.transaction) : honest.run(work, context, options),
      })),
  },
  {
    bug: 'groups are written outside of the transaction',
    over: 'sqlite',
    caughtBy: /^a transaction is one for all stores/,
    says: /a group that was created in a transaction that failed is there/,
    plant: ({ users, groups: { transactions } }) => ({
      users,
      groups: { ...memoryStore<Group>(), ...(transactions && { transactions }) },
    }),
  },
  {
    bug: 'a lock locks nothing',
    over: 'sqlite',
    caughtBy: /^a lock lets one transaction in/,
    says: /two transactions had the lock of one name/,
    // A database that lets one writer in at a time would hide it.
    plant: (stores) =>
      transacting(stores, () => ({ run: (work) => work(undefined as never), lock: async () => {} })),
  },
  {
    bug: 'an event is kept although its transaction fails',
    over: 'sqlite',
    caughtBy: /^an event of a transaction that fails/,
    says: /the event of a transaction that failed is in the outbox/,
    plant: (stores) => {
      const events: LifecycleEvent[] = []
      return {
        ...recording(stores, async (list) => void events.push(...list)),
        recordedEvents: async () => events,
      }
    },
  },
  {
    bug: 'each second event is lost',
    over: 'sqlite',
    caughtBy: /^of many writes at once, each event/,
    says: /not each event is in the outbox once/,
    plant: (stores) => {
      let count = 0
      return recording(stores, (events, keep) => (++count % 2 === 0 ? Promise.resolve() : keep(events)))
    },
  },
  {
    bug: 'events of one write are in the opposite order',
    over: 'sqlite',
    caughtBy: /^events of one resource are in the outbox in the order/,
    says: /in another order than its changes/,
    plant: (stores) => recording(stores, (events, keep) => keep([...events].reverse())),
  },
  {
    bug: 'an event loses who it is about',
    over: 'sqlite',
    caughtBy: /^an event that was recorded/,
    says: /with another resourceId than it was recorded with/,
    plant: (stores) =>
      recording(stores, (events, keep) =>
        keep(events.map((event) => ({ ...event, resourceId: '', after: undefined }))),
      ),
  },
]
