import { isEqual, isScimError } from '../../../protocol/index.js'
import { assertHolds, show } from '../failure.js'
import { race, refusals } from '../race.js'
import type { CaseDefinition } from '../trial.js'
import { groupsIn } from '../trial.js'
import { assertAborted, settledInTime } from './abort.js'
import { withMembers } from './groups.js'
import { addPeople, groupDraft, memberIds } from './people.js'

const fix =
  'write the group and its memberships in one transaction, which is rolled back when the call is given up; once it is committed, say so'

/** Clients that go away while a group is written. */
export const groupAbort: readonly CaseDefinition[] = [
  {
    name: 'a write of a group that is aborted on its way does all or nothing',
    why: 'A group without its people, or with half of a change, is what nobody has asked for.',
    inapplicable: withMembers,
    async run(trial) {
      const { groups } = groupsIn(trial)
      const [a = '', b = '', c = ''] = await addPeople(trial, 3)
      const type = trial.users.type.name
      const before = [a, b].sort()
      const after = [b, c].sort()
      const count = 12
      const made = await Promise.all(
        Array.from({ length: count * 2 }, (_, number) =>
          groups.create(groupDraft(trial, `Team ${number}`, [a, b])),
        ),
      )
      const outcomes = await settledInTime(
        race(count * 3, async (number) => {
          const controller = new AbortController()
          const subject = groups.within({ signal: controller.signal })
          const group = made[number % (count * 2)]
          if (!group) throw new Error('no such group')
          const kind = Math.floor(number / count)
          const work =
            kind === 0
              ? subject.create(groupDraft(trial, `New ${number}`, [a, b]))
              : kind === 1 || !groups.store.changeMembers
                ? subject.replace(group, groupDraft(trial, `Team ${number % (count * 2)}`, [b, c]))
                : subject.changeMembers(group.id, { add: [{ value: c, type }], remove: [a] })
          // After a different part of each call.
          for (let turn = 0; turn < number % 3; turn++) await Promise.resolve()
          for (let turn = 0; turn < number % 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
          controller.abort()
          return work
        }),
        'a write of a group whose signal was aborted on its way',
      )
      for (const error of refusals(outcomes))
        if (!isScimError(error)) assertAborted(error, 'a write of a group')
      for (const group of (await settledInTime(groups.listAll(), 'list after others were aborted'))
        .resources) {
        const isNew = String(group.displayName).startsWith('New')
        const allowed = isNew ? [before] : [before, after]
        const got = memberIds(group)
        assertHolds(
          allowed.some((ids) => isEqual(ids, got)),
          () => ({
            problem: `a write of a group that was aborted left half of it: ${isNew ? 'a new group' : 'a group'} has members that nobody has given it`,
            expected: allowed.map(show).join(' or '),
            got: show(got),
            fix,
          }),
        )
      }
    },
  },
]
