import { isScimError } from '../../../protocol/index.js'
import type { Transactions } from '../../../stores/index.js'
import { assertKept, assertSameState } from '../assertions.js'
import { assertHolds, fail, show, showError } from '../failure.js'
import type { TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn } from '../trial.js'
import { addPeople, groupDraft } from './people.js'

/** Why a store need not have transactions. */
export const withTransactions = ({ users }: Trial) =>
  users.store.transactions ? undefined : 'the store has no transactions'

/** @throws Error where there are none, which a case must have said. */
export function storeTransactions({ users }: Trial): Transactions {
  const { transactions } = users.store
  if (!transactions) throw new Error('the store has no transactions')
  return transactions
}

const insideFix =
  'use context.transaction, where it is given, for every statement of every method, reads too, in place of a connection of its own'

/** What work throws that is to be undone. */
class Undone extends Error {
  override readonly name = 'Undone'
}

/** @throws StoreContractError unless a transaction passes on what its work threw. */
async function assertUndone(run: Promise<unknown>, error: Error): Promise<void> {
  let got: unknown = 'no error'
  try {
    await run
  } catch (thrown) {
    if (thrown === error) return
    got = thrown
  }
  fail({
    problem: 'transactions.run did not pass on what its work threw',
    expected: 'the very error, after the rollback',
    got: got === 'no error' ? got : showError(got),
    fix: 'roll back and throw the same error again',
  })
}

async function assertGone(users: TestedStore, id: string, what: string, fix: string): Promise<void> {
  const got = await users.get(id)
  assertHolds(got === undefined || got === null, () => ({
    problem: `${what} is there`,
    expected: 'nothing',
    got: show(got),
    fix,
  }))
}

