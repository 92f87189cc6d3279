import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompiledResourceType, lenient, strict, urns, userResourceType } from '../../src/index.js'
import { isEqual, isObject, isScimError } from '../../src/protocol/index.js'
import { attributeNamed, compileResourceType, resourceValidator } from '../../src/schema/index.js'
import { type Attributes, frozen, patchBody, patchOp, resource } from './patch.js'

const type = compileResourceType(userResourceType)
const enterprise = urns.enterpriseUser

const word = fc.constantFrom('a', 'b', 'Work', 'work', 'home', 'True', 'a@b.c', '')
const flag = fc.boolean()

function optional<T>(shape: { readonly [Key in keyof T]: fc.Arbitrary<T[Key]> }) {
  return fc.record(shape, { requiredKeys: [] })
}

/** Elements with different values, of which one is primary at the most. */
const elements = fc
  .tuple(
    fc.uniqueArray(
      optional({ value: fc.constantFrom('a', 'b', 'c'), type: fc.constantFrom('work', 'home') }),
      {
        selector: (one) => `${one.value} ${one.type}`,
        maxLength: 4,
      },
    ),
    fc.nat(5),
  )
  .map(([all, primary]) =>
    all
      .filter((one) => Object.keys(one).length > 0)
      .map((one, index) => (index === primary ? { ...one, primary: true } : one)),
  )

const user = optional({
  title: fc.constantFrom('a', 'b'),
  active: flag,
  name: optional({ givenName: fc.constantFrom('a', 'b'), familyName: fc.constantFrom('a', 'b') }),
  emails: elements,
  phoneNumbers: elements,
  addresses: fc.array(fc.record({ type: fc.constantFrom('work', 'home'), country: fc.constant('NO') }), {
    maxLength: 2,
  }),
  [enterprise]: optional({
    department: fc.constantFrom('a', 'b'),
    manager: fc.record({ value: fc.constantFrom('m1', 'm2') }),
  }),
}).map((attributes): Attributes => {
  const hasValue = ([, value]: [string, unknown]) =>
    typeof value !== 'object' || Object.keys(value ?? {}).length > 0
  return { userName: 'u', ...Object.fromEntries(Object.entries(attributes).filter(hasValue)) }
})

const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
const path = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'title',
      'TITLE',
      'userName',
      'active',
      'id',
      'meta',
      'schemas',
      'groups',
      'password',
      'nickName',
      'name',
      'name.givenName',
      'Name.FamilyName',
      'emails',
      'emails.value',
      'emails.type',
      'emails.primary',
      'emails[type eq "work"]',
      'emails[type eq "work"].value',
      'emails[type eq "other"].value',
      'emails[type eq "home"].primary',
      'emails[primary eq true].type',
      'emails[value eq "a" and type eq "work"]',
      'emails[not (type eq "work")].display',
      'emails[type eq home].value',
      'phoneNumbers',
      'phoneNumbers[type pr]',
      'addresses',
      'addresses[type eq "work"].country',
      'addresses[type eq "work"].region',
      enterprise,
      `${enterprise}:department`,
      `${enterprise}:manager`,
      `${enterprise}:manager.value`,
      `${enterprise}.manager`,
      `${enterprise}:manager.$ref`,
      'manager',
      'department',
      'urn:example:none:x',
      'x509Certificates',
      'roles[primary eq "True"].value',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...hostile.flatMap((name) => [
        name,
        `${name}.x`,
        `emails.${name}`,
        `emails[${name} eq "x"].value`,
        `emails[type eq "work"].${name}`,
      ]),
    ),
  },
  { weight: 1, arbitrary: fc.string() },
)

