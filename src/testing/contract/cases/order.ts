import { isEqual } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { keyReader, placeComparer } from '../../../schema/index.js'
import type { ListCursor, Sort } from '../../../stores/index.js'
import { findDifference } from '../difference.js'
import { assertHolds, show } from '../failure.js'
import type { Population } from '../population.js'
import { leavesOf, populate, valuesOf } from '../population.js'
import type { Resource, TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { sortedIds } from '../trial.js'

const orders = ['ascending', 'descending'] as const

/** Resources in the order that the reference gives them. */
function inOrder(resources: readonly Resource[], { attribute, order }: Sort): readonly Resource[] {
  const keyOf = keyReader(attribute)
  const compare = placeComparer({ order })
  const placed = resources.map((resource) => ({ key: keyOf(resource), id: resource.id, resource }))
  return placed.sort(compare).map(({ resource }) => resource)
}

function sortsOf(trial: Trial): readonly Sort[] {
  const wholes = trial.samples.attributes.filter(
    (one) => one.type === 'complex' && one.subAttributes.has('value'),
  )
  return [...leavesOf(trial), ...wholes].flatMap((attribute) => orders.map((order) => ({ attribute, order })))
}

const sortFix = ({ attribute: { caseExact, type } }: Sort) =>
  `sort ${type === 'string' ? `texts by code point${caseExact ? '' : ' after folding case'}` : `values of the type ${type} as such, not as text`}, of a list by its primary or else first element; resources without a value last when ascending and first when descending; equal ones by id, ascending in both`

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

/** The text by which elements of a list differ: their value, or another part. */
function textIn({ subAttributes }: CompiledAttribute): CompiledAttribute | undefined {
  const texts = [...subAttributes.values()].filter(
    ({ type, name, mutability, canonicalValues }) =>
      type === 'string' && name !== 'type' && mutability === 'readWrite' && canonicalValues.length === 0,
  )
  return texts.find(({ name }) => name === 'value') ?? texts[0]
}

/** Lists of which one element can be the primary one. */
function listsWithPrimary({ samples }: Trial): readonly CompiledAttribute[] {
  return samples.attributes.filter(
    (list) =>
      list.multiValued &&
      !list.places &&
      textIn(list) !== undefined &&
      list.subAttributes.has('primary') &&
      list.subAttributes.has('type'),
  )
}

const sorts = ({ users }: Trial) =>
  users.store.sorts === true ? undefined : 'the store does not say sorts: true'
const hasCursors = ({ users }: Trial) =>
  users.store.cursors === true ? undefined : 'the store does not say cursors: true'

/** Some orders to walk in. */
function walkedSorts(trial: Trial): readonly (Sort | undefined)[] {
  if (trial.users.store.sorts !== true) return [undefined]
  const isWalked = ({ path, type }: CompiledAttribute) =>
    path === trial.samples.text?.path ||
    type === 'boolean' ||
    type === 'integer' ||
    path === trial.samples.name?.path
  return [undefined, ...sortsOf(trial).filter(({ attribute }) => !attribute.parent && isWalked(attribute))]
}

function nameOfSort(sort: Sort | undefined): string {
  return sort ? `by ${sort.attribute.path}, ${sort.order}` : 'without sort'
}

function expectedIds(
  { resources }: Population,
  shown: readonly string[],
  sort: Sort | undefined,
): readonly string[] {
  return sort ? inOrder(resources, sort).map(({ id }) => id) : shown
}

/** Sorting and cursors, where the store says so. */
export const order: readonly CaseDefinition[] = [
  {
    name: 'a list sorts by every attribute, missing values last, and by id among equals',
    why: 'Clients page through a sorted list; what has no place of its own is on two pages or on none.',
    inapplicable: sorts,
    async run(trial) {
      const population = await populate(trial, 16)
      const { users, resources } = population
      for (const sort of sortsOf(trial)) {
        const found = (await users.listAll(undefined, { sort })).resources.map(({ id }) => id)
        const expected = inOrder(resources, sort)
        const at = expected.findIndex(({ id }, index) => found[index] !== id)
        const keys = (ids: readonly (string | undefined)[]) =>
          ids.map((id) =>
            valuesOf(
              sort.attribute,
              resources.filter((one) => one.id === id),
            ),
          )
        assertHolds(at === -1 && found.length === expected.length, () => ({
          problem: `a list sorted ${nameOfSort(sort)} is in another order`,
          expected: `from place ${at + 1} on: ${show(keys(expected.slice(at, at + 4).map(({ id }) => id)))}`,
          got: show(keys(found.slice(at, at + 4))),
          fix: sortFix(sort),
        }))
      }
    },
  },
  {
    name: 'a list sorts by the primary element, wherever it stands',
    why: 'A list of e-mail addresses has no order: which of them comes first is chance (RFC 7644 3.4.2.3).',
    inapplicable: (trial) =>
      sorts(trial) ??
      (listsWithPrimary(trial).length > 0 ? undefined : 'the store keeps no list with a primary element'),
    async run(trial) {
      const { users, samples } = trial
      for (const list of listsWithPrimary(trial)) {
        const text = textIn(list)
        if (!text) continue
        const made: Resource[] = []
        for (const [index, [first, primary]] of [
          ['a', 'z'],
          ['z', 'm'],
          ['m', 'a'],
        ].entries()) {
          const elements = [
            { [text.name]: `${first}-${index}`, type: index === 1 ? 'work' : 'home' },
            { [text.name]: `${primary}-${index}`, type: index === 1 ? 'home' : 'work', primary: true },
          ]
          const name = `${list.name}-${index}`
          const draft = samples.with(samples.minimal(name), list, elements)
          const { id, meta } = await users.create(draft)
          const resource = { ...draft, id, meta }
          const got = await users.get(id)
          // Tables of a host may say themselves which is the primary one.
          if (got && !findDifference(users.type, draft, got)) made.push(resource)
        }
        for (const attribute of text.name === 'value' ? [list, text] : [text]) {
          for (const order of orders) {
            const ids = new Set(made.map(({ id }) => id))
            const { resources } = await users.listAll(undefined, { sort: { attribute, order } })
            const found = resources.map(({ id }) => id).filter((id) => ids.has(id))
            const expected = inOrder(made, { attribute, order }).map(({ id }) => id)
            const keys = (list: readonly string[]) =>
              list.map((id) =>
                valuesOf(
                  text,
                  made.filter((one) => one.id === id),
                ),
              )
            assertHolds(isEqual(found, expected), () => ({
              problem: `a list sorted ${nameOfSort({ attribute, order })} is not in the order of the primary elements`,
              expected: `${show(keys(expected))}, whose second ones are primary`,
              got: show(keys(found)),
              fix: sortFix({ attribute, order }),
            }))
          }
        }
        for (const { id } of made) await users.remove(id)
      }
    },
  },
  {
    name: 'pages of a sorted list show each resource once',
    why: 'Equal keys have no order of their own: without the id a resource is on two pages, and another on none.',
    inapplicable: sorts,
    async run(trial) {
      const { users, resources } = await populate(trial, 16)
      for (const sort of walkedSorts(trial)) {
        if (!sort) continue
        const seen: string[] = []
        for (let startIndex = 1; startIndex <= 16; startIndex += 3)
          seen.push(
            ...(await users.listAll(undefined, { sort, startIndex, count: 3 })).resources.map(({ id }) => id),
          )
        const expected = inOrder(resources, sort).map(({ id }) => id)
        assertHolds(isEqual(seen, expected), () => ({
          problem: `pages of a list sorted ${nameOfSort(sort)} are not the sorted list cut in pieces`,
          expected: show(expected),
          got: show(seen),
          fix: 'sort all matches before the page is cut, and by id where keys are equal',
        }))
      }
    },
  },
  {
    name: 'a sorted list is of what its filter matches',
    why: 'Who is sorted into a list without being asked for is shown to somebody who asked for others.',
    inapplicable: sorts,
    async run(trial) {
      const { users, resources } = await populate(trial, 16)
      const attribute = leavesOf(trial).find(
        (one) => !one.parent && !one.multiValued && !one.required && one.type === 'string',
      )
      if (!attribute) return
      const filter = `${attribute.path} pr`
      const matching = resources.filter((one) => valuesOf(attribute, [one]).length > 0)
      for (const sort of walkedSorts(trial)) {
        if (!sort) continue
        const expected = inOrder(matching, sort).map(({ id }) => id)
        for (const count of [4, 40]) {
          const { totalResults, resources: page } = await users.listAll(filter, { sort, count })
          const got = page.map(({ id }) => id)
          assertHolds(totalResults === expected.length && isEqual(got, expected.slice(0, count)), () => ({
            problem: `a list of ${filter} sorted ${nameOfSort(sort)} is not what the filter matches, in that order`,
            expected: `${show(expected.slice(0, count))}, totalResults ${expected.length}`,
            got: `${show(got)}, totalResults ${totalResults}`,
            fix: 'filter first, count what matches, sort it, and cut the page last',
          }))
        }
      }
    },
  },
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
