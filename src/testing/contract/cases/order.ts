import { isEqual } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { keyReader, placeComparer } from '../../../schema/index.js'
import type { Sort } from '../../../stores/index.js'
import { findDifference } from '../difference.js'
import { assertHolds, show } from '../failure.js'
import { leavesOf, populate, valuesOf } from '../population.js'
import type { Resource } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'

const orders = ['ascending', 'descending'] as const

/** Resources in the order that the reference gives them. */
export function sortedBy(resources: readonly Resource[], { attribute, order }: Sort): readonly Resource[] {
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

/** Some orders to walk in. */
export function walkedSorts(trial: Trial): readonly (Sort | undefined)[] {
  if (trial.users.store.sorts !== true) return [undefined]
  const isWalked = ({ path, type }: CompiledAttribute) =>
    path === trial.samples.text?.path ||
    type === 'boolean' ||
    type === 'integer' ||
    path === trial.samples.name?.path
  return [undefined, ...sortsOf(trial).filter(({ attribute }) => !attribute.parent && isWalked(attribute))]
}

/** An order for a message. */
export function nameOfSort(sort: Sort | undefined): string {
  return sort ? `by ${sort.attribute.path}, ${sort.order}` : 'without sort'
}

/** Sorting, where the store says so. */
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
        const expected = sortedBy(resources, sort)
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
            const expected = sortedBy(made, { attribute, order }).map(({ id }) => id)
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
        const expected = sortedBy(resources, sort).map(({ id }) => id)
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
        const expected = sortedBy(matching, sort).map(({ id }) => id)
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
]
