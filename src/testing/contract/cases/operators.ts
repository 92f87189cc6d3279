import type { Comparator } from '../../../filter/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { assertFinds, canBind, eachOf, leavesOf, populate, valuesOf } from '../population.js'
import type { CaseDefinition, Trial } from '../trial.js'

const ready = 'filter.matches(resource) is a ready predicate'

const fixes: Readonly<Record<Comparator | 'pr', string>> = {
  eq: `compare the whole value; texts without regard to case unless the attribute is caseExact, dateTimes as instants; of a list, one element is enough (${ready})`,
  ne: `ne is the opposite of eq, also for a resource without a value: it matches where no value is equal (${ready})`,
  co: `find the text anywhere in the value, without regard to case unless caseExact; escape %, _ and \\ where a pattern is made of it (${ready})`,
  sw: `find the text at the beginning, without regard to case unless caseExact; escape %, _ and \\ where a pattern is made of it (${ready})`,
  ew: `find the text at the end, without regard to case unless caseExact; escape %, _ and \\ where a pattern is made of it (${ready})`,
  gt: `compare numbers as numbers, dateTimes as instants, texts by code point after folding case unless caseExact; equal values do not match (${ready})`,
  ge: `compare numbers as numbers, dateTimes as instants, texts by code point after folding case unless caseExact; equal values match (${ready})`,
  lt: `compare numbers as numbers, dateTimes as instants, texts by code point after folding case unless caseExact; equal and missing values do not match (${ready})`,
  le: `compare numbers as numbers, dateTimes as instants, texts by code point after folding case unless caseExact; equal values match, missing ones do not (${ready})`,
  pr: `pr matches where there is a value: of a complex attribute, in any part; of a list, where it has an element (${ready})`,
}

const meanings: Readonly<Record<Comparator, string>> = {
  eq: 'equal',
  ne: 'not equal',
  co: 'contains',
  sw: 'starts with',
  ew: 'ends with',
  gt: 'greater than',
  ge: 'greater or equal',
  lt: 'less than',
  le: 'less or equal',
}

function otherAsciiCase(text: string): string {
  const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase())
  return upper === text ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : upper
}

/** What an attribute is compared with: values that are there, parts of them, and one that is not. */
function literalsFor(
  attribute: CompiledAttribute,
  operator: Comparator,
  values: readonly unknown[],
): readonly unknown[] {
  const texts = values.filter((value) => typeof value === 'string')
  if (isOnParts(operator)) {
    const parts = texts.slice(0, 3).map((text) => partOf(text, operator))
    const patterns = attribute.type === 'string' ? ['%', '_', '\\', '.', '*'] : []
    return [...parts, ...parts.slice(0, 1).map(otherAsciiCase), ...patterns, 'qqq']
  }
  const taken = values.slice(0, 3)
  if (attribute.type === 'dateTime') return [...taken, ...texts.flatMap(respellings)]
  if (attribute.type !== 'string') return taken
  return [...taken, ...texts.slice(0, 2).map(otherAsciiCase), 'qqq', '%', '.*']
}

/** An instant in another zone, and without its part of a second. */
function respellings(instant: string): readonly string[] {
  const time = Date.parse(instant)
  const elsewhere = new Date(time + 90 * 60_000).toISOString().replace('Z', '+01:30')
  return [elsewhere, new Date(Math.floor(time / 1000) * 1000).toISOString()]
}

/** The same for an attribute of a kind of which another has been tried with {@link literalsFor}. */
function fewLiteralsFor(
  attribute: CompiledAttribute,
  operator: Comparator,
  values: readonly unknown[],
): readonly unknown[] {
  const inCase = (text: string) => (attribute.caseExact ? text : otherAsciiCase(text))
  const [first, second] = values.map((value) => (typeof value === 'string' ? inCase(value) : value))
  const text = values.find((value) => typeof value === 'string')
  if (isOnParts(operator)) {
    const parts = text === undefined ? [] : [inCase(partOf(text, operator))]
    return operator === 'co' ? [...parts, '%'] : parts
  }
  return operator === 'eq' || operator === 'ne' ? [first, values[1]] : [second ?? first]
}

function isOnParts(operator: Comparator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew'
}

function partOf(text: string, operator: Comparator): string {
  const letters = [...text]
  if (operator === 'sw') return letters.slice(0, 3).join('')
  return (operator === 'ew' ? letters.slice(-3) : letters.slice(1, 4)).join('')
}

/** What attributes of one kind have in common: stores evaluate them in the same way, or have the same mistake. */
function kindOf({ type, caseExact, multiValued, uniqueness, parent }: CompiledAttribute): string {
  const place = parent ? (parent.multiValued ? 'element' : parent.isExtension ? 'extension' : 'part') : 'top'
  return [type, caseExact, multiValued, uniqueness, place].join()
}

function operatorCase(operator: Comparator): CaseDefinition {
  return {
    name: `a filter with ${operator} (${meanings[operator]}) finds what it must, for every attribute and type`,
    why: 'Identity providers match their users to yours by filters; a wrong answer makes a second account, or takes the wrong one.',
    async run(trial: Trial) {
      const population = await populate(trial)
      const { users } = trial
      const kinds = new Set<string>()
      const tried = leavesOf(trial).flatMap((attribute) => {
        const literals = kinds.has(kindOf(attribute)) ? fewLiteralsFor : literalsFor
        kinds.add(kindOf(attribute))
        const values = valuesOf(attribute, population.resources)
        return [...new Set(literals(attribute, operator, values))]
          .filter((literal) => literal !== undefined)
          .map((literal) => ({
            attribute,
            filter: `${attribute.path} ${operator} ${JSON.stringify(literal)}`,
          }))
      })
      await eachOf(
        tried.filter(({ filter }) => canBind(users, filter)),
        ({ attribute, filter }) => assertFinds(population, filter, { attribute, fix: fixes[operator] }),
      )
    },
  }
}

/** Every operator, on every attribute. */
export const operators: readonly CaseDefinition[] = [
  ...(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map(operatorCase),
  {
    name: 'a filter with pr (has a value) finds what it must, for every attribute',
    why: 'Clients look for what is set and what is not.',
    async run(trial) {
      const population = await populate(trial)
      const { users } = trial
      const parents = trial.samples.attributes.flatMap((one) => (one.parent ? [one, one.parent] : [one]))
      const tried = [...new Set([...leavesOf(trial), ...parents])].flatMap((attribute) =>
        [`${attribute.path} pr`, `not (${attribute.path} pr)`].map((filter) => ({ attribute, filter })),
      )
      await eachOf(
        tried.filter(({ filter }) => canBind(users, filter)),
        ({ attribute, filter }) => assertFinds(population, filter, { attribute, fix: fixes.pr }),
      )
    },
  },
]
