import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Layout, RowReader } from '../../src/mapping/index.js'
import {
  childTable,
  column,
  computed,
  constant,
  json,
  mapGroup,
  mapUser,
  reference,
} from '../../src/mapping/index.js'
import { isObject, urns } from '../../src/protocol/index.js'
import type { CompiledAttribute } from '../../src/schema/index.js'
import {
  attribute,
  compileResourceType,
  defineExtension,
  enterpriseUserExtension,
  groupResourceType,
  schemaDocuments,
  userResourceType,
} from '../../src/schema/index.js'

const { urn } = enterpriseUserExtension
const type = compileResourceType(userResourceType)

interface Row {
  readonly login: string
  readonly first: string | null
  readonly last: string | null
  readonly status: string
  readonly work: string | null
  readonly city: string | null
  readonly street: string | null
  readonly phones: unknown
  readonly boss: string | null
  readonly data: unknown
  readonly mail: string | null
}
const map = mapUser<Row>()

const lines = {
  userName: 'login',
  'name.givenName': 'first',
  'name.familyName': 'last',
  active: column<Row, boolean, 'status'>('status', {
    read: (status) => status === 'on',
    write: (active) => (active ? 'on' : 'off'),
  }),
  'emails[type eq "work"].value': column<Row>('work', { primary: true }),
  'emails[type eq "home"].value': 'mail',
  'addresses[type eq "work"].locality': 'city',
  'addresses[type eq "work"].streetAddress': 'street',
  phoneNumbers: json<Row>('phones'),
  [urn]: { manager: reference<Row>('boss', { displayName: 'login' }) },
} as const

/** A row as a database would give it back. */
function readBack(layout: Layout, resource: Record<string, unknown>): RowReader {
  const { columns, elements } = layout.toRow(resource)
  return {
    id: '7',
    meta: { created: '', lastModified: '', version: '1' },
    column: (name) => columns.get(name) ?? null,
    json: (name) => columns.get(name),
    label: () => undefined,
    lookup: ({ column }) => columns.get(column),
    elements: (mapping) => elements.get(mapping),
  }
}

const text = fc.string({ minLength: 1, maxLength: 5 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const resources = fc.record({
  userName: text,
  externalId: maybe(text),
  nickName: maybe(text),
  active: fc.boolean(),
  name: maybe(fc.record({ givenName: maybe(text), familyName: maybe(text), formatted: text })),
  emails: maybe(
    fc.uniqueArray(
      fc.record({
        type: fc.constantFrom('work', 'home', 'other', 'Work'),
        value: text,
        display: maybe(text),
      }),
      { minLength: 1, maxLength: 4, selector: ({ type }) => type },
    ),
  ),
  addresses: maybe(fc.constant([{ type: 'work', locality: 'Rom', country: 'IT' }])),
  phoneNumbers: maybe(
    fc.array(fc.record({ value: text, type: maybe(text) }), { minLength: 1, maxLength: 3 }),
  ),
  [urn]: maybe(fc.record({ department: text, manager: fc.constant({ value: '7' }) })),
})

function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, defined(inner)]])),
  )
}

/** Elements in one order; the e-mail address at work is the primary one, as the mapping has it. */
function settled(resource: Record<string, unknown>) {
  const { emails, ...rest } = resource
  if (!Array.isArray(emails)) return rest
  const firstWork = emails.find((email) => email.type.toLowerCase() === 'work')
  const marked = emails.map((email) =>
    email === firstWork ? { ...email, primary: true, type: email.type } : email,
  )
  return { ...rest, emails: marked.map((email) => JSON.stringify(Object.entries(email).sort())).sort() }
}

test('a row holds all of a resource, where there is a column for the rest', () => {
  const layout = map({ ...lines, overflow: 'data' }).layout(type)
  fc.assert(
    fc.property(resources, (generated) => {
      const resource = defined(generated) as Record<string, unknown>
      const back = layout.toResource(readBack(layout, resource))
      const { id, meta, schemas, ...attributes } = back
      expect(id).toBe('7')
      expect(schemas).toEqual(resource[urn] ? [urns.user, urn] : [urns.user])
      expect(settled(attributes)).toEqual(settled(resource))
      // And the second time nothing changes.
      expect(layout.toResource(readBack(layout, back))).toEqual(back)
    }),
    { numRuns: 500 },
  )
})

test('a row without room for the rest holds what has a place', () => {
  const layout = map(lines).layout(type)
  const resource = {
    userName: 'bob',
    nickName: 'Bobby',
    active: false,
    name: { givenName: 'B', formatted: 'B. B.' },
    emails: [
      { type: 'other', value: 'o' },
      { type: 'work', value: 'w', display: 'W' },
    ],
  }
  expect(Object.fromEntries(layout.toRow(resource).columns)).toEqual({
    login: 'bob',
    first: 'B',
    last: undefined,
    status: 'off',
    work: 'w',
    mail: undefined,
    city: undefined,
    street: undefined,
    phones: undefined,
    boss: undefined,
  })
  expect(layout.toResource(readBack(layout, resource))).toMatchObject({
    userName: 'bob',
    active: false,
    name: { givenName: 'B' },
    emails: [{ type: 'work', value: 'w', primary: true }],
  })
})

