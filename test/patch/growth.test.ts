import { describe, expect, it } from 'vitest'
import {
  applyPatch,
  attribute,
  defineExtension,
  defineResourceType,
  groupResourceType,
  isScimError,
  lenient,
  type PatchOperation,
  type PatchOptions,
  type ResourceTypeDefinition,
  type ScimError,
  userResourceType,
  userSchema,
} from '../../src/index.js'
import { compileResourceType } from '../../src/schema/index.js'

// A thousand operations on a user with fifty thousand e-mails once held a service up for forty seconds: each of them
// went over all e-mails, and copied them.

const { leniency } = lenient()
const options: PatchOptions = { leniency, note: () => {} }

/** Elements of which one part is counted whenever it is read. */
function counted(elements: readonly object[], part: string) {
  const count = { reads: 0 }
  for (const element of elements) {
    const value: unknown = Reflect.get(element, part)
    const get = () => {
      count.reads++
      return value
    }
    Object.defineProperty(element, part, { enumerable: true, configurable: true, get })
  }
  return count
}

interface Attack {
  readonly type?: ResourceTypeDefinition
  /** The attribute, for n elements. */
  readonly elements: (n: number) => readonly object[]
  readonly operations: (n: number) => readonly PatchOperation[]
  readonly name?: string
  /** The part of the elements whose reading is counted. */
  readonly part?: string
}

function times<T>(n: number, make: (index: number) => T): T[] {
  return Array.from({ length: n }, (_, index) => make(index))
}

/** How often parts of the elements are read while n operations are applied to n elements. */
function readsOf(attack: Attack, n: number): number {
  const { type = userResourceType, elements, operations, name = 'emails', part = 'value' } = attack
  const list = elements(n)
  const count = counted(list, part)
  const values = name.startsWith('urn:') ? { [name]: { tags: list } } : { [name]: list }
  const resource = { schemas: [], id: '1', userName: 'ada', displayName: 'Ada', ...values }
  applyPatch(compileResourceType(type), resource, operations(n), options)
  return count.reads
}

const emails = (n: number) => times(n, (i) => ({ value: `u${i}@example.com`, type: i % 2 ? 'work' : 'home' }))
const members = (n: number) => times(n, (i) => ({ value: `u${i}@example.com`, type: 'User' }))
/** Every part of an address is that of many, and only all parts together are its own. */
const addresses = (n: number) => {
  const side = Math.floor(Math.sqrt(n))
  return times(n, (i) => ({ locality: `a${i % side}`, region: `b${Math.floor(i / side)}` }))
}
const path = 'emails'

