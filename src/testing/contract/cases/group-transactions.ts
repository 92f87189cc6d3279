import { isEqual } from '../../../protocol/index.js'
import { assertSameState } from '../assertions.js'
import { assertHolds, fail, StoreContractError, show, showError } from '../failure.js'
import { UnexpectedError } from '../tested-store.js'
import type { CaseDefinition } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertHasMembers, withMembers } from './groups.js'
import { addPeople, groupDraft, memberIds } from './people.js'
import { storeTransactions, withTransactions } from './transactions.js'

const fix =
  'use context.transaction, where it is given, for every statement of every method of groups too, reads among them'

/** @throws StoreContractError where a transaction cannot do a part of its work, such as for a lock that it has itself. */
async function within<T>(method: string, work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StoreContractError) throw error
    return fail(
      {
        problem: `${method} of groups inside of a transaction was refused, or does not see what the transaction has written`,
        expected: 'the result',
        got: showError(error instanceof UnexpectedError ? error.cause : error),
        fix,
      },
      error,
    )
  }
}

/** Every method of groups belongs to the transaction that it is given. */
export const groupTransactions: readonly CaseDefinition[] = [
  {
    name: 'groups and members that a transaction has changed are as before where it fails, and it sees them itself',
    why: 'A bulk request that is undone must not leave somebody in a group, or a group without its people.',
    inapplicable: (trial) =>
      withMembers(trial) ??
      withTransactions(trial) ??
      (trial.groups?.store.transactions === trial.users.store.transactions
        ? undefined
        : 'the store of groups does not share the transactions'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const type = trial.users.type.name
      const path = groups.type.membership?.name ?? 'members'
      const [a = '', b = ''] = await addPeople(trial, 2)
      const draft = { ...groupDraft(trial, 'Replaced'), [path]: [{ value: a, type, display: 'Old name' }] }
      const replaced = await groups.create(draft)
      const changed = await groups.create({ ...draft, ...groupDraft(trial, 'Changed'), [path]: draft[path] })
      const deleted = await groups.create(groupDraft(trial, 'Deleted', [a]))
      const before = [replaced, changed, deleted]
      const error = new Error('on purpose')
      const work = storeTransactions(trial).run(async (transaction) => {
        const inside = groups.within({ transaction })
        await within('delete', inside.remove(deleted.id))
        await within('replace', inside.replace(replaced, groupDraft(trial, 'Replaced once', [b])))
        if (groups.store.renameMember)
          await within(
            'renameMember',
            groups.store.renameMember({ id: a, type }, new Map([['Old name', 'New name']]), inside.context()),
          )
        if (groups.store.changeMembers)
          await within(
            'changeMembers',
            inside.changeMembers(changed.id, { add: [{ value: b, type }], remove: [a] }),
          )
        else await inside.replace(changed, groupDraft(trial, 'Changed', [b]))
        const got = await inside.get(changed.id)
        assertHasMembers('get inside of the transaction that changed them', got, [b], fix)
        const batches = groups.store.members ? (await inside.members(changed.id)).flat() : [b]
        const found = groups.store.groupsOf
          ? ((await inside.groupsOf([b])).get(b) ?? []).map(({ value }) => value).sort()
          : [changed.id, replaced.id].sort()
        const listed = (await inside.list(`members.value eq "${b}"`)).resources.map(({ id }) => id).sort()
        for (const [method, told, expected] of [
          ['members', batches, [b]],
          ['groupsOf', found, [changed.id, replaced.id].sort()],
          ['list of members.value', listed, [changed.id, replaced.id].sort()],
        ] as const)
          assertHolds(isEqual(told, expected), () => ({
            problem: `${method} inside of a transaction does not see what the transaction has written`,
            expected: show(expected),
            got: show(told),
            fix,
          }))
        throw error
      }, trial.users.context())
      await work.catch((thrown: unknown) => {
        if (thrown !== error) throw thrown
      })
      for (const group of before) {
        const got = await groups.get(group.id)
        assertSameState('get of a group after a transaction that failed', groups, group, got)
        assertHolds(isEqual(memberIds(got), [a]), () => ({
          problem: 'a transaction that failed has changed the members of a group',
          expected: show([a]),
          got: show(memberIds(got)),
          fix,
        }))
      }
      const shown = (await groups.get(changed.id))?.[path]
      assertHolds(isEqual(shown, changed[path]), () => ({
        problem: 'a transaction that failed has renamed a member',
        expected: show(changed[path]),
        got: show(shown),
        fix,
      }))
    },
  },
]