test('constants, computed values and children', () => {
  const Team = mapGroup<{ name: string }>()({
    displayName: 'name',
    members: childTable('team_members', {
      key: 'team',
      columns: { value: 'person' },
      constants: { type: 'User' },
    }),
  })
  const layout = Team.layout(compileResourceType(groupResourceType))
  const written = layout.toRow({ displayName: 'A', members: [{ value: '1' }] })
  expect([...written.elements.values()]).toEqual([[{ value: '1' }]])
  const user = map({
    userName: 'login',
    userType: constant('Employee'),
    displayName: computed(['first', 'last'], (row) => `${row.first} ${row.last}`),
    'name.givenName': 'first',
    'name.familyName': 'last',
  }).layout(type)
  const resource = { userName: 'x', name: { givenName: 'A', familyName: 'B' }, displayName: 'ignored' }
  expect(user.toResource(readBack(user, resource))).toMatchObject({
    userType: 'Employee',
    displayName: 'A B',
  })
})

describe('what is wrong is said with its line', () => {
  const wrong = (definition: object, problem: string) => {
    expect(() => map(definition as never).layout(type)).toThrow(problem)
    expect(() => map(definition as never).restrictResourceType(userResourceType)).toThrow(TypeError)
  }
  it.each<[object, string]>([
    [{ 'name.givenName': 'first' }, 'mapping: userName: it is required'],
    [
      { userName: 'login', title: 'login' },
      'mapping: title: the column "login" has been given to userName already',
    ],
    [
      { userName: 'login', overflow: 'login' },
      'mapping: userName: the column "login" has been given to overflow',
    ],
    [{ userName: 'login', nick: 'first' }, 'mapping: nick: '],
    [{ userName: 'login', name: 'first' }, 'mapping: name: it is complex'],
    [{ userName: 'login', emails: 'work' }, 'mapping: emails: it is multi-valued'],
    [{ userName: 'login', 'emails.value': 'work' }, 'mapping: emails.value: emails has several values'],
    [{ userName: 'login', id: 'first' }, 'mapping: id: the store gives it'],
    [{ userName: 'login', 'meta.created': 'first' }, 'mapping: meta.created: the store gives it'],
    [{ userName: 'login', groups: json('data') }, 'mapping: groups: it follows from the groups'],
    [{ userName: 'login', title: { kind: 'colum' } }, 'mapping: title: it must be the name of a column'],
    [
      { userName: 'login', emails: json('data'), 'emails[type eq "work"].value': 'work' },
      'is mapped as a whole already',
    ],
    [{ userName: 'login', 'emails[value sw "x"].value': 'work' }, 'must be selected with eq'],
    [
      { userName: 'login', title: childTable('t', { key: 'k', columns: { value: 'v' } }) },
      'mapping: title: rows of another',
    ],
    [
      { userName: 'login', emails: childTable('t', { key: 'k', columns: { address: 'v' } }) },
      'no sub-attribute "address"',
    ],
    [{ userName: 'login', 'urn:none': { a: 'first' } }, 'mapping: urn:none: User has no such extension'],
    [{ userName: 'login', overflow: { column: 'data', indexed: ['mails'] } }, 'mapping: mails: '],
  ])('%j', wrong)
})

describe('the resource type as a table keeps it', () => {
  const pathsIn = (attributes: ReadonlyMap<string, CompiledAttribute>): readonly string[] =>
    [...attributes.values()].flatMap((attribute) => [attribute.path, ...pathsIn(attribute.subAttributes)])

  it('has no attribute that has no place', () => {
    const restricted = map(lines).restrictResourceType(userResourceType)
    const paths = pathsIn(compileResourceType(restricted).attributes)
    for (const path of [
      'userName',
      'name.givenName',
      'emails.type',
      'emails.primary',
      'addresses.locality',
    ]) {
      expect(paths).toContain(path)
    }
    for (const path of [
      'nickName',
      'name.formatted',
      'emails.display',
      'addresses.country',
      `${urn}:department`,
    ]) {
      expect(paths).not.toContain(path)
    }
    expect(paths).toContain(`${urn}:manager.displayName`)
    expect(restricted).toMatchObject({
      activation: 'active',
      memberOf: 'groups',
      credential: undefined,
      labels: ['userName'],
    })
    expect(JSON.stringify(schemaDocuments([compileResourceType(restricted)]))).not.toContain('nickName')
  })

  it('has what nobody can write as read-only', () => {
    const mapping = map({ userName: 'login', userType: constant('Employee'), overflow: 'data' })
    const restricted = compileResourceType(mapping.restrictResourceType(userResourceType))
    expect(restricted.attributes.get('usertype')?.mutability).toBe('readOnly')
    expect(restricted.attributes.get('title')?.mutability).toBe('readWrite')
  })

  it('is the same where there is room for everything', () => {
    expect(map({ userName: 'login', overflow: 'data' }).restrictResourceType(userResourceType)).toBe(
      userResourceType,
    )
  })

  it('follows extensions of a service', () => {
    const Employee = defineExtension('urn:example:Employee', {
      badge: attribute.string(),
      desk: attribute.string(),
    })
    const definition = { ...userResourceType, extensions: [...userResourceType.extensions, Employee] }
    const mapping = map({ userName: 'login', [Employee.urn]: { badge: 'first' } }, { extensions: [Employee] })
    const restricted = mapping.restrictResourceType(definition)
    expect(restricted.extensions.map(({ urn }) => urn)).toEqual([Employee.urn])
    expect(Object.keys(restricted.extensions[0]?.attributes ?? {})).toEqual(['badge'])
  })
})
