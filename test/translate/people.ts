import fc from 'fast-check'
import type { FilterNode, Literal } from '../../src/filter/index.js'
import { bindFilter, printFilter } from '../../src/filter/index.js'
import type { Filter } from '../../src/index.js'
import { attribute, defineResourceType, defineSchema, memoryStore } from '../../src/index.js'

/** A resource type with an attribute of each kind that a column can hold. */
export const personType = defineResourceType({
  name: 'Person',
  endpoint: '/People',
  schema: defineSchema('urn:example:Person', {
    userName: attribute.string({ required: true, caseExact: false }),
    nickName: attribute.string({ caseExact: false }),
    code: attribute.string({ caseExact: true }),
    enabled: attribute.boolean(),
    level: attribute.integer(),
    score: attribute.decimal(),
    joined: attribute.dateTime(),
    name: attribute.complex({
      givenName: attribute.string({ caseExact: false }),
      familyName: attribute.string({ caseExact: true }),
    }),
    emails: attribute.complex(
      {
        value: attribute.string({ caseExact: false }),
        type: attribute.string({ caseExact: true }),
        primary: attribute.boolean(),
      },
      { multiValued: true },
    ),
    tags: attribute.string({ multiValued: true, caseExact: true }),
  }),
  store: memoryStore(),
})

export interface Person {
  readonly id: string
  readonly userName: string
  readonly nickName?: string
  readonly code?: string
  readonly enabled?: boolean
  readonly level?: number
  readonly score?: number
  readonly joined?: string
  readonly name?: { readonly givenName?: string; readonly familyName?: string }
  readonly emails?: readonly { readonly value?: string; readonly type?: string; readonly primary?: boolean }[]
  readonly tags?: readonly string[]
}

/** Short texts of what patterns, quoting and case take for something else. */
const text = fc.string({
  unit: fc.constantFrom('%', '_', '`', '\\', "'", '"', 'a', 'A', 'b', 'B', '?', '$', '1', ' ', '[', '*'),
  maxLength: 4,
})
const someText = text.filter((one) => one !== '')
const times = [
  '2024-02-29T12:00:00Z',
  '2024-02-29T12:00:00.123Z',
  '2024-02-29T14:00:00+02:00',
  '1999-12-31T23:59:59.999Z',
]

const email = fc.record(
  { value: someText, type: fc.constantFrom('work', 'Work', 'home'), primary: fc.boolean() },
  { requiredKeys: [] },
)

export const people: fc.Arbitrary<readonly Person[]> = fc
  .array(
    fc.record(
      {
        userName: someText,
        nickName: text,
        code: text,
        enabled: fc.boolean(),
        level: fc.integer({ min: -2, max: 2 }),
        score: fc.constantFrom(0.5, 1, -1.25),
        joined: fc.constantFrom(...times),
        name: fc.record({ givenName: someText, familyName: someText }, { requiredKeys: [] }),
        emails: fc.array(
          email.filter((one) => Object.keys(one).length > 0),
          { maxLength: 3 },
        ),
        tags: fc.array(someText, { maxLength: 2 }),
      },
      { requiredKeys: ['userName'] },
    ),
    { minLength: 8, maxLength: 16 },
  )
  .map((list) => list.map((one, index) => ({ ...one, id: String(index) })))

const ops = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
const textOps = ['eq', 'ne', 'co', 'sw', 'ew'] as const

function clauses(
  paths: readonly string[],
  literal: fc.Arbitrary<Literal>,
  operators: readonly (typeof ops)[number][],
) {
  return fc.record({ op: fc.constantFrom(...operators), path: fc.constantFrom(...paths), value: literal })
}

const orders = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
const instants = fc.constantFrom(...times, '2024-02-29T12:00:00.123400Z', '2024-02-29T12:00:00.1234567Z')

/** @param comparesTexts whether texts are compared by order, too. */
export function filters(comparesTexts: boolean): fc.Arbitrary<string> {
  const operators = comparesTexts ? ops : textOps
  const inElement = fc.oneof(
    clauses(['value'], text, operators),
    clauses(['type'], fc.constantFrom('work', 'WORK', 'home'), operators),
    clauses(['primary'], fc.boolean(), ['eq', 'ne']),
    fc.record({ op: fc.constant('pr' as const), path: fc.constantFrom('value', 'type', 'primary') }),
  )
  const plain = fc.oneof(
    clauses(['userName', 'nickName', 'code', 'name.givenName', 'name.familyName'], text, operators),
    clauses(['emails.value', 'emails', 'tags'], text, operators),
    clauses(['enabled', 'emails.primary'], fc.boolean(), ['eq', 'ne']),
    clauses(['level'], fc.integer({ min: -2, max: 2 }), orders),
    clauses(['score'], fc.constantFrom(0.5, 0.75, 1, -1.25), orders),
    clauses(['joined'], instants, orders),
    clauses(['id'], fc.constantFrom('0', '3', 'x'), ['eq', 'ne']),
    clauses(['userName', 'nickName', 'enabled'], fc.constant(null), ['eq', 'ne']),
    fc.record({
      op: fc.constant('pr' as const),
      path: fc.constantFrom(
        ...['userName', 'nickName', 'code', 'enabled', 'level', 'joined', 'name', 'name.givenName'],
        ...['emails', 'emails.value', 'emails.primary', 'tags'],
      ),
    }),
  )
  const nested = (leaf: fc.Arbitrary<FilterNode>) =>
    fc.letrec<{ node: FilterNode }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        leaf,
        fc.record({
          op: fc.constantFrom('and' as const, 'or' as const),
          filters: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
        }),
        fc.record({ op: fc.constant('not' as const), filter: tie('node') }),
      ),
    })).node
  const valuePath: fc.Arbitrary<FilterNode> = fc.record({
    op: fc.constant('valuePath' as const),
    path: fc.constant('emails'),
    filter: nested(inElement),
  })
  return nested(fc.oneof({ arbitrary: plain, weight: 3 }, valuePath)).map(printFilter)
}

export function bind(filter: string): Filter {
  return bindFilter(personType, filter)
}

/** The ids of those that match, as the predicate says. */
export function matching(filter: Filter, all: readonly Person[]): readonly string[] {
  return all.filter((one) => filter.matches(one)).map(({ id }) => id)
}