const attacks: Readonly<Record<string, Attack>> = {
  'adds of new elements': {
    elements: emails,
    operations: (n) => times(n, (i) => ({ op: 'add', path, value: [{ value: `new${i}`, type: 'work' }] })),
  },
  'adds of elements that are there': {
    elements: emails,
    operations: (n) => emails(n).map((value) => ({ op: 'add', path, value: [value] })),
  },
  'adds without a path': {
    elements: emails,
    operations: (n) => times(n, (i) => ({ op: 'add', value: { emails: [{ value: `new${i}` }] } })),
  },
  'adds that complete what is there': {
    elements: emails,
    operations: (n) => emails(n).map((value) => ({ op: 'add', path, value: [{ ...value, display: 'x' }] })),
  },
  'adds that make each the primary one': {
    elements: emails,
    operations: (n) => times(n, (i) => ({ op: 'add', path, value: [{ value: `new${i}`, primary: true }] })),
  },
  'changes of elements that are found by their value': {
    elements: emails,
    operations: (n) =>
      emails(n).map(({ value }) => ({
        op: 'replace',
        path: `emails[value eq "${value}"].display`,
        value: 'x',
      })),
  },
  'changes of elements that are found by one of two conditions': {
    part: 'type',
    elements: (n) => times(n, (i) => ({ value: `u${i}@example.com`, type: `t${i}` })),
    operations: (n) =>
      times(n, (i) => ({
        op: 'replace',
        path: `emails[type eq "T${i}" and value co "u"].display`,
        value: 'x',
      })),
  },
  'elements that become primary by turns': {
    elements: emails,
    operations: (n) =>
      emails(n).map(({ value }) => ({
        op: 'replace',
        path: `emails[value eq "${value}"].primary`,
        value: true,
      })),
  },
  'elements made from filters that select nothing': {
    part: 'type',
    elements: emails,
    operations: (n) =>
      times(n, (i) => ({ op: 'add', path: `emails[type eq "t${i}"].value`, value: `new${i}` })),
  },
  'removals of elements that are found by their value': {
    elements: emails,
    operations: (n) => emails(n).map(({ value }) => ({ op: 'remove', path: `emails[value eq "${value}"]` })),
  },
  'removals by value': {
    elements: emails,
    operations: (n) => emails(n).map(({ value }) => ({ op: 'remove', path, value: [{ value }] })),
  },
  'removals by value and type': {
    elements: emails,
    operations: (n) => emails(n).map((value) => ({ op: 'remove', path, value: [value] })),
  },
  'removals and adds by turns': {
    elements: emails,
    operations: (n) =>
      emails(n).flatMap((value): PatchOperation[] => [
        { op: 'remove', path: `emails[value eq "${value.value}"]` },
        { op: 'add', path, value: [value] },
      ]),
  },
  'members of a group whose store keeps them with the rest': {
    type: groupResourceType,
    name: 'members',
    elements: members,
    operations: (n) =>
      members(n).flatMap(({ value }, i): PatchOperation[] => [
        { op: 'add', path: 'members', value: [{ value: `new${i}` }] },
        { op: 'remove', path: `members[value eq "${value}"]` },
        { op: 'replace', path: 'displayName', value: `n${i}` },
      ]),
  },
  'one add of many elements without a value': {
    name: 'addresses',
    part: 'locality',
    elements: addresses,
    operations: (n) => [
      { op: 'add', path: 'addresses', value: addresses(n).map((address) => ({ ...address, country: 'x' })) },
    ],
  },
  'one removal of many elements without a value': {
    name: 'addresses',
    part: 'locality',
    elements: addresses,
    operations: (n) => [
      {
        op: 'remove',
        path: 'addresses',
        value: addresses(n).map(({ locality }) => ({ locality, region: 'x' })),
      },
    ],
  },
  'values of an extension': {
    type: defineResourceType({
      name: 'User',
      endpoint: '/Users',
      schema: userSchema,
      extensions: [
        defineExtension('urn:example:Tags', {
          tags: attribute.complex({ value: attribute.string() }, { multiValued: true }),
        }),
      ],
    }),
    name: 'urn:example:Tags',
    elements: (n) => times(n, (i) => ({ value: `u${i}` })),
    operations: (n) =>
      times(n, (i) => ({ op: 'add', value: { 'urn:example:Tags': { tags: [{ value: `t${i}` }] } } })),
  },
}

describe('the work of a PATCH grows no faster than the resource and the request', () => {
  it.each(Object.entries(attacks))('%s', (_, attack) => {
    const once = readsOf(attack, 1000)
    const twice = readsOf(attack, 2000)
    expect(once).toBeGreaterThan(0)
    expect(twice).toBeLessThanOrEqual(2.2 * once)
  })
})

