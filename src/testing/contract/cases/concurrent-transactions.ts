import { isScimError } from '../../../protocol/index.js'
import { assertHolds, fail, showError } from '../failure.js'
import { race, refusals } from '../race.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { storeTransactions, withTransactions } from './transactions.js'

const withLock = (trial: Trial) =>
  withTransactions(trial) ??
  (trial.users.store.transactions?.lock ? undefined : 'the transactions have no lock')

/** Transactions beside each other. */
export const concurrentTransactions: readonly CaseDefinition[] = [
  {
    name: 'transactions that meet lose no change',
    why: 'Two that read one state and both write it are the lost update again.',
    inapplicable: withTransactions,
    async run(trial) {
      const { users, samples } = trial
      const transactions = storeTransactions(trial)
      const made = await users.create(samples.marked('counter', '0'))
      const count = Math.min(trial.writers, 8)
      const outcomes = await race(count, async () => {
        for (let attempt = 0; ; attempt++) {
          try {
            return await transactions.run(async (transaction) => {
              const inside = users.within({ transaction })
              const stored = await inside.get(made.id)
              if (!stored) throw new Error('the counter is gone')
              const number = Number(String(samples.markOf(stored)).replace('counter-', ''))
              return inside.replace(stored, samples.marked('counter', String(number + 1)))
            }, users.context())
          } catch (error) {
            // The service reads again then.
            if (!isScimError(error) || ![409, 412, 503].includes(error.status) || attempt > 200) throw error
          }
        }
      })
      const [refused] = refusals(outcomes)
      if (refused !== undefined) throw refused
      const got = Number(String(samples.markOf(await users.get(made.id))).replace('counter-', ''))
      assertHolds(got === count, () => ({
        problem: `of ${count} changes in transactions, ${count - got} were lost`,
        expected: String(count),
        got: String(got),
        fix: 'check expectedVersion in the statement that writes, also inside of a transaction, where what was read may be old',
      }))
    },
  },
  {
    name: 'a lock lets one transaction in after the other',
    why: 'Atomic bulk requests of one tenant wait for each other so.',
    inapplicable: withLock,
    async run(trial) {
      const { users } = trial
      const transactions = storeTransactions(trial)
      const name = `contract ${crypto.randomUUID()}`
      let inside = 0
      let most = 0
      const outcomes = await race(4, () =>
        transactions.run(async (transaction) => {
          await transactions.lock?.(name, 30_000, users.context({ transaction }))
          inside += 1
          most = Math.max(most, inside)
          try {
            await new Promise((resolve) => setTimeout(resolve, 5))
            await users.within({ transaction }).list(undefined, { count: 0 })
          } finally {
            inside -= 1
          }
        }, users.context()),
      )
      const [refused] = refusals(outcomes)
      if (refused !== undefined) throw refused
      assertHolds(most === 1, () => ({
        problem: 'two transactions had the lock of one name at the same time',
        expected: '1 at a time',
        got: String(most),
        fix: 'let lock wait until the transaction that has the name is over, and hold it until the end of context.transaction',
      }))
    },
  },
  {
    name: 'a lock is free again when its transaction has failed, and who waits too long is told so',
    why: 'One bulk request that fails must not keep out all that follow.',
    inapplicable: withLock,
    async run(trial) {
      const { users } = trial
      const transactions = storeTransactions(trial)
      const name = `contract ${crypto.randomUUID()}`
      const lockFor = (timeout: number, work: () => Promise<unknown>) =>
        transactions.run(async (transaction) => {
          const context = users.context({ transaction })
          await transactions.lock?.(name, timeout, context)
          return work()
        }, users.context())
      const error = new Error('on purpose')
      for (let turn = 0; turn < 2; turn++)
        await lockFor(2000, () => Promise.reject(error)).catch((thrown: unknown) => {
          if (thrown === error) return
          fail(
            {
              problem: 'a lock was not free although the transaction that had it has failed',
              expected: 'the lock',
              got: showError(thrown),
              fix: 'hold the lock until the end of context.transaction, however it ends',
            },
            thrown,
          )
        })
      let end: () => void = () => {}
      const isOver = new Promise<void>((resolve) => {
        end = resolve
      })
      const holder = lockFor(2000, () => isOver)
      // A database that has one writer lets it wait before it comes to its lock.
      setTimeout(end, 400)
      const [, waiting] = await Promise.allSettled([holder, lockFor(100, async () => undefined)])
      if (waiting.status === 'fulfilled') return
      const { reason } = waiting
      assertHolds(isScimError(reason) && reason.status === 503, () => ({
        problem: 'a lock that was not free in time failed as something else than unavailable',
        expected: 'ScimError.unavailable(…), which has the status 503',
        got: showError(reason),
        fix: 'throw ScimError.unavailable when the timeout of lock has passed',
      }))
    },
  },
]
