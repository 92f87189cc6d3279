import { isEqual, isScimError } from '../../../protocol/index.js'
import { includeOnly } from '../../../schema/index.js'
import { assertHolds, show } from '../failure.js'
import type { Population } from '../population.js'
import { leavesOf, populate, valuesOf } from '../population.js'
import type { TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { sortedIds } from '../trial.js'

const pageFix =
  'cut the page from one order of all matches (… order by …, id limit count offset startIndex - 1), and count all matches for totalResults'

/** @throws StoreContractError unless pages show some resources once each, however many there are on a page. */
async function assertPages(
  { users }: Pick<Population, 'users'>,
  filter: string | undefined,
  expected: readonly string[],
  count: number,
): Promise<void> {
  const seen: string[] = []
  for (let startIndex = 1; startIndex <= expected.length + count; startIndex += count) {
    const page = await users.listAll(filter, { startIndex, count })
    assertHolds(page.totalResults === expected.length, () => ({
      problem: `totalResults of the page from ${startIndex} is not the number of all that match`,
      expected: String(expected.length),
      got: String(page.totalResults),
      fix: pageFix,
    }))
    seen.push(...page.resources.map(({ id }) => id))
  }
  const repeated = seen.filter((id, index) => seen.indexOf(id) !== index)
  const missing = expected.filter((id) => !seen.includes(id))
  assertHolds(isEqual([...seen].sort(), [...expected].sort()), () => ({
    problem: `pages of ${count} do not show each resource once`,
    expected: `${expected.length} resources, each on one page`,
    got: `${missing.length} on no page, ${repeated.length} on two, ${seen.length} in all`,
    fix: pageFix,
  }))
}

/** Conditions that some resources fulfil and others do not. */
function filterFor(trial: Trial, { resources }: Population): { filter: string; matching: readonly string[] } {
  for (const attribute of leavesOf(trial)) {
    if (attribute.multiValued || attribute.parent || attribute === trial.samples.name) continue
    if (attribute.type !== 'string' && attribute.type !== 'boolean') continue
    const has = resources.filter((one) => valuesOf(attribute, [one]).length > 0)
    if (has.length > 4 && has.length < resources.length)
      return { filter: `${attribute.path} pr`, matching: sortedIds(has) }
  }
  return { filter: 'id pr', matching: sortedIds(resources) }
}

async function shownIds(users: TestedStore): Promise<readonly string[]> {
  return (await users.listAll()).resources.map(({ id }) => id)
}

/** Pages by number. */
export const pages: readonly CaseDefinition[] = [
  {
    name: 'pages by number show each resource once, and the total on each',
    why: 'Identity providers import page by page; who is on none of them is taken for deleted.',
    async run(trial) {
      const population = await populate(trial, 23)
      const all = sortedIds(population.resources)
      for (const count of [1, 5, 23, 40]) await assertPages(population, undefined, all, count)
      const { filter, matching } = filterFor(trial, population)
      await assertPages(population, filter, matching, 4)
    },
  },
  {
    name: 'a page of count 0 is empty and has the total',
    why: 'Clients ask how many there are (RFC 7644 section 3.4.2.4).',
    async run(trial) {
      const { users, resources } = await populate(trial, 5)
      const page = await users.list(undefined, { count: 0 })
      assertHolds(page.resources.length === 0 && page.totalResults === resources.length, () => ({
        problem: 'a page of count 0 is not empty, or has a wrong total',
        expected: show({ resources: [], totalResults: resources.length }),
        got: show({ resources: sortedIds(page.resources), totalResults: page.totalResults }),
        fix: 'take 0 as a number: limit 0, and the total counted on its own',
      }))
      const none = await users.list('id eq "nobody"', { count: 0 })
      assertHolds(none.resources.length === 0 && none.totalResults === 0, () => ({
        problem: 'a page of count 0 has another total than its filter matches',
        expected: show({ resources: [], totalResults: 0 }),
        got: show({ resources: sortedIds(none.resources), totalResults: none.totalResults }),
        fix: 'count what the filter matches, also where no resource is wanted',
      }))
    },
  },
  {
    name: 'a page behind the end is empty and has the total',
    why: 'Clients read on until a page is empty.',
    async run(trial) {
      const { users, resources } = await populate(trial, 5)
      for (const startIndex of [6, 500]) {
        const page = await users.list(undefined, { startIndex, count: 3 })
        assertHolds(page.resources.length === 0 && page.totalResults === resources.length, () => ({
          problem: `the page from ${startIndex} of ${resources.length} is not empty, or has a wrong total`,
          expected: show({ resources: [], totalResults: resources.length }),
          got: show({ resources: sortedIds(page.resources), totalResults: page.totalResults }),
          fix: 'count the total on its own and not with the rows of the page',
        }))
      }
    },
  },
  {
    name: 'the order of a list stays while resources are changed',
    why: 'Users are updated while an import reads page after page; one that moves is read twice, and another not at all.',
    async run(trial) {
      const { users, resources } = await populate(trial, 12)
      const before = await shownIds(users)
      for (const resource of [resources[7], resources[1], resources[4]]) {
        const stored = resource && (await users.get(resource.id))
        if (!stored) continue
        const { id: _id, meta: _meta, ...draft } = stored
        const { text } = trial.samples
        if (text) await users.replace(stored, trial.samples.with(draft, text, 'changed'))
      }
      const after = await shownIds(users)
      assertHolds(isEqual(before, after), () => ({
        problem: 'a list without sort shows resources in another order after some of them were changed',
        expected: show(before),
        got: show(after),
        fix: 'order every list by something that does not change, id at the end: … order by id',
      }))
    },
  },
  {
    name: 'a list has the attributes that are wanted, and get too',
    why: 'The service asks for what it will read; what is missing then is missing in the reply.',
    async run(trial) {
      const { users, resources } = await populate(trial, 4)
      for (const attribute of trial.samples.attributes) {
        const projection = includeOnly(users.type, [{ attribute }])
        for (const resource of resources) {
          const got = await users.get(resource.id, projection)
          const listed = (await users.list(`id eq ${JSON.stringify(resource.id)}`, { projection }))
            .resources[0]
          for (const [method, shown] of [
            ['get', got],
            ['list', listed],
          ] as const) {
            const [a, b] = [valuesOf(attribute, [resource]), valuesOf(attribute, shown ? [shown] : [])]
            const hasIdentity = shown?.id === resource.id && shown.meta?.version !== undefined
            assertHolds(a.length === b.length && hasIdentity, () => ({
              problem: `${method} leaves out ${attribute.path}, or id and meta, when only ${attribute.path} is wanted`,
              expected: show({ id: resource.id, [attribute.path]: a }),
              got: show(shown),
              fix: 'read what projection.includes(attribute) says, and id and meta always',
            }))
          }
        }
      }
      // What is asked of a list need not be shown.
      const nothing = includeOnly(users.type, [])
      for (const attribute of trial.samples.attributes) {
        const filter = `${attribute.path} pr`
        const isEvaluated = await users.list(filter).then(
          () => true,
          (error) => {
            if (isScimError(error) && error.scimType === 'invalidFilter') return false
            throw error
          },
        )
        const hasIt = resources.filter((one) => valuesOf(attribute, [one]).length > 0)
        const sort = users.store.sorts === true ? ({ attribute, order: 'ascending' } as const) : undefined
        for (const ask of [
          ...(isEvaluated ? [{ filter }] : []),
          ...(sort && attribute.type !== 'complex' ? [{ sort }] : []),
        ]) {
          const { filter: asked, ...sorted } = { filter: undefined, ...ask }
          const thin = (await users.listAll(asked, { ...sorted, projection: nothing })).resources.map(
            ({ id }) => id,
          )
          const whole = (await users.listAll(asked, sorted)).resources.map(({ id }) => id)
          assertHolds(
            isEqual(thin, whole) && (asked === undefined || isEqual([...thin].sort(), sortedIds(hasIt))),
            () => ({
              problem: `list ${asked === undefined ? `sorted by ${attribute.path}` : `of ${asked}`} gives others when ${attribute.path} itself is not wanted`,
              expected: show(whole),
              got: show(thin),
              fix: 'evaluate the filter and the order on what is stored, and leave attributes out afterwards',
            }),
          )
        }
      }
    },
  },
]