describe('what no index can answer is refused when it becomes too much', () => {
  const refused: Readonly<Record<string, Attack>> = {
    'filters of another kind': {
      elements: emails,
      operations: (n) =>
        times(n, (i) => ({ op: 'replace', path: `emails[value co "${i}"].display`, value: 'x' })),
    },
    'changes of all elements': {
      elements: emails,
      operations: (n) => times(n, (i) => ({ op: 'replace', path: 'emails.display', value: `${i}` })),
    },
    'filters that select half of all': {
      elements: emails,
      operations: (n) =>
        times(n, (i) => ({ op: 'replace', path: 'emails[type eq "work"].display', value: `${i}` })),
    },
    'filters with hundreds of conditions': {
      elements: emails,
      operations: (n) =>
        times(n / 40, (i) => ({
          op: 'remove',
          path: `emails[${times(200, (j) => `value co "x${i}-${j}"`).join(' or ')}]`,
        })),
    },
    'one element that is very long': {
      elements: () => [{ value: 'x'.repeat(200_000) }],
      operations: (n) => times(n, (i) => ({ op: 'remove', path: `emails[value ew "${i}"]` })),
    },
    'elements without a value that all have other parts': {
      name: 'addresses',
      part: 'type',
      elements: (n) => times(n, (i) => ({ type: 'work', formatted: `${i}` })),
      operations: (n) =>
        times(n, (i) => {
          const parts = ['streetAddress', 'locality', 'region', 'postalCode', 'country', 'formatted', 'type']
          const some = parts.filter((_, bit) => (i >> bit) & 1).map((part) => [part, `${i}`])
          return { op: 'add', path: 'addresses', value: [Object.fromEntries(some), { country: 'x' }] }
        }),
    },
  }
  it.each(Object.entries(refused))('%s', (_, attack) => {
    const error = errorOf(() => readsOf(attack, 4000))
    expect(error?.detail).toMatch(/^Operations\[\d+\]: .*maxPatchComparisons \(200000\)/)
    expect(error?.status).toBe(413)
  })

  it('by a limit that the service sets', () => {
    const limits = { maxLength: 8192, maxDepth: 32, maxClauses: 256, maxPatchComparisons: 1000 }
    const user = { schemas: [], id: '1', userName: 'ada', emails: emails(100) }
    const scan = (n: number) =>
      times(
        n,
        (i): PatchOperation => ({ op: 'replace', path: `emails[value co "u${i}"].display`, value: 'x' }),
      )
    const run = (n: number) => applyPatch(userResourceType, user, scan(n), { ...options, limits })
    expect(() => run(20)).not.toThrow()
    expect(() => run(40)).toThrow(/^Operations\[\d+\]: .*maxPatchComparisons \(1000\)/)
  })

  it('but not where each lists a hundred ids, whose elements an index finds', () => {
    const list = members(20_000)
    const operations = times(10, (i): PatchOperation => {
      const conditions = times(100, (at) => `value eq "u${i * 100 + at}@example.com"`)
      return { op: 'remove', path: `members[${conditions.join(' or ')}]` }
    })
    const count = counted(list, 'value')
    const group = { schemas: [], id: '1', displayName: 'all', members: list }
    const after = applyPatch(groupResourceType, group, operations, options)
    expect(after.members).toHaveLength(19_000)
    // Each of the elements that go is looked at for each condition at most.
    expect(count.reads).toBeLessThanOrEqual(20_000 * 8 + 1000 * 100)
  })

  it('also where a few of them have long filters', () => {
    const long = (count: number) =>
      times(count, (i): PatchOperation => {
        const conditions = times(250, (at) => `value co "none-${i}-${at}"`)
        return { op: 'remove', path: `emails[${conditions.join(' or ')}]` }
      })
    const run = (operations: number) => {
      const list = emails(20_000)
      const count = counted(list, 'value')
      const user = { schemas: [], id: '1', userName: 'ada', emails: list }
      const error = errorOf(() => applyPatch(userResourceType, user, long(operations), options))
      return { reads: count.reads, error }
    }
    expect(run(1).error).toBeUndefined()
    const few = run(8)
    expect(few.error?.detail).toMatch(/^Operations\[\d\]: .*maxPatchComparisons \(200000\)/)
    expect(few.reads).toBeLessThanOrEqual(run(1).reads * 3)
  })

  it('while some operations may look at any number of elements', () => {
    const user = { schemas: [], id: '1', userName: 'ada', emails: emails(100_000) }
    const scan = times(8, (i): PatchOperation => ({ op: 'remove', path: `emails[value sw "u${i}1"]` }))
    expect(() => applyPatch(userResourceType, user, scan, options)).not.toThrow()
  })
})

function errorOf(run: () => unknown): ScimError | undefined {
  try {
    run()
  } catch (error) {
    if (isScimError(error)) return error
    throw error
  }
  return undefined
}
