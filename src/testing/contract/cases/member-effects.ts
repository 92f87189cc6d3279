import { isEqual } from '../../../protocol/index.js'
import { includeOnly } from '../../../schema/index.js'
import { findDifference } from '../difference.js'
import { assertHolds, show } from '../failure.js'
import type { Resource } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertHasMembers, withMembers } from './groups.js'
import { addPeople, groupDraft } from './people.js'

type Shown = Readonly<Record<string, unknown>>

const withChanges = (trial: Trial) =>
  withMembers(trial) ?? (trial.groups?.store.changeMembers ? undefined : 'the store has no changeMembers')

/** What is told of each member beside its id, by the id. */
function membersOf(group: Resource | undefined): ReadonlyMap<string, Shown> {
  const list = Array.isArray(group?.members) ? (group.members as readonly Shown[]) : []
  return new Map(list.map((member) => [String(member.value), member]))
}

/** The parts of a member that a store keeps as they are given. */
function storedParts({ groups }: Trial): readonly string[] {
  const subs = groups?.type.membership?.subAttributes
  return ['type', 'display'].filter((name) => {
    const sub = subs?.get(name)
    return sub !== undefined && sub.mutability !== 'readOnly'
  })
}

/** @throws StoreContractError where a member is told otherwise than it was given. */
function assertToldAs(
  trial: Trial,
  method: string,
  group: Resource | undefined,
  expected: readonly Shown[],
): void {
  const told = membersOf(group)
  for (const member of expected) {
    const got = told.get(String(member.value))
    for (const part of storedParts(trial))
      assertHolds(member[part] === undefined || got?.[part] === member[part], () => ({
        problem: `${method} gave another ${part} of a member than what was stored`,
        expected: show(member),
        got: show(got),
        fix: `keep ${storedParts(trial).join(' and ')} of each membership as it was added, also where the member is there already; what the store does not keep, leave out by its \`attributes\` or restrictResourceType`,
      }))
  }
}

