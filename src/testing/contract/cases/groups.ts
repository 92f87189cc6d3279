import { isEqual } from '../../../protocol/index.js'
import { assertSameState } from '../assertions.js'
import { assertHolds, assertRefused, notUnique, show } from '../failure.js'
import { eachOf } from '../population.js'
import type { Resource, TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn, sortedIds } from '../trial.js'
import { addPeople, groupDraft, memberIds } from './people.js'

export const withMembers = ({ groups }: Trial) =>
  groups?.type.membership ? undefined : 'there is no store of groups with members'

/** @throws StoreContractError where a group has other members. */
export function assertHasMembers(
  what: string,
  group: Resource | undefined,
  expected: readonly string[],
  fix: string,
): void {
  const got = memberIds(group)
  assertHolds(isEqual(got, [...expected].sort()), () => ({
    problem: `${what}: the group has other members`,
    expected: `${expected.length}: ${show([...expected].sort())}`,
    got: `${got.length}: ${show(got)}`,
    fix,
  }))
}

async function assertFound(
  groups: TestedStore,
  filter: string,
  expected: readonly Resource[],
): Promise<void> {
  const { resources, totalResults } = await groups.listAll(filter)
  assertHolds(isEqual(sortedIds(resources), sortedIds(expected)) && totalResults === expected.length, () => ({
    problem: `list of ${filter} finds other groups than those with such members`,
    expected: show(expected.map(({ displayName, id }) => displayName ?? id)),
    got: show({ groups: resources.map(({ displayName, id }) => displayName ?? id), totalResults }),
    fix: 'evaluate members and members.value on the memberships of the group, ids exactly and each group once',
  }))
}