const leaf = fc.oneof(word, flag, fc.constant(null), fc.integer(), fc.constant('True'))
const key = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'value',
      'Value',
      'type',
      'primary',
      'display',
      '$ref',
      'givenName',
      'country',
      'department',
      'manager',
      'title',
      'userName',
      'active',
      'emails',
      'name',
      'id',
      enterprise,
    ),
  },
  { weight: 2, arbitrary: path },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
)
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    // What JSON.parse makes of "__proto__" is an own property; an object literal would not be.
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 4 })
      .map((entries) =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`),
      ),
  ),
}))

/** Anything at all. */
const wild = fc.record(
  { op: fc.constantFrom('add', 'replace', 'remove', 'Add', 'REMOVE'), path, value: json },
  { requiredKeys: ['op'] },
)

const verb = fc.constantFrom('add', 'replace', 'Replace')
const element = optional({ value: word, type: word, display: word, primary: fc.oneof(flag, word) })
const selector = fc.constantFrom(
  '[type eq "work"]',
  '[type eq "home"]',
  '[primary eq true]',
  '[value eq "a"]',
  '[type ne "work"]',
  '',
)
const plural = fc.constantFrom('emails', 'phoneNumbers', 'addresses', 'roles')
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  title: word,
  active: fc.constantFrom(true, false, 'True', null),
  name: optional({ givenName: word, familyName: fc.constant(null) }),
  'name.givenName': word,
  emails: fc.oneof(fc.array(element, { maxLength: 3 }), element),
  [`${enterprise}:department`]: word,
  [`${enterprise}:manager`]: fc.oneof(word, fc.record({ value: word })),
  [enterprise]: optional({ department: word, costCenter: word, manager: fc.record({ value: word }) }),
}
const named = fc.constantFrom(...Object.keys(values))
const setting = named.chain((name) =>
  fc.record({ op: verb, path: fc.constant(name), value: values[name] ?? word }),
)
const settings = fc.array(named, { maxLength: 4 }).chain((names) =>
  fc.record({
    op: verb,
    value: fc.record(Object.fromEntries(names.map((name) => [name, values[name] ?? word]))),
  }),
)
const selecting = fc.oneof(
  fc.record({
    op: verb,
    path: fc
      .tuple(plural, selector, fc.constantFrom('value', 'type', 'display'))
      .map(([a, b, c]) => `${a}${b}.${c}`),
    value: word,
  }),
  fc.record({ op: verb, path: fc.tuple(plural, selector).map(([a, b]) => `${a}${b}.primary`), value: flag }),
  fc.record({ op: verb, path: fc.tuple(plural, selector).map(([a, b]) => `${a}${b}`), value: element }),
)
const removing = fc.oneof(
  fc.record({ op: fc.constant('remove'), path: named }),
  fc.record({
    op: fc.constant('remove'),
    path: fc.tuple(plural, selector, fc.constantFrom('', '.value', '.type')).map((all) => all.join('')),
  }),
  fc.record({ op: fc.constant('remove'), path: plural, value: fc.array(element, { maxLength: 2 }) }),
)
const sensible = fc.oneof(setting, settings, selecting, removing)

const operations = fc.oneof(
  { weight: 4, arbitrary: fc.array(sensible, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(sensible, wild), { minLength: 1, maxLength: 3 }) },
)
const profile = fc.constantFrom(
  lenient(),
  lenient(),
  strict(),
  lenient({ without: ['createFromFilter', 'wrapValue'] }),
)

/** The outcome, or undefined where the request was refused as it should be. */
async function outcome(attributes: Attributes, asked: unknown, chosen: ReturnType<typeof lenient>) {
  const before = resource(userResourceType, attributes)
  try {
    const { after } = await patchBody(userResourceType, before, frozen(patchOp(asked)), chosen)
    return { before, after }
  } catch (error) {
    if (!isScimError(error)) throw error
    expect(error.status).toBe(400)
    return undefined
  }
}

function forAll(check: (before: Attributes, after: Attributes) => unknown): Promise<void> {
  return fc.assert(
    fc.asyncProperty(user, operations, profile, async (attributes, asked, chosen) => {
      const result = await outcome(attributes, asked, chosen)
      if (result) await check(result.before, result.after)
    }),
    { numRuns: 3000 },
  )
}

/** The keys, at any depth, that no attribute is called by. */
function strangers(value: unknown, among: CompiledResourceType['attributes'], at: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => strangers(one, among, at))
  if (!isObject(value)) return []
  return Reflect.ownKeys(value).flatMap((name) => {
    const found = attributeNamed(among, String(name))
    if (found?.name !== name) return [`${at}${String(name)}`]
    return found.type === 'complex'
      ? strangers(value[name as string], found.subAttributes, `${at}${name}.`)
      : []
  })
}

describe('whatever a PATCH says', () => {
  it('the resource and the request stay as they were, and every refusal is a ScimError', async () => {
    const pristine = Reflect.ownKeys(Object.prototype)
    await forAll(() => {})
    expect(Reflect.ownKeys(Object.prototype)).toEqual(pristine)
    expect(({} as Attributes).x).toBeUndefined()
  })

  it('what does not change is the same object', async () => {
    await forAll((before, after) => {
      if (isEqual(before, after)) expect(after).toBe(before)
      for (const [name, value] of Object.entries(before)) {
        if (isEqual(value, after[name])) expect(after[name], name).toBe(value)
      }
    })
  })

  it('the outcome is valid, and holds nothing that no schema defines', async () => {
    const validator = await resourceValidator(type)
    await forAll((_before, after) => {
      expect(validator.safeParse(after).error).toBeUndefined()
      expect(strangers(after, type.attributes, '')).toEqual([])
      const inUse = type.extensions
        .filter((attribute) => after[attribute.name] !== undefined)
        .map((attribute) => attribute.name)
      expect(after.schemas).toEqual([urns.user, ...inUse])
    })
  })

  it('nothing unassigned is left in what changed, and one value is primary at the most', async () => {
    await forAll((before, after) => {
      for (const [name, value] of Object.entries(after)) {
        if (value === before[name]) continue
        expect(value, name).not.toBe('')
        expect(value, name).not.toBeNull()
        if (typeof value === 'object') expect(Object.keys(value as object), name).not.toEqual([])
        if (!Array.isArray(value)) continue
        expect(value.filter((one) => one?.primary === true).length, name).toBeLessThan(2)
        for (const one of value) expect(Object.keys(one), name).not.toEqual([])
      }
    })
  })

  it('what has no path that is read-only stays', async () => {
    await forAll((before, after) => {
      for (const name of ['id', 'meta', 'groups']) expect(after[name]).toBe(before[name])
    })
  })
})