/** What follows from a change of members, and what does not. */
export const memberEffects: readonly CaseDefinition[] = [
  {
    name: 'members are told as they were added: with their type and their display',
    why: 'A group that is a member gives other rights than a user, and administrators read names.',
    inapplicable: (trial) =>
      withMembers(trial) ??
      (storedParts(trial).length > 0 ? undefined : 'members have nothing beside their ids that is stored'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const path = groups.type.membership?.name ?? 'members'
      const types = groups.type.membership?.subAttributes.get('$ref')?.referenceTypes ?? []
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const user = trial.users.type.name
      const members: Shown[] = [
        { value: a, type: user, display: 'First' },
        { value: b, type: user },
      ]
      const outer = (name: string, of: readonly Shown[]) => ({ ...groupDraft(trial, name), [path]: of })
      if (types.includes(groups.type.name)) {
        const { id: value } = await groups.create(groupDraft(trial, 'Inner'))
        const nested = { value, type: groups.type.name }
        // Tables of a host may have users alone as members.
        const isNested = await groups.create(outer('Nested', [nested])).then(
          () => true,
          () => false,
        )
        if (isNested) members.push(nested)
      }
      const made = await groups.create(outer('Outer', members))
      assertToldAs(trial, 'create', made, members)
      assertToldAs(trial, 'get', await groups.get(made.id), members)
      if (!groups.store.changeMembers) return
      const added = { value: c, type: user, display: 'Added' }
      await groups.changeMembers(made.id, {
        add: [added, { value: a, type: user, display: 'Another name' }],
        remove: [],
      })
      assertToldAs(trial, 'get after changeMembers', await groups.get(made.id), [...members, added])
    },
  },
  {
    name: 'changeMembers takes many at once, and one who is named twice once',
    why: 'Identity providers send hundreds of members in one request, and now and then one of them twice.',
    inapplicable: withChanges,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const ids = await addPeople(trial, 130)
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Crowd'))
      const fix =
        'read each member of the change once, and split statements where the database takes so many parameters only'
      const all = ids.map((value) => ({ value, type }))
      const first = await groups.changeMembers(made.id, { add: [...all, ...all.slice(0, 3)], remove: [] })
      const half = ids.slice(0, 120)
      assertHasMembers('changeMembers that adds 130', await groups.get(made.id), ids, fix)
      const second = await groups.changeMembers(made.id, { add: [], remove: [...half, ...half.slice(0, 3)] })
      assertHasMembers('changeMembers that removes 120', await groups.get(made.id), ids.slice(120), fix)
      const third = await groups.changeMembers(made.id, {
        replaceAll: [...all.slice(0, 125), ...all.slice(0, 3)],
      })
      assertHasMembers(
        'changeMembers with replaceAll of 125',
        await groups.get(made.id),
        ids.slice(0, 125),
        fix,
      )
      for (const [told, expected] of [
        [first.added, ids],
        [second.removed, half],
        [third.added, half],
      ] as const)
        assertHolds(isEqual([...told].sort(), [...expected].sort()), () => ({
          problem: 'changeMembers of many does not tell each id that came or went once',
          expected: `${expected.length} different ids`,
          got: `${told.length}, ${new Set(told).size} of them different`,
          fix,
        }))
    },
  },
  {
    name: 'changeMembers changes nothing of the group but its members, its version and lastModified',
    why: 'A group that loses its externalId by a new member is not found again; one that does not move is not read again.',
    inapplicable: withChanges,
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const type = trial.users.type.name
      const draft = {
        ...groupSamples.full('Kept'),
        ...groupDraft(trial, 'Kept', [a]),
        ...groupSamples.full('Kept'),
      }
      const made = await groups.create(draft)
      let last = made.meta
      let isMoved = false
      // Most databases keep milliseconds, and some seconds.
      for (const [turn, wait] of [5, 1100].entries()) {
        if (isMoved) break
        await new Promise((resolve) => setTimeout(resolve, wait))
        const change = turn === 0 ? { add: [{ value: b, type }], remove: [] } : { add: [], remove: [b] }
        const { meta } = await groups.changeMembers(made.id, change)
        isMoved = Date.parse(meta.lastModified) > Date.parse(made.meta.lastModified)
        last = meta
      }
      assertHolds(isMoved, () => ({
        problem: 'changeMembers did not move meta.lastModified of the group',
        expected: `later than ${made.meta.lastModified}`,
        got: last.lastModified,
        fix: 'write the time of the change into lastModified of the group, where a membership came or went',
      }))
      const got = await groups.get(made.id)
      const times = (meta: Resource['meta'] | undefined) =>
        meta && [meta.version, Date.parse(meta.created), Date.parse(meta.lastModified)]
      assertHolds(isEqual(times(got?.meta), times(last)), () => ({
        problem: 'changeMembers gave another meta than get shows',
        expected: show(got?.meta),
        got: show(last),
        fix: 'return the meta that the group has after the change, as it is stored',
      }))
      const found = got && findDifference(groups.type, draft, got)
      assertHolds(!found && last.created === made.meta.created, () => ({
        problem: `changeMembers changed ${found?.path ?? 'meta.created'} of the group`,
        expected: show(found ? found.expected : made.meta.created),
        got: show(found ? found.got : last.created),
        fix: 'write memberships, and of the group its version and lastModified only',
      }))
    },
  },
  {
    name: 'groupsOf, members and filters tell what changeMembers has done, and the name that a group has now',
    why: 'The groups of a user are the rights of the user: an old answer keeps those of a leaver.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const { store } = groups
      const [a = '', b = ''] = await addPeople(trial, 2)
      const type = trial.users.type.name
      let group = await groups.create(groupDraft(trial, 'Team', [a]))
      const assertTold = async (when: string, expected: Readonly<Record<string, boolean>>, name: string) => {
        const fix =
          'answer from the memberships and the names that are stored now; what is kept beside them must change in the same step'
        for (const [id, isMember] of Object.entries(expected)) {
          const answers: [string, boolean][] = []
          for (const filter of [`members.value eq "${id}"`, `members[value eq "${id}"]`])
            answers.push([`list of ${filter}`, (await groups.list(filter)).resources.length === 1])
          if (store.members) answers.push(['members', (await groups.members(group.id)).flat().includes(id)])
          if (store.groupsOf) {
            const found = (await groups.groupsOf([id])).get(id) ?? []
            answers.push(['groupsOf', found.some(({ value }) => value === group.id)])
            const display = found[0]?.display
            assertHolds(!isMember || display === undefined || !groupSamples.name || display === name, () => ({
              problem: `${when}, groupsOf tells another name than the group has`,
              expected: show(name),
              got: show(display),
              fix,
            }))
          }
          for (const [method, got] of answers)
            assertHolds(got === isMember, () => ({
              problem: `${when}, ${method} ${got ? 'still tells' : 'does not tell'} of a membership`,
              expected: isMember ? 'the membership' : 'no membership',
              got: got ? 'the membership' : 'none',
              fix,
            }))
        }
      }
      await assertTold('after create', { [a]: true, [b]: false }, 'Team')
      if (store.changeMembers) {
        await groups.changeMembers(group.id, { add: [{ value: b, type }], remove: [a] })
        await assertTold('after changeMembers', { [a]: false, [b]: true }, 'Team')
        await groups.changeMembers(group.id, { replaceAll: [{ value: a, type }] })
        await assertTold('after changeMembers with replaceAll', { [a]: true, [b]: false }, 'Team')
        group = (await groups.get(group.id)) ?? group
      }
      await groups.replace(group, groupDraft(trial, 'Renamed', [a, b]))
      await assertTold('after replace', { [a]: true, [b]: true }, 'Renamed')
    },
  },
  {
    name: 'groupsOf answers for a whole page of ids',
    why: 'The service asks for the groups of all users of a page at once.',
    inapplicable: (trial) =>
      withMembers(trial) ?? (trial.groups?.store.groupsOf ? undefined : 'the store has no groupsOf'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const ids = await addPeople(trial, 130)
      const made = await groups.create(groupDraft(trial, 'Everybody', ids))
      const found = await groups.groupsOf([...ids, ...ids.slice(0, 2)])
      const without = ids.filter(
        (id) =>
          !isEqual(
            (found.get(id) ?? []).map(({ value }) => value),
            [made.id],
          ),
      )
      assertHolds(without.length === 0, () => ({
        problem: `groupsOf of ${ids.length} ids does not tell the one group of each, once`,
        expected: `${ids.length} ids with 1 group`,
        got: `${without.length} without it, or with others, such as ${show(found.get(without[0] ?? ''))}`,
        fix: 'answer for every id that is asked for, however many: split the statement where the database takes so many parameters only',
      }))
    },
  },
  {
    name: 'get and list of groups give what is wanted of them: members alone, and all but members',
    why: 'A reply is made of what the store gives: members that are wanted and not given are members lost.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const { membership } = groups.type
      const [a = ''] = await addPeople(trial, 1)
      const made = await groups.create(groupDraft(trial, 'Team', [a]))
      if (!membership) return
      const fix = 'read what projection.includes(attribute) says, members too, and id and meta always'
      const only = includeOnly(groups.type, [{ attribute: membership }])
      const listed = (await groups.list(undefined, { projection: only })).resources
      for (const [method, group] of [
        ['get', await groups.get(made.id, only)],
        ['list', listed[0]],
      ] as const)
        assertHasMembers(`${method} where members alone are wanted`, group, [a], fix)
      const { name } = groupSamples
      if (!name) return
      const thin = includeOnly(groups.type, [{ attribute: name }])
      for (const [method, group] of [
        ['get', await groups.get(made.id, thin)],
        ['list', (await groups.list(undefined, { projection: thin })).resources[0]],
      ] as const)
        assertHolds(
          group?.[name.name] === made[name.name] && group?.meta.version === made.meta.version,
          () => ({
            problem: `${method} leaves out ${name.path}, or meta, where ${name.path} alone is wanted`,
            expected: show({ [name.name]: made[name.name], version: made.meta.version }),
            got: show(group),
            fix,
          }),
        )
    },
  },
]
