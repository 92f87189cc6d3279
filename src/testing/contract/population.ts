import { bindFilter } from '../../filter/index.js'
import { isScimError } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { isReadOnly, keyOfReference } from '../../schema/index.js'
import { assertHolds, fail, show, showError } from './failure.js'
import type { Resource, TestedStore } from './tested-store.js'
import type { Trial } from './trial.js'

/** Some resources of all kinds: with and without each attribute. */
export interface Population {
  readonly users: TestedStore
  readonly resources: readonly Resource[]
}

const firstNames = ['ada', 'Bob', 'CAROL', 'dave', 'Eve', "o'hara", '50%', 'under_score']

/** Fills a store. Which attributes a resource has differs from one to the next, and is the same each time. */
export async function populate({ users, samples }: Trial, count = 16): Promise<Population> {
  const resources: Resource[] = []
  for (let number = 0; number < count; number++) {
    const name = `${firstNames[number % firstNames.length]}-${number}`
    const draft = samples.varied(name, number, (_, index) => (index * 7 + number * 13) % 5 > 1)
    const made = await users.create(draft)
    // What was stored, not what the store says that it is: that is another case.
    resources.push({ ...draft, id: made.id, meta: made.meta })
  }
  return { users, resources }
}

/** The simple attributes that a filter can name, and lists of simple values. */
export function leavesOf({ samples }: Trial): readonly CompiledAttribute[] {
  return samples.attributes.flatMap((attribute) => {
    if (attribute.type !== 'complex') return [attribute]
    return [...attribute.subAttributes.values()].filter(
      (sub) => !isReadOnly(sub) && sub.returned !== 'never' && !keyOfReference(sub),
    )
  })
}

/** The values of an attribute in some resources, each once. */
export function valuesOf(attribute: CompiledAttribute, resources: readonly unknown[]): readonly unknown[] {
  const values = resources.flatMap((resource) => {
    let found: readonly unknown[] = [resource]
    for (const key of attribute.keys) {
      found = found.flatMap((one) => {
        const value = (one as Readonly<Record<string, unknown>> | undefined)?.[key]
        return Array.isArray(value) ? value : value === undefined ? [] : [value]
      })
    }
    return found
  })
  return [...new Set(values)]
}

/** Whether the type and the operator go together: some do not (RFC 7644 section 3.4.2.2). */
export function canBind({ type }: TestedStore, filter: string): boolean {
  try {
    bindFilter(type, filter)
    return true
  } catch (error) {
    if (isScimError(error)) return false
    throw error
  }
}

function label(resource: Resource): string {
  const { userName, displayName, id } = resource
  return String(userName ?? displayName ?? id)
}

/** What to say of a filter that finds others. */
export interface FilterHint {
  readonly fix: string
  readonly attribute?: CompiledAttribute | undefined
  /** Whether a store may say that it cannot evaluate it. Default true. */
  readonly mayRefuse?: boolean
}

/** @throws StoreContractError where a list finds others than the reference predicate. */
export async function assertFinds(
  { users, resources }: Population,
  filter: string,
  { fix, attribute, mayRefuse = true }: FilterHint,
): Promise<'refused' | 'evaluated'> {
  const { matches } = bindFilter(users.type, filter)
  const expected = resources.filter((resource) => matches(resource))
  let page: Awaited<ReturnType<TestedStore['listAll']>>
  try {
    page = await users.listAll(filter)
  } catch (error) {
    if (isScimError(error) && error.status === 400 && error.scimType === 'invalidFilter') {
      if (mayRefuse) return 'refused'
      fail(
        {
          problem: `list refuses the filter ${filter}, which every identity provider depends on`,
          expected: show(expected.map(label)),
          got: showError(error),
          fix: 'evaluate it: an index on the column, or filter.matches(resource) on each resource, is enough',
        },
        error,
      )
    }
    if (isScimError(error)) {
      fail(
        {
          problem: `list refuses the filter ${filter} as something else than a filter that it cannot evaluate`,
          expected: 'the resources, or ScimError.invalidFilter(…), which has the status 400',
          got: showError(error),
          fix: 'throw ScimError.invalidFilter for what the store cannot evaluate',
        },
        error,
      )
    }
    throw error
  }
  const found = new Set(page.resources.map(({ id }) => id))
  const wanted = new Set(expected.map(({ id }) => id))
  const missing = expected.filter(({ id }) => !found.has(id))
  const extra = resources.filter(({ id }) => found.has(id) && !wanted.has(id))
  const describe = (list: readonly Resource[]) =>
    list
      .slice(0, 3)
      .map((one) => (attribute ? { of: label(one), has: valuesOf(attribute, [one]) } : label(one)))
  const isStrange = found.size > expected.length - missing.length + extra.length
  assertHolds(missing.length === 0 && extra.length === 0 && !isStrange, () => ({
    problem: `list of ${filter} finds other resources than it must`,
    expected: `${expected.length} of ${resources.length}: ${show(expected.slice(0, 6).map(label))}`,
    got: [
      missing.length > 0 && `${missing.length} missing, such as ${show(describe(missing))}`,
      extra.length > 0 && `${extra.length} too many, such as ${show(describe(extra))}`,
      isStrange && 'resources that were never created in this tenant',
    ]
      .filter(Boolean)
      .join('; '),
    fix,
  }))
  const { totalResults } = page
  assertHolds(totalResults === expected.length && page.resources.length === expected.length, () => ({
    problem: `totalResults of ${filter} is not the number of resources that match`,
    expected: String(expected.length),
    got: `totalResults ${totalResults}, ${page.resources.length} resources`,
    fix: 'count what the filter matches, in the whole tenant and each resource once, and not what the page has',
  }))
  return 'evaluated'
}

/** Runs some work for each of many things, a few at a time. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: 6 }, worker))
}
