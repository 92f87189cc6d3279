import type { CompiledAttribute } from '../../../schema/index.js'
import { isReadOnly } from '../../../schema/index.js'
import type { Population } from '../population.js'
import { assertFinds, canBind, eachOf, leavesOf, populate, valuesOf } from '../population.js'
import type { CaseDefinition, Trial } from '../trial.js'

/** Conditions of all kinds that some of the resources fulfil, the same each time. */
function conditions(trial: Trial, { resources }: Population, count: number): readonly string[] {
  const leaves = leavesOf(trial)
  const operators = ['eq', 'co', 'ne', 'sw', 'gt', 'pr', 'le']
  const made: string[] = []
  for (let number = 0; made.length < count && number < count * 20; number++) {
    const attribute = leaves[(number * 11 + 3) % leaves.length]
    const operator = operators[number % operators.length]
    if (!attribute) break
    const values = valuesOf(attribute, resources)
    const literal = JSON.stringify(values[number % (values.length || 1)] ?? 'x')
    const filter = operator === 'pr' ? `${attribute.path} pr` : `${attribute.path} ${operator} ${literal}`
    if (canBind(trial.users, filter)) made.push(filter)
  }
  return made
}

/** What is not so of attributes that only some have. */
function negations(
  trial: Trial,
  { resources }: Population,
  operator: string,
  index: number,
): readonly string[] {
  const some = leavesOf(trial).filter(
    (one) =>
      !one.multiValued &&
      valuesOf(one, resources).length > 1 &&
      resources.some((has) => valuesOf(one, [has]).length === 0),
  )
  const tried = [some[index % some.length], some[(index * 5 + 2) % some.length]]
  return tried
    .flatMap((one) =>
      one ? [`not (${one.path} ${operator} ${JSON.stringify(valuesOf(one, resources)[1])})`] : [],
    )
    .filter((filter) => canBind(trial.users, filter))
}

/** Filters on one element of a list: two conditions that one element fulfils, and two that only two do together. */
function elementFilters(list: CompiledAttribute, resources: readonly unknown[]): readonly string[] {
  const subs = [...list.subAttributes.values()].filter((sub) => !isReadOnly(sub) && sub.type !== 'boolean')
  const [a, b] = [
    subs.find(({ name }) => name === 'value') ?? subs[0],
    list.subAttributes.get('type') ?? subs[1],
  ]
  if (!a || !b || a === b) return []
  const [values, kinds] = [valuesOf(a, resources).slice(0, 4), valuesOf(b, resources).slice(0, 3)]
  const text = JSON.stringify
  return [
    ...values.flatMap((value) =>
      kinds.map((kind) => `${list.path}[${b.name} eq ${text(kind)} and ${a.name} eq ${text(value)}]`),
    ),
    ...kinds.map((kind) => `not (${list.path}[${b.name} eq ${text(kind)}])`),
    ...kinds.map((kind) => `${list.path}[not (${b.name} eq ${text(kind)})]`),
    ...values
      .slice(0, 2)
      .flatMap((value) => [
        `${list.path}[${b.name} eq ${text(kinds[0])}].${a.name} eq ${text(value)}`,
        `${list.path}[${b.name} eq ${text(kinds[0])}] and ${list.path}[${a.name} eq ${text(value)}]`,
        `${list.path}[${b.name} pr or ${a.name} eq ${text(value)}]`,
      ]),
    `${list.path} pr and not (${list.path}[primary eq true])`,
    // Without brackets, each condition is about any element.
    ...resources.slice(0, 6).flatMap((one) => {
      const [first, last] = [valuesOf(a, [one])[0], valuesOf(b, [one]).at(-1)]
      return first === undefined || last === undefined
        ? []
        : [`${list.path}.${a.name} eq ${text(first)} and ${list.path}.${b.name} eq ${text(last)}`]
    }),
  ]
}