/** Several calls as one, where the store says that it can. */
export const transactionCases: readonly CaseDefinition[] = [
  {
    name: 'what a transaction has done is there after it, and its result is passed on',
    why: 'The service writes a change and its events so.',
    inapplicable: withTransactions,
    async run(trial) {
      const { users, samples } = trial
      const made = await users.create(samples.marked('old', 'a'))
      const result = await storeTransactions(trial).run(async (transaction) => {
        const inside = users.within({ transaction })
        const created = await inside.create(samples.minimal('new'))
        const seen = await inside.get(created.id)
        assertHolds(seen?.id === created.id, () => ({
          problem: 'a transaction does not see what it has written itself',
          expected: show(created.id),
          got: show(seen),
          fix: insideFix,
        }))
        const { totalResults } = await inside.list()
        assertHolds(totalResults === 2, () => ({
          problem: 'a list inside of a transaction does not see what the transaction has written',
          expected: '2',
          got: String(totalResults),
          fix: insideFix,
        }))
        const replaced = await inside.replace(made, samples.marked('old', 'b'))
        return { created, replaced }
      }, users.context())
      assertHolds(result?.created !== undefined, () => ({
        problem: 'transactions.run does not give what its work gave',
        expected: 'the result of the work',
        got: show(result),
        fix: 'return the result of the work after the commit',
      }))
      const fix = 'commit when the work is done'
      assertKept(
        users,
        'get after the transaction',
        samples.minimal('new'),
        await users.get(result.created.id),
        fix,
      )
      assertSameState('get after the transaction', users, result.replaced, await users.get(made.id))
    },
  },
  {
    name: 'a transaction that fails leaves nothing behind, and passes its error on',
    why: 'Half of a bulk request, or a user without the event of the user, is what transactions are for.',
    inapplicable: withTransactions,
    async run(trial) {
      const { users, samples } = trial
      const changed = await users.create(samples.marked('changed', 'a'))
      const deleted = await users.create(samples.marked('deleted', 'a'))
      const error = new Undone('on purpose')
      let created = ''
      const work = storeTransactions(trial).run(async (transaction) => {
        const inside = users.within({ transaction })
        created = (await inside.create(samples.minimal('new'))).id
        await inside.replace(changed, samples.marked('changed', 'b'))
        await inside.remove(deleted.id)
        throw error
      }, users.context())
      await assertUndone(work, error)
      const fix = `roll back when the work throws: ${insideFix}`
      await assertGone(users, created, 'what a transaction created that failed', fix)
      for (const [before, what] of [
        [changed, 'changed'],
        [deleted, 'deleted'],
      ] as const) {
        const got = await users.get(before.id)
        assertHolds(got?.meta.version === before.meta.version, () => ({
          problem: `what a transaction ${what} that failed is not as it was`,
          expected: show({ id: before.id, version: before.meta.version }),
          got: show(got && { id: got.id, version: got.meta.version }),
          fix,
        }))
        assertKept(users, 'get after a transaction that failed', samples.marked(what, 'a'), got, fix)
      }
      if (samples.name) await users.create(samples.minimal('new'))
    },
  },
  {
    name: 'a transaction is one for all stores that share it',
    why: 'A user and the memberships of the user go together.',
    inapplicable: (trial) =>
      withTransactions(trial) ??
      (trial.groups?.store.transactions === trial.users.store.transactions
        ? undefined
        : 'the store of groups does not share the transactions'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const { users } = trial
      const [a = ''] = await addPeople(trial, 1)
      const error = new Undone('on purpose')
      let created = ''
      const work = storeTransactions(trial).run(async (transaction) => {
        await users.within({ transaction }).create(trial.samples.minimal('new'))
        created = (await groups.within({ transaction }).create(groupDraft(trial, 'Team', [a]))).id
        throw error
      }, users.context())
      await assertUndone(work, error)
      await assertGone(groups, created, 'a group that was created in a transaction that failed', insideFix)
      const { totalResults } = await users.list(undefined, { count: 0 })
      assertHolds(totalResults === 1, () => ({
        problem: 'a user who was created in a transaction that failed is there',
        expected: '1 user',
        got: String(totalResults),
        fix: insideFix,
      }))
    },
  },
  {
    name: 'nobody sees what a transaction has written before it is over',
    why: 'Who reads what is undone later acts on what never was.',
    inapplicable: withTransactions,
    async run(trial) {
      const { users, samples } = trial
      const made = await users.create(samples.marked('watched', 'a'))
      const error = new Undone('on purpose')
      let created = ''
      const looks: Promise<unknown>[] = []
      const work = storeTransactions(trial).run(async (transaction) => {
        const inside = users.within({ transaction })
        await inside.replace(made, samples.marked('watched', 'b'))
        created = (await inside.create(samples.minimal('new'))).id
        // Not awaited: a database that has one connection lets them wait until the transaction is over.
        looks.push(users.get(made.id), users.get(created), users.list())
        await new Promise((resolve) => setTimeout(resolve, 50))
        throw error
      }, users.context())
      await assertUndone(work, error)
      const [got, other, page] = (await Promise.all(looks)) as [
        Awaited<ReturnType<TestedStore['get']>>,
        Awaited<ReturnType<TestedStore['get']>>,
        Awaited<ReturnType<TestedStore['list']>>,
      ]
      const fix =
        'write inside of a transaction of the database that others do not see (read committed), or to a copy that is put in place when it is over'
      assertHolds(got?.meta.version === made.meta.version, () => ({
        problem: 'get outside of a transaction saw what the transaction wrote and undid (a dirty read)',
        expected: show(samples.markOf(made)),
        got: show(samples.markOf(got)),
        fix,
      }))
      assertHolds((other === undefined || other === null) && page.totalResults === 1, () => ({
        problem:
          'get or list outside of a transaction saw a resource that the transaction created and undid (a dirty read)',
        expected: '1 resource',
        got: show({ get: other?.id, totalResults: page.totalResults }),
        fix,
      }))
    },
  },
  {
    name: 'a part of a transaction that fails is undone alone',
    why: 'One operation of a bulk request may fail without the others.',
    inapplicable: withTransactions,
    async run(trial) {
      const { users, samples } = trial
      const transactions = storeTransactions(trial)
      const error = new Undone('on purpose')
      await users.create(samples.minimal('taken'))
      const ids = await transactions.run(async (transaction) => {
        const outer = users.within({ transaction })
        const first = await outer.create(samples.minimal('first'))
        let undone = ''
        const part = transactions.run(async (inner) => {
          undone = (await users.within({ transaction: inner }).create(samples.minimal('part'))).id
          throw error
        }, outer.context())
        await assertUndone(part, error)
        if (samples.name) {
          const refused = transactions.run(
            (inner) => users.within({ transaction: inner }).create(samples.minimal('taken')),
            outer.context(),
          )
          await refused.then(
            () =>
              fail({
                problem: 'a unique value was accepted twice inside of a transaction',
                expected: 'ScimError.uniqueness',
                got: 'the resource',
                fix: insideFix,
              }),
            (thrown) => {
              if (!isScimError(thrown) || thrown.status !== 409) throw thrown
            },
          )
        }
        const second = await outer.create(samples.minimal('second'))
        return { first: first.id, undone, second: second.id }
      }, users.context())
      const fix =
        'use a savepoint where run is called with an open transaction in its context, and roll back to it'
      await assertGone(users, ids.undone, 'what a part of a transaction wrote and undid', fix)
      for (const name of ['first', 'second'] as const)
        assertKept(
          users,
          `get of what a transaction wrote beside a part that failed (${name})`,
          samples.minimal(name),
          await users.get(ids[name]),
          fix,
        )
    },
  },
]
