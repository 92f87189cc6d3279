import { isEqual } from '../../../protocol/index.js'
import { referencesOf } from '../../../schema/index.js'
import { assertHolds, assertRefused, isRefusedAs, show, showError } from '../failure.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertHasMembers, withMembers } from './groups.js'
import { addPeople, groupDraft, memberIds } from './people.js'

/** What users refer to other users with, where the store says that it looks whether they exist. */
function checkedReference({ users }: Trial) {
  const target = users.types.find(({ type }) => type === users.type)
  const reference = referencesOf(users.type).find(
    ({ attribute, types }) => types.includes(users.type.name) && !attribute.multiValued,
  )
  if (!target || !reference || users.store.checksReferencesTo?.(target) !== true) return undefined
  return { attribute: reference.attribute, target }
}

/** What refers to a resource that is not there, or no longer. */
export const referenceCases: readonly CaseDefinition[] = [
  {
    name: 'what the store says that it checks, it does: who does not exist is no member, and nothing refers to it',
    why: 'The service does not look itself then: a membership of nobody comes true for whoever has the id later.',
    inapplicable: (trial) => {
      const users = trial.users.types.find(({ store }) => store === trial.users.store)
      if (!users || !trial.groups?.type.membership) return 'there is no store of groups with members'
      return trial.groups.store.checksReferencesTo?.(users)
        ? undefined
        : 'the store of groups does not say that it checks references to users'
    },
    async run(trial) {
      const { groups } = groupsIn(trial)
      const type = trial.users.type.name
      const [a = '', gone = ''] = await addPeople(trial, 2)
      await trial.users.remove(gone)
      const fix =
        'add only members that exist in the tenant, looked up in the statement that adds them; or do not say so by checksReferencesTo'
      const nobody = [gone, '00000000-0000-4000-8000-000000000000']
      let made = await groups.create(groupDraft(trial, 'Team', [a]))
      const attempts: (readonly [string, () => Promise<unknown>])[] = [
        ['replace', () => groups.replace(made, groupDraft(trial, 'Team', [a, ...nobody]))],
      ]
      if (groups.store.changeMembers)
        attempts.unshift([
          'changeMembers',
          () => groups.changeMembers(made.id, { add: nobody.map((value) => ({ value, type })), remove: [] }),
        ])
      for (const [method, attempt] of attempts) {
        await attempt().catch((error: unknown) => {
          const isTold = isRefusedAs(error, { status: 400, error: 'ScimError.invalidValue(…)' })
          assertHolds(isTold, () => ({
            problem: `${method} with a member that does not exist fails as something else than a wrong value`,
            expected: "the group without that member, or ScimError.invalidValue('…', { path })",
            got: showError(error),
            fix,
          }))
        })
        const got = await groups.get(made.id)
        assertHasMembers(`${method} with members that do not exist`, got, [a], fix)
        made = got ?? made
      }
    },
  },
  {
    name: 'where the store says that it looks, a new resource refers to nobody who does not exist',
    why: 'The service does not look itself then: a manager who is nobody comes true for whoever has the id later.',
    inapplicable: (trial) =>
      checkedReference(trial) ? undefined : 'the store does not say that it checks what users refer to',
    async run(trial) {
      const { users, samples } = trial
      const reference = checkedReference(trial)
      if (!reference) return
      const { attribute, target } = reference
      const nobody = '00000000-0000-4000-8000-000000000000'
      const draft = (id: string) => samples.with(samples.minimal(`of-${id}`), attribute, { value: id })
      const create = (id: string) =>
        users.createReferring(draft(id), [{ attribute, ids: [id], targets: [target] }])
      await assertRefused(
        create(nobody),
        {
          status: 400,
          error: `ScimError.invalidValue('…', { path: '${attribute.path}' })`,
          path: attribute.path,
        },
        `create whose ${attribute.path} does not exist must be refused`,
        'look up what context.references names in the statement that writes, or do not say so by checksReferencesTo',
      )
      const boss = await users.create(samples.minimal('boss'))
      await create(boss.id)
    },
  },
  {
    name: 'what delete says of groups that the resource has left is what has become of them',
    why: 'The event of the group is made of it: rights that go without an event are kept elsewhere.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const one = await groups.create(groupDraft(trial, 'One', [a, b]))
      const two = await groups.create(groupDraft(trial, 'Two', [a]))
      const other = await groups.create(groupDraft(trial, 'Other', [b]))
      const told = await trial.users.removeAndLeave(a)
      const left: string[] = []
      for (const { id } of [one, two]) if (!memberIds(await groups.get(id)).includes(a)) left.push(id)
      const out = left.sort()
      // A cascade of the database says nothing of what it does.
      const names = told.map(({ before }) => before.id).sort()
      assertHolds(names.length === 0 || isEqual(names, out), () => ({
        problem: 'delete says of other groups that the resource has left them than it has taken it out of',
        expected: show(out),
        got: show(told.map(({ before }) => before.id)),
        fix: 'add to context.leftGroups every group that delete itself has taken the resource out of, with what changed, and no other; or none, and leave the memberships to the service',
      }))
      for (const { before, change } of told)
        assertHolds(isEqual(change.removed, [a]) && isEqual(change.added, []), () => ({
          problem: 'delete tells other members that have left a group than the deleted one',
          expected: show({ added: [], removed: [a] }),
          got: show({ group: before.id, added: change.added, removed: change.removed }),
          fix: 'tell what changed in each group of context.leftGroups: the deleted resource has left it',
        }))
      assertHasMembers(
        'another group',
        await groups.get(other.id),
        [b],
        'remove the memberships of the deleted resource only',
      )
    },
  },
]
