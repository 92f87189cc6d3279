import { isEqual } from '../../../protocol/index.js'
import type { ListCursor, Sort } from '../../../stores/index.js'
import { assertHolds, show } from '../failure.js'
import type { Population } from '../population.js'
import { leavesOf, populate } from '../population.js'
import type { TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { sortedIds } from '../trial.js'
import { nameOfSort, sortedBy, walkedSorts } from './order.js'

/** What is walked by cursor. */
interface Walk {
  readonly sort?: Sort | undefined
  readonly filter?: string | undefined
  readonly count?: number
}

/** The next page by cursor. */
function pageFrom(users: TestedStore, cursor: ListCursor, { sort, filter, count = 5 }: Walk) {
  return users.list(filter, { sort, count, cursor })
}

/** Walks forwards, and then back from the last page. */
async function walk(users: TestedStore, asked: Walk, atPage?: (number: number) => Promise<void>) {
  const forwards: string[] = []
  const backwards: string[] = []
  let page = await pageFrom(users, { from: 'start' }, asked)
  const first = page.previous
  let number = 0
  for (; number < 40; number++) {
    forwards.push(...page.resources.map(({ id }) => id))
    if (page.next === undefined) break
    await atPage?.(number)
    page = await pageFrom(users, { from: 'after', place: page.next }, asked)
  }
  const last = page.resources.length
  for (let back = 0; page.previous !== undefined && back < 40; back++) {
    page = await pageFrom(users, { from: 'before', place: page.previous }, asked)
    backwards.unshift(...page.resources.map(({ id }) => id))
  }
  return { forwards, backwards, first, last, isEndless: number === 40 }
}

/** The page behind which there is none. */
async function lastPage(users: TestedStore, count: number) {
  let page = await pageFrom(users, { from: 'start' }, { count })
  while (page.next !== undefined) page = await pageFrom(users, { from: 'after', place: page.next }, { count })
  return page
}

const cursorFix =
  'begin the page right after, or end it right before, the place: compare the sort key and then the id with those in it (… where (key, id) > ($1, $2)); next only where more follow, previous only where others come before'

const hasCursors = ({ users }: Trial) =>
  users.store.cursors === true ? undefined : 'the store does not say cursors: true'

function expectedIds(
  { resources }: Population,
  shown: readonly string[],
  sort: Sort | undefined,
): readonly string[] {
  return sort ? sortedBy(resources, sort).map(({ id }) => id) : shown
}

/** Pages by cursor, where the store says so. */
export const cursorCases: readonly CaseDefinition[] = [
  {
    name: 'pages by cursor show each resource once, forwards and backwards',
    why: 'A reader by cursor never goes back to look (RFC 9865).',
    inapplicable: hasCursors,
    async run(trial) {
      const population = await populate(trial, 17)
      const { users } = population
      const shown = (await users.listAll()).resources.map(({ id }) => id)
      for (const sort of walkedSorts(trial)) {
        const { forwards, backwards, first, last, isEndless } = await walk(users, { sort })
        const expected = expectedIds(population, shown, sort)
        assertHolds(isEqual([...forwards].sort(), [...shown].sort()) && !isEndless, () => ({
          problem: `pages by cursor ${nameOfSort(sort)} do not show each resource once`,
          expected: `${shown.length} resources, each once, and no next on the last page`,
          got: `${forwards.length}, ${new Set(forwards).size} of them different${isEndless ? ', without an end' : ''}`,
          fix: cursorFix,
        }))
        assertHolds(!sort || isEqual(forwards, expected), () => ({
          problem: `pages by cursor ${nameOfSort(sort)} are in another order than the list`,
          expected: show(expected),
          got: show(forwards),
          fix: cursorFix,
        }))
        assertHolds(first === undefined, () => ({
          problem: 'the first page by cursor has a previous',
          expected: 'undefined',
          got: show(first),
          fix: cursorFix,
        }))
        const before = forwards.slice(0, forwards.length - last)
        assertHolds(isEqual(backwards, before), () => ({
          problem: `pages by cursor ${nameOfSort(sort)} are others backwards than forwards`,
          expected: show(before),
          got: show(backwards),
          fix: cursorFix,
        }))
      }
    },
  },
  {
    name: 'pages by cursor end with the last resource, whatever their size',
    why: 'A next behind the last resource is a request for nothing, and for some clients one without an end.',
    inapplicable: hasCursors,
    async run(trial) {
      const { users, resources } = await populate(trial, 6)
      for (const count of [1, 2, 3, 6, 7]) {
        const { forwards, isEndless } = await walk(users, { count })
        assertHolds(isEqual([...forwards].sort(), sortedIds(resources)) && !isEndless, () => ({
          problem: `pages of ${count} by cursor do not show each resource once`,
          expected: `${resources.length} resources, each once`,
          got: `${forwards.length}, ${new Set(forwards).size} of them different${isEndless ? ', without an end' : ''}`,
          fix: cursorFix,
        }))
        const end = await lastPage(users, count)
        assertHolds(end.resources.length > 0, () => ({
          problem: `the last page of ${count} by cursor has a next, which shows nothing`,
          expected: 'no next on the page of the last resource, also where it is full',
          got: 'a next',
          fix: 'ask for one resource more than the page has, and give next only where it is there',
        }))
      }
    },
  },
  {
    name: 'a cursor stays where it is while resources come and go',
    why: 'A place is one in the order, not a number: after a deletion a page must skip nobody.',
    inapplicable: hasCursors,
    async run(trial) {
      const { users, resources } = await populate(trial, 17)
      const { samples } = trial
      for (const sort of walkedSorts(trial).slice(0, 3)) {
        const shown = (await users.listAll(undefined, { sort })).resources.map(({ id }) => id)
        const stays = new Set(resources.map(({ id }) => id).filter((id) => shown.includes(id)))
        const { forwards } = await walk(users, { sort }, async (number) => {
          const gone = shown[number * 5 + 4]
          // The very resource that the place is of.
          if (number < 2 && gone !== undefined) {
            stays.delete(gone)
            await users.remove(gone)
          }
          await users.create(samples.minimal(`late-${sort?.attribute.path}-${sort?.order}-${number}`))
        })
        const missing = [...stays].filter((id) => !forwards.includes(id))
        const repeated = forwards.filter((id, index) => forwards.indexOf(id) !== index)
        assertHolds(missing.length === 0 && repeated.length === 0, () => ({
          problem: `pages by cursor ${nameOfSort(sort)} skip or repeat resources when others are created and deleted meanwhile`,
          expected: `each of the ${stays.size} that were there all the time, once`,
          got: `${missing.length} skipped, ${repeated.length} repeated`,
          fix: 'encode the sort key and the id of the resource in the place, not its number, and do not look that resource up again',
        }))
      }
    },
    // Deleted resources that are still shown are no deletion.
  },
  {
    name: 'pages by cursor are of what the filter matches',
    why: 'A cursor is bound to its query; pages must not show what it does not match.',
    inapplicable: hasCursors,
    async run(trial) {
      const population = await populate(trial, 17)
      const { users } = population
      const attribute = leavesOf(trial).find(
        (one) => !one.parent && !one.multiValued && !one.required && one.type === 'string',
      )
      if (!attribute) return
      const filter = `${attribute.path} pr`
      const expected = (await users.listAll(filter)).resources.map(({ id }) => id).sort()
      for (const sort of walkedSorts(trial).slice(0, 2)) {
        const { forwards, backwards, last } = await walk(users, { sort, filter, count: 3 })
        assertHolds(isEqual([...forwards].sort(), expected), () => ({
          problem: `pages by cursor of ${filter} ${nameOfSort(sort)} are not what the filter matches`,
          expected: `${expected.length} resources, each once`,
          got: `${forwards.length}, ${new Set(forwards).size} of them different`,
          fix: cursorFix,
        }))
        const before = forwards.slice(0, forwards.length - last)
        assertHolds(isEqual(backwards, before), () => ({
          problem: `pages by cursor of ${filter} ${nameOfSort(sort)} are others backwards than forwards`,
          expected: show(before),
          got: show(backwards),
          fix: cursorFix,
        }))
      }
    },
  },
]
