import { isScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { assertHolds, fail, show } from '../failure.js'
import { assertFinds, populate } from '../population.js'
import type { Resource, TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { sortedIds } from '../trial.js'

const fix =
  'answer from what is stored now: change an index, a cache or a copy in the same step as the resource, and take the old value out of it'

/** The ids of whom a filter finds; undefined where the store cannot evaluate it. */
async function foundBy(users: TestedStore, filter: string): Promise<readonly string[] | undefined> {
  try {
    return sortedIds((await users.listAll(filter)).resources)
  } catch (error) {
    if (isScimError(error) && error.scimType === 'invalidFilter') return undefined
    throw error
  }
}

/** What resources are looked up by, and what changes. */
function lookedUp({ samples }: Trial): readonly CompiledAttribute[] {
  const external = samples.attributes.find(({ path }) => path === 'externalId')
  return [samples.name, external, samples.text].flatMap((one) => one ?? [])
}

/** @throws StoreContractError where a resource is found otherwise than by the value that it has now. */
async function assertFoundBy(
  { users }: Trial,
  { path }: CompiledAttribute,
  value: string,
  expected: readonly Resource[],
  when: string,
): Promise<void> {
  const filter = `${path} eq ${JSON.stringify(value)}`
  const found = await foundBy(users, filter)
  if (found === undefined) return
  const isRight = found.length === expected.length && expected.every(({ id }) => found.includes(id))
  assertHolds(isRight, () => ({
    problem: `${when}, list of ${filter} ${expected.length === 0 ? 'still finds the resource' : 'does not find the resource'}`,
    expected: show(sortedIds(expected)),
    got: show(found),
    fix,
  }))
}

/** Filters answer about what is there now. */
export const lookUps: readonly CaseDefinition[] = [
  {
    name: 'a resource is found by what it has now, and not by what it had',
    why: 'A person who has a new login is created a second time where the look-up still knows the old one.',
    async run(trial) {
      const { users, samples } = trial
      for (const attribute of lookedUp(trial)) {
        const draft = samples.minimal(`mover-${attribute.name}`)
        const made = await users.create(samples.with(draft, attribute, 'before'))
        await assertFoundBy(trial, attribute, 'before', [made], 'after create')
        const moved = await users.replace(made, samples.with(draft, attribute, 'after'))
        await assertFoundBy(trial, attribute, 'before', [], `after replace with another ${attribute.path}`)
        await assertFoundBy(
          trial,
          attribute,
          'after',
          [moved],
          `after replace with another ${attribute.path}`,
        )
        await users.remove(moved.id)
        const deletion = users.store.describe?.(users.type)?.deletion
        if (deletion === 'shows') return
        await assertFoundBy(trial, attribute, 'after', [], 'after delete')
      }
    },
  },
  {
    name: 'a filter by meta.lastModified finds what has changed since',
    why: 'Clients that synchronise ask for what has changed, and never see what the filter does not find.',
    async run(trial) {
      const population = await populate(trial, 4)
      const { users, resources } = population
      const [first, ...others] = resources
      if (!first) return
      const latest = resources
        .map(({ meta }) => meta.lastModified)
        .reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b))
      const { id: _id, meta: _meta, ...draft } = first
      let changed = first
      // Most databases keep milliseconds, and some seconds.
      for (const wait of [5, 1100]) {
        await new Promise((resolve) => setTimeout(resolve, wait))
        const { meta } = await users.replace(changed, draft)
        changed = { ...first, meta }
        if (Date.parse(meta.lastModified) > Date.parse(latest)) break
      }
      if (Date.parse(changed.meta.lastModified) <= Date.parse(latest))
        fail({
          problem: 'meta.lastModified stayed although the resource was written',
          expected: `later than ${latest}`,
          got: changed.meta.lastModified,
          fix: 'write the time of the change into lastModified in each replace',
        })
      const now = { users, resources: [changed, ...others] }
      const timeFix =
        'compare lastModified itself, as an instant to the millisecond that the store shows, and not created'
      for (const filter of [
        `meta.lastModified gt ${JSON.stringify(latest)}`,
        `meta.lastModified le ${JSON.stringify(latest)}`,
        `meta.lastModified ge ${JSON.stringify(changed.meta.lastModified)}`,
        `meta.created gt ${JSON.stringify(latest)}`,
      ])
        await assertFinds(now, filter, { fix: timeFix })
    },
  },
]