/** Filters beyond single comparisons. */
export const conditionCases: readonly CaseDefinition[] = [
  {
    name: 'the look-ups that identity providers begin with are answered',
    why: 'Identity providers ask for userName, externalId or id before they create; a store that cannot say makes every user twice.',
    async run(trial) {
      const population = await populate(trial)
      const { samples, users } = trial
      const attributes = [
        samples.name,
        samples.attributes.find(({ path }) => path === 'externalId'),
        users.type.attributes.get('id'),
      ]
      for (const attribute of attributes) {
        if (!attribute) continue
        const fix = `find ${attribute.path} eq, ${attribute.caseExact ? 'exactly' : 'without regard to case'}; filter.equalTo('${attribute.path}') is what an index can answer`
        const values = valuesOf(attribute, population.resources)
        const others = attribute.caseExact
          ? ['nobody']
          : ['nobody', String(values[0]).toUpperCase(), String(values[1]).toLowerCase()]
        for (const value of [...values, ...others])
          await assertFinds(population, `${attribute.path} eq ${JSON.stringify(value)}`, {
            attribute,
            fix,
            mayRefuse: false,
          })
      }
    },
  },
  {
    name: 'and, or, not and brackets bind as they are written',
    why: 'A filter that matches too much shows, or changes, whom it must not.',
    async run(trial) {
      const population = await populate(trial)
      const single = conditions(trial, population, 36)
      const filters: string[] = []
      for (let index = 0; index + 2 < single.length; index++) {
        const [a, b, c] = single.slice(index, index + 3)
        filters.push(
          `${a} and ${b}`,
          `${a} or ${b}`,
          `not (${a})`,
          `${a} or ${b} and ${c}`,
          `(${a} or ${b}) and ${c}`,
          `not (${a} and ${b})`,
          `not (${a} or not (${c}))`,
        )
      }
      for (const [index, operator] of (
        ['gt', 'ge', 'lt', 'le', 'co', 'sw', 'ew', 'eq', 'ne'] as const
      ).entries())
        filters.push(...negations(trial, population, operator, index))
      const fix =
        'and binds closer than or; not is the opposite of what is in its brackets, also for resources without a value (filter.matches(resource) is a ready predicate)'
      await eachOf(filters, (filter) => assertFinds(population, filter, { fix }))
    },
  },
  {
    name: 'conditions in brackets of a list hold for one element together',
    why: 'emails[type eq "work" and value eq "x"] must not find whose home address is x.',
    inapplicable: ({ samples }) =>
      samples.attributes.some((one) => one.multiValued && one.type === 'complex')
        ? undefined
        : 'the store keeps no list of complex values',
    async run(trial) {
      const population = await populate(trial)
      const lists = trial.samples.attributes.filter((one) => one.multiValued && one.type === 'complex')
      const fix =
        'evaluate everything inside of the brackets on one element, and conditions without brackets each on any; not in front of them is about the whole list (filter.matches(resource) is a ready predicate)'
      const filters = lists.flatMap((list) => elementFilters(list, population.resources))
      await eachOf(
        filters.filter((filter) => canBind(trial.users, filter)),
        (filter) => assertFinds(population, filter, { fix }),
      )
    },
  },
  {
    name: 'filters see what the store itself gives: id, schemas and meta',
    why: 'Clients that synchronise ask for ids in bulk and for what has changed since a time.',
    async run(trial) {
      const population = await populate(trial)
      const { users } = trial
      const [one, two] = population.resources.map(({ id }) => JSON.stringify(id))
      const filters = [
        `id eq ${one} or id eq "nobody" or id eq ${two}`,
        `not (id eq ${one})`,
        'id pr',
        'id eq "nobody"',
        'meta.created gt "2000-01-01T00:00:00Z"',
        'meta.created lt "2000-01-01T00:00:00+01:00"',
        'meta.lastModified ge "2000-01-01T00:00:00Z"',
        'meta.lastModified gt "2999-01-01T00:00:00Z"',
        `schemas eq ${JSON.stringify(users.type.definition.schema.urn)}`,
        [
          ...Array.from({ length: 40 }, (_, number) => `id eq "nobody-${number}"`),
          `id eq ${one}`,
          `id eq ${two}`,
        ].join(' or '),
      ]
      const fix =
        'let filters read id, schemas, meta.created and meta.lastModified as the store shows them, times as instants'
      for (const filter of filters) await assertFinds(population, filter, { fix })
    },
  },
]
