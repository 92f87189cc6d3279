import { isEqual } from '../../../protocol/index.js'
import { assertSameState } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show, versionMismatch } from '../failure.js'
import type { CaseDefinition } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertHasMembers, withMembers } from './groups.js'
import { addPeople, groupDraft } from './people.js'

/** What is written of groups is kept and guarded as it is for users. */
export const groupWrites: readonly CaseDefinition[] = [
  {
    name: 'a group of many keeps all its members, and its other attributes beside them',
    why: 'A group whose list is cut takes rights from those who are missing; one that loses its externalId is made a second time.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups, groupSamples } = groupsIn(trial)
      const ids = await addPeople(trial, 130)
      const fix =
        'store and read every membership: no limit, also where a database takes so many parameters only'
      const { members } = groupDraft(trial, 'Crowd', ids)
      const draft = { ...groupSamples.full('Crowd'), members }
      const made = await groups.create(draft)
      assertHasMembers('create', made, ids, fix)
      assertHasMembers('get', await groups.get(made.id), ids, fix)
      const [, ...left] = ids
      const changed = { ...draft, members: groupDraft(trial, 'Crowd', left).members }
      const next = await groups.replace(made, changed)
      assertHasMembers('replace', next, left, fix)
      const { members: _, ...others } = changed
      const got = await groups.get(made.id)
      assertHasMembers('get after replace', got, left, fix)
      for (const path of Object.keys(others).filter((name) => name !== 'schemas'))
        assertHolds(isEqual(got?.[path], others[path as keyof typeof others]), () => ({
          problem: `replace of the members lost ${path} of the group`,
          expected: show(others[path as keyof typeof others]),
          got: show(got?.[path]),
          fix: 'write every attribute of the group in replace, as for users',
        }))
    },
  },
  {
    name: 'a write of a group that expects another version, or that is not there, is refused',
    why: 'Two identity providers push into one group: what one has not seen, it must not write over.',
    inapplicable: ({ groups }) => (groups ? undefined : 'there is no store of groups'),
    async run(trial) {
      const { groups } = groupsIn(trial)
      const made = await groups.create(groupDraft(trial, 'Guarded'))
      const next = await groups.replace(made, groupDraft(trial, 'Guarded once'))
      const draft = groupDraft(trial, 'Guarded twice')
      const stale =
        'compare expectedVersion with the stored version of the group in the statement that writes'
      const gone = 'throw ScimError.notFound() where no group of the tenant has the id'
      const { version } = made.meta
      for (const [work, refusal, what, fix] of [
        [
          () => groups.replaceAt(made.id, draft, version, made),
          versionMismatch,
          'replace of a group that expects an old version',
          stale,
        ],
        [
          () => groups.remove(made.id, version),
          versionMismatch,
          'delete of a group that expects an old version',
          stale,
        ],
        [
          () => groups.replaceAt('nobody', draft, version),
          notFound,
          'replace of a group that is not there',
          gone,
        ],
        [() => groups.remove('nobody'), notFound, 'delete of a group that is not there', gone],
      ] as const)
        await assertRefused(work(), refusal, `${what} must be refused`, fix)
      assertSameState('get after writes that were refused', groups, next, await groups.get(made.id))
    },
  },
]
