import { copyDeep, isEqual } from '../../../protocol/index.js'
import { assertKept } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show } from '../failure.js'
import type { CaseDefinition } from '../trial.js'
import { sortedIds } from '../trial.js'

/** What becomes of a resource. */
export const lives: readonly CaseDefinition[] = [
  {
    name: 'a resource that was handed out or handed in does not change',
    why: 'The service compares the state before and after a write for events; a store that changes its objects in place makes them the same.',
    async run({ users, samples }) {
      const draft = samples.full('kept', 0)
      const copy = copyDeep(draft)
      const made = await users.create(draft)
      const fix =
        'make a new object for each state, and never change one that came from or went to the service'
      assertHolds(isEqual(draft, copy), () => ({
        problem: 'create changed the draft that it was given',
        expected: show(copy),
        got: show(draft),
        fix,
      }))
      const handedOut = {
        create: made,
        get: await users.get(made.id),
        list: (await users.list()).resources[0],
      }
      const before = copyDeep(handedOut)
      const next = samples.full('kept', 1)
      const nextCopy = copyDeep(next)
      await users.replace(made, next)
      assertHolds(isEqual(next, nextCopy), () => ({
        problem: 'replace changed the resource that it was given',
        expected: show(nextCopy),
        got: show(next),
        fix,
      }))
      for (const method of ['create', 'get', 'list'] as const)
        assertHolds(isEqual(handedOut[method], before[method]), () => ({
          problem: `replace changed an object that ${method} had handed out before`,
          expected: show(before[method]),
          got: show(handedOut[method]),
          fix,
        }))
    },
  },
  {
    name: 'what is deleted is gone, and deleting it again is refused',
    why: 'A deleted user who is still shown can be assigned again and never created anew.',
    inapplicable: ({ users }) =>
      users.store.describe?.(users.type)?.deletion === 'shows'
        ? 'the store shows what was deleted as inactive'
        : undefined,
    async run({ users, samples }) {
      const made = await users.create(samples.minimal('gone'))
      const stays = await users.create(samples.minimal('stays'))
      await users.remove(made.id, made.meta.version)
      const got = await users.get(made.id)
      assertHolds(got === undefined || got === null, () => ({
        problem: 'get shows a resource that was deleted',
        expected: 'undefined',
        got: show(got),
        fix: 'remove the row in delete, or leave deleted rows out of get',
      }))
      const { resources, totalResults } = await users.list()
      assertHolds(totalResults === 1 && resources.length === 1 && resources[0]?.id === stays.id, () => ({
        problem: 'list shows or counts a resource that was deleted',
        expected: show({ ids: [stays.id], totalResults: 1 }),
        got: show({ ids: sortedIds(resources), totalResults }),
        fix: 'remove the row in delete, or leave deleted rows out of list and of its total',
      }))
      await assertRefused(
        users.remove(made.id),
        notFound,
        'delete of what was deleted before must be refused',
        'throw ScimError.notFound() where no row was deleted',
      )
      await assertRefused(
        users.replaceAt(made.id, samples.minimal('gone'), made.meta.version),
        notFound,
        'replace of what was deleted must be refused',
        'throw ScimError.notFound() where no row was changed, and never insert in replace',
      )
      const deletion = users.store.describe?.(users.type)?.deletion ?? 'removes'
      if (deletion === 'hides') return
      const next = await users.create(samples.minimal('gone'))
      assertHolds(next.id !== made.id || deletion === 'revives', () => ({
        problem: 'a new resource has the id of one that was deleted',
        expected: 'an id that no resource ever had (RFC 7643 3.1)',
        got: show(next.id),
        fix: 'make ids that are never given again, such as crypto.randomUUID() or a sequence; not the number of rows, nor the highest id plus one',
      }))
    },
  },
  {
    name: 'a resource that is switched off stays readable, listed and found',
    why: 'Identity providers deactivate and reactivate; a user who vanishes meanwhile is created twice.',
    inapplicable: ({ users, samples }) =>
      users.type.activation && samples.attributes.includes(users.type.activation)
        ? undefined
        : 'the store keeps no attribute that switches a resource off',
    async run({ users, samples }) {
      const { activation } = users.type
      if (!activation) return
      const made = await users.create(samples.minimal('leaver'))
      const off = await users.replace(made, samples.with(samples.minimal('leaver'), activation, false))
      const fix = `let ${activation.path} change nothing but itself: leave no row out of get and list because of it`
      assertKept(
        users,
        'get of what is switched off',
        samples.with(samples.minimal('leaver'), activation, false),
        await users.get(off.id),
        fix,
      )
      for (const filter of [undefined, `${activation.path} eq false`]) {
        const { resources, totalResults } = await users.list(filter)
        assertHolds(totalResults === 1 && resources[0]?.id === made.id, () => ({
          problem: `list${filter === undefined ? '' : ` of ${filter}`} leaves out a resource that is switched off`,
          expected: show([made.id]),
          got: show(sortedIds(resources)),
          fix,
        }))
      }
      const on = await users.replace(off, samples.minimal('leaver'))
      assertKept(users, 'replace', samples.minimal('leaver'), on, fix)
    },
  },
]
