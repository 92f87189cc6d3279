import { isEqual } from '../../../protocol/index.js'
import type { MemberChangeResult } from '../../../stores/index.js'
import { strangers } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show, versionMismatch } from '../failure.js'
import { assertOneWins, race, refusals } from '../race.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertHasMembers } from './groups.js'
import { addPeople, groupDraft } from './people.js'

const inapplicable = ({ groups }: Trial) =>
  groups?.type.membership && groups.store.changeMembers ? undefined : 'the store has no changeMembers'

const fix =
  'insert the memberships in `add` that are not there, delete those in `remove` that are, leave all others, and return the ids that came and went'

/** @throws StoreContractError where a result tells other ids. */
function assertChanged(
  { added, removed }: MemberChangeResult,
  expected: { readonly added: readonly string[]; readonly removed: readonly string[] },
): void {
  const got = { added: [...added].sort(), removed: [...removed].sort() }
  const wanted = { added: [...expected.added].sort(), removed: [...expected.removed].sort() }
  assertHolds(isEqual(got, wanted), () => ({
    problem: 'changeMembers tells other ids than those that came and went',
    expected: show(wanted),
    got: show(got),
    fix,
  }))
}

/** Membership as deltas, where the store does so. */
export const memberChanges: readonly CaseDefinition[] = [
  {
    name: 'changeMembers adds and removes the members that it names, and no others',
    why: 'Identity providers push memberships one by one; each must leave the rest alone.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = '', c = '', d = '', e = ''] = await addPeople(trial, 5)
      const type = trial.users.type.name
      const other = await groups.create(groupDraft(trial, 'Other', [a, b]))
      const made = await groups.create(groupDraft(trial, 'Team', [a, d, e]))
      const first = await groups.changeMembers(made.id, {
        add: [
          { value: b, type },
          { value: a, type },
        ],
        remove: [c, d],
      })
      assertChanged(first, { added: [b], removed: [d] })
      const got = await groups.get(made.id)
      assertHasMembers('changeMembers with add and remove', got, [a, b, e], fix)
      assertHolds(
        first.meta.version !== made.meta.version && got?.meta.version === first.meta.version,
        () => ({
          problem: 'changeMembers gave no new version, or another than get shows',
          expected: `a version other than ${made.meta.version}, in the result and in get`,
          got: show({ result: first.meta.version, get: got?.meta.version }),
          fix: 'count the version of the group up in the same transaction, and return its meta',
        }),
      )
      const second = await groups.changeMembers(made.id, { add: [], remove: [a, b] })
      assertChanged(second, { added: [], removed: [a, b] })
      assertHasMembers('changeMembers with remove', await groups.get(made.id), [e], fix)
      assertHasMembers('another group', await groups.get(other.id), [a, b], fix)
    },
  },
  {
    name: 'changeMembers that changes nothing leaves the version as it is',
    why: 'Identity providers push what is there already; each push would wake every reader of the group.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Team', [a]))
      const { membership } = groups.type
      const again = { value: a, type, ...(membership?.subAttributes.has('display') && { display: 'Other' }) }
      const changes = [
        { add: [{ value: a, type }], remove: [b, 'nobody'] },
        { add: [again], remove: [] },
        { add: [], remove: [] },
        { replaceAll: [{ value: a, type }] },
      ]
      for (const change of changes) {
        const result = await groups.changeMembers(made.id, change)
        assertChanged(result, { added: [], removed: [] })
        assertHolds(result.meta.version === made.meta.version, () => ({
          problem: 'changeMembers that changes nothing made a new version',
          expected: made.meta.version,
          got: result.meta.version,
          fix: 'count the version up only where a membership was inserted or deleted, and leave one that is there as it is',
        }))
      }
      assertHasMembers('changeMembers that changes nothing', await groups.get(made.id), [a], fix)
    },
  },
  {
    name: 'changeMembers with replaceAll leaves exactly the members that it is given',
    why: 'Some push the whole group by a PUT; who has left must go.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Team', [a, b]))
      const first = await groups.changeMembers(made.id, {
        replaceAll: [
          { value: b, type },
          { value: c, type },
        ],
      })
      assertChanged(first, { added: [c], removed: [a] })
      assertHasMembers('changeMembers with replaceAll', await groups.get(made.id), [b, c], fix)
      const second = await groups.changeMembers(made.id, { replaceAll: [] }, first.meta.version)
      assertChanged(second, { added: [], removed: [b, c] })
      assertHasMembers('changeMembers with replaceAll of nobody', await groups.get(made.id), [], fix)
    },
  },
  {
    name: 'changeMembers at another version than the expected one, or of no group, is refused',
    why: 'If-Match holds for memberships too, and a group that is gone has no members.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = ''] = await addPeople(trial, 2)
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Team', [a]))
      await groups.changeMembers(made.id, { add: [{ value: b, type }], remove: [] }, made.meta.version)
      const versionFix =
        'where expectedVersion is given, change members only of the group at that version, in the same transaction'
      for (const change of [{ add: [], remove: [a] }, { replaceAll: [] }]) {
        await assertRefused(
          groups.changeMembers(made.id, change, made.meta.version),
          versionMismatch,
          'changeMembers that expects another version than the stored one must be refused',
          versionFix,
        )
      }
      assertHasMembers('changeMembers that was refused', await groups.get(made.id), [a, b], versionFix)
      for (const id of strangers) {
        await assertRefused(
          groups.changeMembers(id, { add: [{ value: a, type }], remove: [] }),
          notFound,
          `changeMembers of the group ${show(id)}, which does not exist, must be refused`,
          'look the group up in the same transaction, and throw ScimError.notFound() where the tenant has none with the id',
        )
      }
    },
  },
  {
    name: 'of many that change members of one group at once, none is lost',
    why: 'An assignment of a whole department comes as a burst of PATCH requests for one group.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const ids = await addPeople(trial, trial.writers)
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Team'))
      const raceFix =
        'change single memberships (insert … on conflict do nothing, delete …) and lock or count up the row of the group; never read all members, change the list and write it back'
      const outcomes = await race(ids.length, (number) =>
        groups.changeMembers(made.id, { add: [{ value: ids[number] ?? '', type }], remove: [] }),
      )
      const [refused] = refusals(outcomes)
      if (refused !== undefined) throw refused
      assertHasMembers(`${ids.length} additions at once`, await groups.get(made.id), ids, raceFix)
      const versions = new Set(
        outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.meta.version] : [])),
      )
      assertHolds(versions.size === ids.length, () => ({
        problem: 'changes of members at once share a version',
        expected: `${ids.length} different versions`,
        got: String(versions.size),
        fix: 'count the version of the group up in each change, in the same statement or under its lock',
      }))
      const [stay, leave] = [ids.slice(0, 5), ids.slice(5)]
      const removals = await race(leave.length, (number) =>
        groups.changeMembers(made.id, { add: [], remove: [leave[number] ?? ''] }),
      )
      const [failed] = refusals(removals)
      if (failed !== undefined) throw failed
      assertHasMembers(`${leave.length} removals at once`, await groups.get(made.id), stay, raceFix)
    },
  },
  {
    name: 'of many changes of members that expect one version, one wins',
    why: 'A client that names a version must not write over what it has not seen.',
    inapplicable,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const ids = await addPeople(trial, Math.min(trial.writers, 12))
      const type = trial.users.type.name
      const made = await groups.create(groupDraft(trial, 'Team'))
      const outcomes = await race(ids.length, (number) =>
        groups.changeMembers(
          made.id,
          { add: [{ value: ids[number] ?? '', type }], remove: [] },
          made.meta.version,
        ),
      )
      const versionFix =
        'compare expectedVersion with the version of the group in the statement that counts it up'
      const winner = assertOneWins(
        outcomes,
        versionMismatch,
        'changes of members that expected one version',
        versionFix,
      )
      assertHasMembers(
        'changes of members that expected one version',
        await groups.get(made.id),
        winner.added,
        versionFix,
      )
    },
  },
]
