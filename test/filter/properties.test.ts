import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Comparator, FilterNode, Literal } from '../../src/filter/index.js'
import { bindFilter, parseFilter, printFilter, readPath } from '../../src/filter/index.js'
import { isScimError } from '../../src/protocol/index.js'
import { account, badgeUrn } from './account.js'

const unbounded = { maxLength: 1e6, maxDepth: 1e3, maxClauses: 1e6 }
const comparators: readonly Comparator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']

/** Filters of any conditions, nested up to a few levels. */
function filtersOf(clause: fc.Arbitrary<FilterNode>): fc.Arbitrary<FilterNode> {
  const { filter } = fc.letrec<{ filter: FilterNode }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      clause,
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        filters: fc.array(tie('filter'), { minLength: 2, maxLength: 4 }),
      }),
      fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
    ),
  }))
  return filter
}

it('what is printed is read as it was', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[A-Za-z$][\w$-]{0,9}$/),
    fc.constantFrom('not', 'and', 'or', 'pr', 'eq', 'true', 'null', '$ref'),
  )
  const path = fc
    .tuple(fc.constantFrom('', 'urn:example:a-b:2.0:User:', badgeUrn.concat(':')), name, fc.option(name))
    .map(([urn, first, second]) => `${urn}${first}${second === null ? '' : `.${second}`}`)
  const literal: fc.Arbitrary<Literal> = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\\', '"', '\\"', ')', ']', ' and ', '?', '\u0000', '\ud800'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const clause: fc.Arbitrary<FilterNode> = fc.oneof(
    fc.record({ op: fc.constant('pr' as const), path }),
    fc.record({ op: fc.constantFrom(...comparators), path, value: literal }),
  )
  const valuePath: fc.Arbitrary<FilterNode> = fc.record({
    op: fc.constant('valuePath' as const),
    path,
    filter: filtersOf(clause),
  })
  fc.assert(
    fc.property(filtersOf(fc.oneof(clause, valuePath)), (filter) => {
      expect(parseFilter(printFilter(filter), unbounded)).toEqual(filter)
    }),
    { numRuns: 500 },
  )
})

