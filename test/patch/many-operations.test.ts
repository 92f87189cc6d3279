import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyPatch,
  attribute,
  defineResourceType,
  defineSchema,
  isScimError,
  lenient,
  type PatchOperation,
  type ResourceTypeDefinition,
  userResourceType,
} from '../../src/index.js'
import { frozen } from './patch.js'

// Lists stay open between the operations of a PATCH. Nothing of that may show: many operations do what each of them
// does by itself, one after the other.

const options = { leniency: lenient().leniency, note: () => {} }

const value = fc.constantFrom('a', 'A', 'b', 'c', 'd', 'e', 'f@example.com', 'g')
const type = fc.constantFrom('work', 'Work', 'home', 'other')
const element = fc.record(
  { value, type, display: fc.constantFrom('x', 'y', 'z'), primary: fc.boolean() },
  { requiredKeys: [] },
)
const present = element.filter((one) => Object.keys(one).length > 0)
const name = fc.constantFrom('emails', 'addresses', 'roles')
const filter = fc.oneof(
  fc.tuple(fc.constantFrom('value', 'display'), value).map(([key, text]) => `${key} eq "${text}"`),
  type.map((text) => `type eq "${text}"`),
  fc.tuple(type, value).map(([a, b]) => `type eq "${a}" and value eq "${b}"`),
  fc.tuple(type, value).map(([a, b]) => `type eq "${a}" or value ne "${b}"`),
  fc.constantFrom('primary eq true', 'primary eq false', 'not (value pr)', 'display pr and primary ne true'),
)
const verb = fc.constantFrom<'add' | 'replace'>('add', 'replace')
const part = fc.oneof(
  fc.tuple(fc.constantFrom('value', 'type', 'display'), value),
  fc.tuple(fc.constant('primary'), fc.boolean()),
)
const many = fc.array(present, { minLength: 1, maxLength: 3 })

const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant<'add'>('add'), path: name, value: many }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant<'replace'>('replace'), path: name, value: many }) },
  fc.record({ op: verb, value: fc.record({ emails: many, addresses: many }, { requiredKeys: [] }) }),
  fc
    .tuple(verb, name, filter, part)
    .map(([op, one, where, [key, to]]) => ({ op, path: `${one}[${where}].${key}`, value: to })),
  fc
    .tuple(verb, name, filter, present)
    .map(([op, one, where, to]) => ({ op, path: `${one}[${where}]`, value: to })),
  fc.tuple(verb, name, part).map(([op, one, [key, to]]) => ({ op, path: `${one}.${key}`, value: to })),
  fc.tuple(name, filter).map(([one, where]) => ({ op: 'remove' as const, path: `${one}[${where}]` })),
  fc
    .tuple(name, filter, fc.constantFrom('type', 'display', 'primary'))
    .map(([one, where, key]) => ({ op: 'remove' as const, path: `${one}[${where}].${key}` })),
  fc.record({ op: fc.constant<'remove'>('remove'), path: name, value: many }),
  fc.record({ op: fc.constant<'remove'>('remove'), path: name }),
)

const user = fc.record({
  emails: fc.array(present, { maxLength: 40 }),
  addresses: fc.array(present, { maxLength: 40 }),
  roles: fc.array(present, { maxLength: 20 }),
})

/** The outcome, or the error's type. */
function outcome(
  before: object,
  steps: readonly (readonly PatchOperation[])[],
  type: ResourceTypeDefinition = userResourceType,
): unknown {
  try {
    return steps.reduce((state, step) => applyPatch(type, state, step, options), before)
  } catch (error) {
    if (isScimError(error)) return `${error.status} ${error.scimType}`
    throw error
  }
}

describe('the operations of one PATCH', () => {
  it('do what they do one by one', () => {
    fc.assert(
      fc.property(user, fc.array(operation, { minLength: 2, maxLength: 30 }), (attributes, operations) => {
        const lists = Object.entries(attributes).filter(([, list]) => list.length > 0)
        const before = frozen({ schemas: [], id: '1', userName: 'ada', ...Object.fromEntries(lists) })
        const together = outcome(before, [operations])
        const alone = outcome(
          before,
          operations.map((one) => [one]),
        )
        expect(together).toEqual(alone)
      }),
      { numRuns: 500 },
    )
  })

  const text = attribute.string()
  const texts = attribute.string({ multiValued: true })
  const box = defineResourceType({
    name: 'Box',
    endpoint: '/Boxes',
    schema: defineSchema('urn:example:Box', {
      once: attribute.string({ multiValued: true, mutability: 'immutable' }),
      lid: attribute.complex({ marks: texts, colour: text }, { mutability: 'immutable' }),
      label: attribute.complex({ words: texts, colour: text }),
      parts: attribute.complex({ value: text, colour: text, tags: texts }, { multiValued: true }),
    }),
  })
  const parts = Array.from({ length: 20 }, (_, i) => ({ value: `p${i}`, tags: ['a', 'b'] }))

  it.each<[string, object, readonly PatchOperation[]]>([
    [
      'a list that is set once',
      {},
      [
        { op: 'add', path: 'once', value: ['a'] },
        { op: 'add', path: 'once', value: ['b'] },
      ],
    ],
    [
      'a list inside of what is set once',
      { lid: { marks: ['a', 'b'] } },
      [
        { op: 'remove', path: 'lid.marks', value: ['a'] },
        { op: 'add', path: 'lid.marks', value: ['a'] },
      ],
    ],
    [
      'a filter on an object whose list has lost a value',
      { label: { words: ['a', 'b'] } },
      [
        { op: 'remove', path: 'label.words', value: ['b'] },
        { op: 'replace', path: 'label[words ne "a"].colour', value: 'red' },
      ],
    ],
    [
      'lists inside of elements',
      { parts },
      [
        { op: 'remove', path: 'parts', value: [{ tags: ['a', 'b', 'c'] }] },
        { op: 'remove', path: 'parts', value: [{ tags: ['a', 'b', 'c'] }] },
        { op: 'add', path: 'parts.tags', value: ['c'] },
        { op: 'add', path: 'parts[value eq "p3"].tags', value: ['d'] },
        { op: 'remove', path: 'parts', value: [{ tags: ['a', 'b', 'c', 'd'] }] },
        { op: 'add', path: 'parts', value: [{ tags: ['a', 'b', 'c'] }, { value: 'p3' }] },
      ],
    ],
    [
      'a list that is emptied, and filled again',
      { parts },
      [
        { op: 'remove', path: 'parts[value sw "p"]' },
        { op: 'add', path: 'parts', value: [{ value: 'q' }] },
        { op: 'add', path: 'parts', value: [{ value: 'q', colour: 'red' }] },
      ],
    ],
    [
      'a list that is replaced between two changes',
      { parts },
      [
        { op: 'remove', path: 'parts[value eq "p1"]' },
        { op: 'replace', path: 'parts', value: [{ value: 'q' }, { value: 'r' }] },
        { op: 'remove', path: 'parts[value eq "q"]' },
        { op: 'add', path: 'parts', value: [{ value: 'p1' }] },
      ],
    ],
  ])('do so with %s', (_, attributes, operations) => {
    const before = frozen({ schemas: [], id: '1', ...attributes })
    const together = outcome(before, [operations], box)
    const alone = outcome(
      before,
      operations.map((one) => [one]),
      box,
    )
    expect(together).toEqual(alone)
  })
})
