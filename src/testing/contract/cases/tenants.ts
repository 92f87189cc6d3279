import { isEqual } from '../../../protocol/index.js'
import { assertSameState } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show } from '../failure.js'
import type { ListAsk, TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn, sortedIds } from '../trial.js'
import { addPeople, groupDraft, memberIds } from './people.js'

const fix = (method: string) => `let ${method} read and write the rows of context.tenant only`

const inapplicable = ({ otherTenant }: Trial) =>
  otherTenant ? undefined : 'the store is for one tenant, or has one only in this contract'

function other(subject: TestedStore, { otherTenant }: Trial): TestedStore {
  if (!otherTenant) throw new Error('there is no other tenant')
  return subject.within(otherTenant)
}

/** What a list can be asked for beside its filter. */
function asksOf({ store, type }: TestedStore): readonly ListAsk[] {
  const attribute = type.unique[0]
  return [
    {},
    { count: 0 },
    ...(store.sorts === true && attribute ? [{ sort: { attribute, order: 'ascending' as const } }] : []),
    ...(store.cursors === true ? [{ cursor: { from: 'start' as const } }] : []),
  ]
}

/** One tenant never sees another's. */
export const tenants: readonly CaseDefinition[] = [
  {
    name: 'get shows no resource of another tenant',
    why: 'One customer must not read what another has.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const made = await users.create(samples.minimal('mine'))
      const got = await other(users, trial).get(made.id)
      assertHolds(got === undefined || got === null, () => ({
        problem: 'get shows a resource of another tenant',
        expected: 'undefined',
        got: show(got),
        fix: fix('get'),
      }))
    },
  },
  {
    name: 'list shows and counts no resource of another tenant',
    why: 'One customer must not read what another has, nor how much of it.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const theirs = other(users, trial)
      const made = await users.create(samples.minimal('mine'))
      const own = await theirs.create(samples.minimal('theirs'))
      const id = JSON.stringify(made.id)
      const before = await users.list()
      assertHolds(before.totalResults === 1 && before.resources[0]?.id === made.id, () => ({
        problem: 'list shows or counts a resource of another tenant, whose name begins alike',
        expected: show({ ids: [made.id], totalResults: 1 }),
        got: show({ ids: sortedIds(before.resources), totalResults: before.totalResults }),
        fix: `${fix('list')}: the whole name of the tenant, not its beginning`,
      }))
      const filters: readonly (readonly [string | undefined, readonly string[]])[] = [
        [undefined, [own.id]],
        [`id eq ${id}`, []],
        [`id eq ${id} or id pr`, [own.id]],
        ['not (id eq "nobody")', [own.id]],
      ]
      for (const [filter, expected] of filters) {
        for (const ask of asksOf(users)) {
          const { resources, totalResults } = await theirs.list(filter, ask)
          const isRight =
            (totalResults === expected.length || ask.cursor !== undefined) &&
            resources.every((one) => expected.includes(one.id))
          assertHolds(isRight, () => ({
            problem: `list${filter === undefined ? '' : ` of ${filter}`}${ask.sort ? ' that is sorted' : ask.cursor ? ' by cursor' : ''} shows or counts a resource of another tenant`,
            expected: show({ ids: expected, totalResults: expected.length }),
            got: show({ ids: sortedIds(resources), totalResults }),
            fix: `${fix('list')}: put brackets around the condition of the filter before the tenant's is added to it`,
          }))
        }
      }
    },
  },
  {
    name: 'replace and delete change no resource of another tenant',
    why: 'One customer must not change what another has.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const theirs = other(users, trial)
      const made = await users.create(samples.marked('mine', 'a'))
      await theirs.create(samples.marked('theirs', 'a'))
      await assertRefused(
        theirs.replace(made, samples.marked('mine', 'b')),
        notFound,
        "replace of another tenant's resource must be refused",
        fix('replace'),
      )
      for (const version of [made.meta.version, undefined]) {
        await assertRefused(
          theirs.remove(made.id, version),
          notFound,
          "delete of another tenant's resource must be refused",
          fix('delete'),
        )
      }
      const got = await users.get(made.id)
      assertSameState('get after writes of another tenant', users, made, got)
    },
  },
  {
    name: 'two tenants may have the same unique value',
    why: 'People work for two customers; a name that is taken elsewhere must not be refused, which would also tell that it is.',
    inapplicable: (trial) =>
      inapplicable(trial) ?? (trial.samples.name ? undefined : 'the store keeps no unique attribute'),
    async run(trial) {
      const { users, samples } = trial
      const theirs = other(users, trial)
      await users.create(samples.minimal('shared'))
      const made = await theirs.create(samples.minimal('shared')).catch((error) => error)
      assertHolds(!(made instanceof Error), () => ({
        problem: 'a unique value of another tenant is refused',
        expected: 'that two tenants have it',
        got: show(String(made)),
        fix: 'let the unique index begin with the tenant: … on (tenant, lower(user_name))',
      }))
    },
  },
  {
    name: 'groups and their members are apart for each tenant',
    why: 'A membership of another customer would give rights to the wrong people.',
    inapplicable: (trial) =>
      inapplicable(trial) ?? (trial.groups ? undefined : 'there is no store of groups'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const theirs = other(groups, trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const made = await groups.create(groupDraft(trial, 'Team', [a]))
      const path = groups.type.membership?.name ?? 'members'
      const display = [{ value: a, type: trial.users.type.name, display: 'First' }]
      const { id: namedId } = await groups.create({ ...groupDraft(trial, 'Named'), [path]: display })
      const named = (await groups.get(namedId)) ?? made
      const got = await theirs.get(made.id)
      assertHolds(got === undefined || got === null, () => ({
        problem: 'get shows a group of another tenant',
        expected: 'undefined',
        got: show(got),
        fix: fix('get'),
      }))
      const list = await theirs.list()
      assertHolds(list.totalResults === 0 && list.resources.length === 0, () => ({
        problem: 'list shows or counts a group of another tenant',
        expected: show({ ids: [], totalResults: 0 }),
        got: show({ ids: sortedIds(list.resources), totalResults: list.totalResults }),
        fix: fix('list'),
      }))
      for (const [method, work] of [
        ['replace', () => theirs.replace(made, groupDraft(trial, 'Taken'))],
        ['delete', () => theirs.remove(made.id)],
        ['delete', () => theirs.remove(made.id, made.meta.version)],
      ] as const)
        await assertRefused(
          work(),
          notFound,
          `${method} of another tenant's group must be refused`,
          fix(method),
        )
      if (groups.store.renameMember) {
        const type = trial.users.type.name
        await groups.store.renameMember({ id: a, type }, new Map([['First', 'Second']]), theirs.context())
        const unnamed = await groups.get(named.id)
        assertSameState('get after renameMember of another tenant', groups, named, unnamed)
        assertHolds(isEqual(unnamed?.members, named.members), () => ({
          problem: 'renameMember changed a membership of another tenant',
          expected: show(named.members),
          got: show(unnamed?.members),
          fix: fix('renameMember'),
        }))
      }
      if (groups.store.changeMembers) {
        await assertRefused(
          theirs.changeMembers(made.id, { add: [{ value: b, type: 'User' }], remove: [] }),
          notFound,
          "changeMembers of another tenant's group must be refused",
          fix('changeMembers'),
        )
      }
      if (groups.store.groupsOf) {
        const found = await theirs.groupsOf([a, b])
        assertHolds(
          [...found.values()].every((list) => list.length === 0),
          () => ({
            problem: 'groupsOf tells of a group of another tenant',
            expected: 'no groups',
            got: show(found),
            fix: fix('groupsOf'),
          }),
        )
      }
      if (groups.store.members) {
        const batches = await theirs.members(made.id)
        assertHolds(batches.flat().length === 0, () => ({
          problem: 'members tells the members of a group of another tenant',
          expected: 'none',
          got: show(batches),
          fix: fix('members'),
        }))
      }
      const after = memberIds(await groups.get(made.id))
      assertHolds(after.length === 1 && after[0] === a, () => ({
        problem: 'another tenant changed the members of a group',
        expected: show([a]),
        got: show(after),
        fix: fix('changeMembers'),
      }))
    },
  },
]