it('any text is a filter or a 400', () => {
  const word = fc.constantFrom(
    ...[
      'userName',
      'emails',
      'eq',
      'pr',
      'not',
      'and',
      'or',
      '(',
      ')',
      '[',
      ']',
      '.',
      '"x"',
      '"',
      '\\',
      '1',
      '-',
      'null',
      ' ',
      '?',
    ],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
  )
  fc.assert(
    fc.property(text, (text) => {
      for (const read of [
        parseFilter,
        (text: string) => bindFilter(account, text).tree,
        (text: string) => readPath(account, text),
      ]) {
        try {
          read(text)
        } catch (error) {
          expect(isScimError(error) && error.status).toBe(400)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

// A second way to evaluate filters, as slow and simple as can be, to compare the compiled one with.

type Kind = 'folded' | 'exact' | 'number' | 'boolean' | 'time' | 'complex'
interface Place {
  /** The keys to the value; `[]` behind those with several values. */
  readonly keys: readonly string[]
  readonly kind: Kind
}

const places: Readonly<Record<string, Place>> = {
  userName: { keys: ['userName'], kind: 'folded' },
  code: { keys: ['code'], kind: 'exact' },
  score: { keys: ['score'], kind: 'number' },
  active: { keys: ['active'], kind: 'boolean' },
  born: { keys: ['born'], kind: 'time' },
  name: { keys: ['name'], kind: 'complex' },
  'name.givenName': { keys: ['name', 'givenName'], kind: 'folded' },
  tags: { keys: ['tags[]'], kind: 'folded' },
  emails: { keys: ['emails[]'], kind: 'complex' },
  'emails.type': { keys: ['emails[]', 'type'], kind: 'folded' },
  'emails.labels': { keys: ['emails[]', 'labels[]'], kind: 'folded' },
  [`${badgeUrn}:badgeId`]: { keys: [badgeUrn, 'badgeId'], kind: 'exact' },
  [`${badgeUrn}:manager.value`]: { keys: [badgeUrn, 'manager', 'value'], kind: 'exact' },
  [`${badgeUrn}:doors.floor`]: { keys: [badgeUrn, 'doors[]', 'floor'], kind: 'number' },
}
const inEmails: Readonly<Record<string, Place>> = {
  type: { keys: ['type'], kind: 'folded' },
  value: { keys: ['value'], kind: 'folded' },
  primary: { keys: ['primary'], kind: 'boolean' },
  labels: { keys: ['labels[]'], kind: 'folded' },
}

function valuesAt(value: unknown, keys: readonly string[]): readonly unknown[] {
  const [first, ...rest] = keys
  if (first === undefined) return [value]
  const key = first.replace('[]', '')
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  if (key === first) return valuesAt(found, rest)
  const elements: readonly unknown[] = Array.isArray(found) && found.length > 0 ? found : [undefined]
  return elements.flatMap((one) => valuesAt(one, rest))
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  return typeof value !== 'object' || Object.values(value).some(isPresent)
}

/** A dateTime in tenths of microseconds. */
function ticks(text: unknown): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/.exec(String(text))
  const seconds = match && Date.parse(`${match[1]}${match[3]}`)
  if (!match || Number.isNaN(seconds)) return undefined
  return BigInt(seconds ?? 0) * 10_000n + BigInt((match[2] ?? '').padEnd(7, '0').slice(0, 7))
}

function compares(op: Comparator, value: unknown, literal: Literal, kind: Kind): boolean {
  if (op === 'ne') return !compares('eq', value, literal, kind)
  let [a, b]: unknown[] = [value, literal]
  if (typeof value !== typeof literal) return false
  const isPart = op === 'co' || op === 'sw' || op === 'ew'
  if (kind === 'time' && !isPart) [a, b] = [ticks(value), ticks(literal)]
  else if (kind !== 'exact' && typeof a === 'string') [a, b] = [a.toLowerCase(), String(b).toLowerCase()]
  if (a === undefined) return false
  const [x, y] = [a as string, b as string]
  const order = { eq: x === y, gt: x > y, ge: x >= y, lt: x < y, le: x <= y }
  if (!isPart) return order[op]
  return op === 'co' ? x.includes(y) : op === 'sw' ? x.startsWith(y) : x.endsWith(y)
}

function evaluate(filter: FilterNode, value: unknown, among: Readonly<Record<string, Place>>): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((one) => evaluate(one, value, among))
    case 'or':
      return filter.filters.some((one) => evaluate(one, value, among))
    case 'not':
      return !evaluate(filter.filter, value, among)
    case 'valuePath':
      return valuesAt(value, ['emails[]'])
        .filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
        .some((one) => evaluate(filter.filter, one, inEmails))
    case 'pr':
      return valuesAt(value, among[filter.path]!.keys).some(isPresent)
    default: {
      const { keys, kind } = among[filter.path]!
      const values = valuesAt(value, keys)
      if (filter.value === null) return values.some(isPresent) === (filter.op === 'ne')
      return values.some((one) => compares(filter.op, one, filter.value, kind))
    }
  }
}

const texts = fc.constantFrom('a', 'A', 'ab', 'aB', 'ba', 'é', 'É', '\u212a', 'k', '"', '\\', 'a b')
const times = fc.constantFrom(
  '2020-01-01T00:00:00Z',
  '2020-01-01T01:00:00+01:00',
  '2019-12-31T23:59:59.9999999Z',
  '2020-01-01T00:00:00.0000001Z',
  '2020-01-01T00:00:00.10Z',
)
const ofKind: Readonly<Record<Exclude<Kind, 'complex'>, fc.Arbitrary<unknown>>> = {
  folded: texts,
  exact: texts,
  number: fc.constantFrom(-1, 0, 1, 1.5, 2),
  boolean: fc.boolean(),
  time: times,
}
const odd = fc.constantFrom(undefined, null, '', 'a', 5, true, [], {}, ['a'], { value: 'a' }, '2020-01-01')

function stored(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: odd },
  )
}

const resources = fc.record({
  userName: stored(texts),
  code: stored(texts),
  score: stored(ofKind.number),
  active: stored(fc.boolean()),
  born: stored(times),
  name: stored(fc.record({ givenName: stored(texts), familyName: stored(texts) })),
  tags: stored(fc.array(stored(texts), { maxLength: 3 })),
  emails: stored(
    fc.array(
      stored(
        fc.record({
          type: stored(texts),
          value: stored(texts),
          primary: stored(fc.boolean()),
          labels: stored(fc.array(texts, { maxLength: 2 })),
        }),
      ),
      { maxLength: 3 },
    ),
  ),
  [badgeUrn]: stored(
    fc.record({
      badgeId: stored(texts),
      manager: stored(fc.record({ value: stored(texts) })),
      doors: stored(fc.array(fc.record({ floor: stored(ofKind.number) }), { maxLength: 2 })),
    }),
  ),
})

function clausesOf(among: Readonly<Record<string, Place>>): fc.Arbitrary<FilterNode> {
  const isFit = (op: Comparator, kind: Kind) =>
    op === 'eq' ||
    op === 'ne' ||
    (kind !== 'boolean' && (kind !== 'number' || !['co', 'sw', 'ew'].includes(op)))
  return fc.oneof(
    ...Object.entries(among).flatMap(([path, { kind }]): fc.Arbitrary<FilterNode>[] => {
      const presence = fc.record({ op: fc.constant('pr' as const), path: fc.constant(path) })
      const absence = fc.record({
        op: fc.constantFrom('eq' as const, 'ne' as const),
        path: fc.constant(path),
        value: fc.constant(null),
      })
      if (kind === 'complex') return [presence]
      const op = fc.constantFrom(...comparators.filter((one) => isFit(one, kind)))
      const value = ofKind[kind] as fc.Arbitrary<Literal>
      return [presence, absence, fc.record({ op, path: fc.constant(path), value })]
    }),
  )
}

it('a compiled filter matches what a naive evaluation matches', () => {
  const valuePath: fc.Arbitrary<FilterNode> = fc.record({
    op: fc.constant('valuePath' as const),
    path: fc.constant('emails'),
    filter: filtersOf(clausesOf(inEmails)),
  })
  const filters = filtersOf(
    fc.oneof({ weight: 4, arbitrary: clausesOf(places) }, { weight: 1, arbitrary: valuePath }),
  )
  let matched = 0
  let all = 0
  fc.assert(
    fc.property(filters, fc.array(resources, { minLength: 5, maxLength: 5 }), (filter, some) => {
      const { matches } = bindFilter(account, printFilter(filter), { limits: unbounded })
      for (const one of some) {
        const expected = evaluate(filter, one, places)
        expect(matches(one)).toBe(expected)
        matched += expected ? 1 : 0
        all++
      }
    }),
    { numRuns: 2000 },
  )
  // Neither answer is rare enough to hide a mistake.
  expect(matched / all).toBeGreaterThan(0.2)
  expect(matched / all).toBeLessThan(0.8)
})