/** Groups, where there is a store of them. */
export const groupCases: readonly CaseDefinition[] = [
  {
    name: 'a group keeps its members, and replace stores those that it is given',
    why: 'Rights follow from memberships: one too many is a breach, one too few is a call to support.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const fix = 'store the memberships that create and replace are given, and no others of that group'
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const other = await groups.create(groupDraft(trial, 'Other', [a, b]))
      const made = await groups.create(groupDraft(trial, 'Team', [a, b]))
      assertHasMembers('create', made, [a, b], fix)
      assertHasMembers('get', await groups.get(made.id), [a, b], fix)
      const next = await groups.replace(made, groupDraft(trial, 'Team', [b, c]))
      assertHasMembers('replace', next, [b, c], fix)
      assertHasMembers('get after replace', await groups.get(made.id), [b, c], fix)
      assertHolds(next.meta.version !== made.meta.version, () => ({
        problem: 'replace of the members gave the group no new version',
        expected: 'another version',
        got: show(next.meta.version),
        fix: 'count the version of the group up when its members change',
      }))
      const none = await groups.replace(next, groupDraft(trial, 'Team'))
      assertHasMembers('replace without members', none, [], fix)
      const got = await groups.get(made.id)
      assertHasMembers('get after replace without members', got, [], fix)
      assertSameState('get after replace', groups, none, got)
      assertHasMembers('another group', await groups.get(other.id), [a, b], fix)
    },
  },
  {
    name: 'deleting a group deletes no member, and its memberships are gone',
    why: 'A group is a list of people, not their owner.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const made = await groups.create(groupDraft(trial, 'Team', [a, b]))
      await groups.remove(made.id, made.meta.version)
      const { totalResults } = await trial.users.list(undefined, { count: 0 })
      assertHolds(totalResults === 2, () => ({
        problem: 'deleting a group deleted its members',
        expected: '2 users',
        got: String(totalResults),
        fix: 'delete the group and its memberships, and no row of users',
      }))
      await assertFound(groups, `members.value eq "${a}"`, [])
      if ((groups.store.describe?.(groups.type)?.deletion ?? 'removes') === 'removes')
        assertHasMembers(
          'a new group of the same name',
          await groups.create(groupDraft(trial, 'Team')),
          [],
          'delete the memberships with their group',
        )
    },
  },
  {
    name: 'groups are found by their members',
    why: 'Without groupsOf the service finds the groups of a user so, and clients do in any case.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const one = await groups.create(groupDraft(trial, 'One', [a]))
      const two = await groups.create(groupDraft(trial, 'Two', [a, b]))
      const none = await groups.create(groupDraft(trial, 'Nobody'))
      const filters: readonly (readonly [string, readonly Resource[]])[] = [
        [`members eq "${a}"`, [one, two]],
        [`members.value eq "${a}"`, [one, two]],
        [`members[value eq "${b}"]`, [two]],
        ['members pr', [one, two]],
        ['not (members pr)', [none]],
        ['members.value eq "nobody"', []],
        [`not (members.value eq "${b}")`, [one, none]],
        [`members.value eq "${a}" and members.value eq "${b}"`, [two]],
      ]
      for (const [filter, expected] of filters) await assertFound(groups, filter, expected)
      const list = await groups.listAll()
      for (const [group, ids] of [
        [one, [a]],
        [two, [a, b]],
        [none, []],
      ] as const)
        assertHasMembers(
          'list',
          list.resources.find(({ id }) => id === group.id),
          ids,
          'show in list the members that get shows',
        )
    },
  },
  {
    name: 'the name of a group is unique where its type says so, and groups are found by it',
    why: 'Identity providers look a group up by displayName before they create it, and expect 409 for a second one.',
    inapplicable: ({ groups, groupSamples }) =>
      groups && groupSamples?.name ? undefined : 'there is no store of groups with unique names',
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const path = groupSamples.name?.path ?? ''
      const made = await groups.create(groupDraft(trial, 'Sales'))
      const fix = `keep ${path} unique in each tenant, without regard to case, and throw ScimError.uniqueness('${path}'); for groups that may share a name, give storeContract a groupType whose ${path} is not unique`
      await assertRefused(
        groups.create(groupDraft(trial, 'SALES')),
        notUnique(path),
        `create of a group whose ${path} is there in another case of letters must be refused`,
        fix,
      )
      for (const name of ['Sales', 'sales']) await assertFound(groups, `${path} eq "${name}"`, [made])
      await assertFound(groups, `${path} eq "Sale"`, [])
    },
  },
  {
    name: 'groupsOf tells the groups of each id, and nothing of others',
    why: 'The groups of a user are shown with the user; wrong ones are wrong rights.',
    inapplicable: (trial) =>
      withMembers(trial) ?? (trial.groups?.store.groupsOf ? undefined : 'the store has no groupsOf'),
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const one = await groups.create(groupDraft(trial, 'One', [a]))
      const two = await groups.create(groupDraft(trial, 'Two', [a, b]))
      const fix =
        'return a Map from each id that is a member to all its groups, each as { value, display }; read the memberships anew each time'
      const assertGroups = async (
        asked: readonly string[],
        expected: Readonly<Record<string, readonly Resource[]>>,
      ) => {
        const found = await groups.groupsOf(asked)
        const shown = Object.fromEntries(
          [...found]
            .filter(([, list]) => list.length > 0)
            .map(([id, list]) => [id, list.map(({ value, display }) => [value, display ?? '']).sort()]),
        )
        const wanted = Object.fromEntries(
          Object.entries(expected).map(([id, list]) => [
            id,
            list
              .map((group) => [group.id, String(groupSamples.name ? group[groupSamples.name.name] : '')])
              .sort(),
          ]),
        )
        assertHolds(isEqual(shown, wanted), () => ({
          problem: 'groupsOf tells other groups than those that have the ids as members',
          expected: show(wanted),
          got: show(shown),
          fix,
        }))
      }
      await assertGroups([a, b, c, 'nobody'], { [a]: [one, two], [b]: [two] })
      await assertGroups([b], { [b]: [two] })
      await assertGroups([], {})
      const changed = await groups.replace(two, groupDraft(trial, 'Two', [c]))
      await assertGroups([a, b, c], { [a]: [one], [c]: [changed] })
      await groups.remove(changed.id)
      await assertGroups([a, b, c], { [a]: [one] })
    },
  },
  {
    name: 'members gives each member of a group once, in batches and in one order',
    why: 'A group of a million is read so: who is missing from a batch is missing from the group.',
    inapplicable: (trial) =>
      withMembers(trial) ?? (trial.groups?.store.members ? undefined : 'the store has no members'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const ids = await addPeople(trial, 40)
      const made = await groups.create(groupDraft(trial, 'Crew', ids))
      const empty = await groups.create(groupDraft(trial, 'Nobody'))
      const found = (await groups.members(made.id)).flat()
      const fix =
        'yield the memberships of that group in the order of their ids, each once, and nothing for a group without members'
      assertHolds(isEqual([...found].sort(), [...ids].sort()), () => ({
        problem: 'members does not give each member once',
        expected: `${ids.length} different ids`,
        got: `${found.length}, ${new Set(found).size} of them different`,
        fix,
      }))
      const again = (await groups.members(made.id)).flat()
      assertHolds(isEqual(found, again), () => ({
        problem: 'members gives another order the second time',
        expected: show(found),
        got: show(again),
        fix,
      }))
      await eachOf([empty.id, 'nobody'], async (id) => {
        const batches = await groups.members(id)
        assertHolds(batches.flat().length === 0, () => ({
          problem: 'members gives members of a group without any',
          expected: 'none',
          got: show(batches),
          fix,
        }))
      })
    },
  },
  {
    name: 'renameMember gives members the new name and leaves other names alone',
    why: 'Members are shown by name; the name of a membership that somebody chose is not the name of the user.',
    inapplicable: (trial) => {
      const display = trial.groups?.type.membership?.subAttributes.get('display')
      if (!trial.groups?.store.renameMember) return 'the store has no renameMember'
      return display && display.mutability !== 'readOnly'
        ? undefined
        : 'members have no display that is stored'
    },
    async run(trial) {
      const { groups } = groupsIn(trial)
      const { membership } = groups.type
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const type = trial.users.type.name
      const members = [
        { value: a, type, display: 'Old name' },
        { value: b, type, display: 'Old name' },
        { value: c, type, display: 'Chosen' },
      ]
      const made = await groups.create({
        ...groupDraft(trial, 'Team'),
        [membership?.name ?? 'members']: members,
      })
      const context = groups.context()
      for (const id of [a, c])
        await groups.store.renameMember?.({ id, type }, new Map([['Old name', 'New name']]), context)
      const got = await groups.get(made.id)
      const shown = Array.isArray(got?.members)
        ? (got.members as readonly { value?: string; display?: string }[])
        : []
      const displays = [a, b, c].map((id) => shown.find(({ value }) => value === id)?.display)
      assertHolds(isEqual(displays, ['New name', 'Old name', 'Chosen']), () => ({
        problem:
          'renameMember changed the display of other memberships than those of the member under a former name',
        expected: show(['New name', 'Old name', 'Chosen']),
        got: show(displays),
        fix: 'set display where the member is the one that is given and its display is a key of `names`',
      }))
      assertHolds(got?.meta.version === made.meta.version, () => ({
        problem: 'renameMember changed the version of the group',
        expected: made.meta.version,
        got: show(got?.meta.version),
        fix: 'leave meta of the group as it is: a new name of a member is no change of the group',
      }))
    },
  },
]
