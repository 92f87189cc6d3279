import { isEqual } from '../../../protocol/index.js'
import { assertKept } from '../assertions.js'
import { assertHolds, isRefusedAs, notFound, show, showError, versionMismatch } from '../failure.js'
import { done, race, refusals } from '../race.js'
import type { CaseDefinition } from '../trial.js'
import { names, sortedIds } from '../trial.js'

/** More than a page of many stores, than a total that is capped, and than the parameters that some statements take. */
const many = 120

const apartFix =
  'keep what belongs to one call in variables of that call: nothing in the store that another call writes meanwhile'

/** Calls that have nothing to do with each other. */
export const sideBySide: readonly CaseDefinition[] = [
  {
    name: 'of many that create and change resources of their own at once, each is there',
    why: 'The first synchronisation creates everybody in a burst: nobody is lost, or has the title of the next.',
    async run({ users, samples }) {
      const titles = names('burst', many)
      const drafts = titles.map((name, number) => samples.marked(name, `mark-${number}`))
      const created = await race(many, (number) => users.create(drafts[number] ?? samples.minimal('none')))
      const [refused] = refusals(created)
      if (refused !== undefined) throw refused
      const made = done(created)
      const ids = new Set(made.map(({ id }) => id))
      assertHolds(ids.size === many, () => ({
        problem: 'resources that were created at once share an id',
        expected: `${many} different ids`,
        got: String(ids.size),
        fix: 'make an id for each resource that no other has: not from a number that is read first and written later',
      }))
      for (const [number, draft] of drafts.entries())
        assertKept(
          users,
          'get of one of many that were created at once',
          draft,
          await users.get(made[number]?.id ?? ''),
          apartFix,
        )
      const { totalResults, resources } = await users.listAll()
      assertHolds(totalResults === many && isEqual(sortedIds(resources), [...ids].sort()), () => ({
        problem: `a list of ${many} resources does not show or count each once`,
        expected: `${many} resources, totalResults ${many}`,
        got: `${resources.length} resources, totalResults ${totalResults}`,
        fix: 'count all that match for totalResults, however many: no estimate, and no limit',
      }))
      const some = made.slice(0, 12)
      const changed = await race(some.length, (number) => {
        const stored = some[number]
        if (!stored) throw new Error('no such resource')
        return users.replace(stored, samples.marked(titles[number] ?? '', `changed-${number}`))
      })
      const [failed] = refusals(changed)
      if (failed !== undefined) throw failed
      for (const [number, { id }] of some.entries())
        assertKept(
          users,
          'get of one of many that were changed at once',
          samples.marked(titles[number] ?? '', `changed-${number}`),
          await users.get(id),
          apartFix,
        )
    },
  },
  {
    name: 'of many deletes of one resource, one is done',
    why: 'Each DELETE that is done makes an event: who leaves once must not leave twice.',
    inapplicable: ({ users }) =>
      users.store.describe?.(users.type)?.deletion === 'shows'
        ? 'the store shows what was deleted as inactive'
        : undefined,
    async run({ users, samples }) {
      for (const expects of [true, false]) {
        const made = await users.create(samples.minimal(`leaver-${expects}`))
        const outcomes = await race(8, () => users.remove(made.id, expects ? made.meta.version : undefined))
        const { length } = done(outcomes)
        const fix =
          'delete in one statement that says how many rows it has deleted, and throw ScimError.notFound() where that is none'
        assertHolds(length === 1, () => ({
          problem: `of 8 deletes of one resource at once, ${length} were accepted`,
          expected: '1',
          got: String(length),
          fix,
        }))
        const other = refusals(outcomes).find(
          (error) => !isRefusedAs(error, notFound) && !isRefusedAs(error, versionMismatch),
        )
        assertHolds(other === undefined, () => ({
          problem: 'of 8 deletes of one resource at once, one that came late was not told that it is gone',
          expected: notFound.error,
          got: showError(other),
          fix,
        }))
        const got = await users.get(made.id)
        assertHolds(got === undefined || got === null, () => ({
          problem: 'get shows a resource that was deleted',
          expected: 'undefined',
          got: show(got),
          fix,
        }))
      }
    },
  },
]
