import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  groupResourceType,
  userResourceType,
} from '../../src/index.js'
import { chainOf, compileResourceType, findAttribute, readValue } from '../../src/schema/index.js'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const user = compileResourceType(userResourceType)

function thing(attributes: Parameters<typeof defineSchema>[1], options: object = {}) {
  return defineResourceType({
    name: 'Thing',
    endpoint: '/Things',
    schema: defineSchema('urn:example:Thing', attributes),
    ...options,
  })
}

describe('a path names an attribute', () => {
  it.each([
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    ['name.givenname', 'name.givenName'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:title', 'title'],
    ['URN:IETF:params:scim:schemas:core:2.0:user:Name.FamilyName', 'name.familyName'],
    [enterprise, enterprise],
    [`${enterprise}:manager.value`, `${enterprise}:manager.value`],
    [`${enterprise.toUpperCase()}:DEPARTMENT`, `${enterprise}:department`],
    ['emails.value', 'emails.value'],
    ['meta.lastModified', 'meta.lastModified'],
    ['manager.$ref', undefined],
    ['groups.$ref', 'groups.$ref'],
    ['userName.value', undefined],
    ['name.nope', undefined],
    ['', undefined],
    ['.', undefined],
    ['name.', undefined],
    ['urn:example:other:2.0:User:x', undefined],
    [`${enterprise}:`, enterprise],
    [`${enterprise}.manager`, undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
    ['toString', undefined],
  ])('%s', (path, expected) => {
    expect(findAttribute(user, path)?.path).toBe(expected)
  })

  it('by the longest extension URN where one begins like another', () => {
    const short = defineExtension('urn:example:ext', { a: attribute.string() })
    const long = defineExtension('urn:example:ext:more', { a: attribute.string() })
    const type = compileResourceType(thing({}, { extensions: [short, long] }))
    expect(findAttribute(type, 'urn:example:ext:more:a')?.parent?.name).toBe('urn:example:ext:more')
    expect(findAttribute(type, 'urn:example:ext:a')?.parent?.name).toBe('urn:example:ext')
  })
})

describe('a compiled resource type', () => {
  it('has the common attributes, the schema, the extensions and then meta, in that order', () => {
    const names = user.ordered.map(({ name }) => name)
    expect(names.slice(0, 4)).toEqual(['schemas', 'id', 'externalId', 'userName'])
    expect(names.slice(-2)).toEqual([enterprise, 'meta'])
  })

  it('fills in the defaults of RFC 7643 section 2.2', () => {
    expect(findAttribute(user, 'title')).toMatchObject({
      type: 'string',
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    })
  })

  it.each([
    ['id', { caseExact: true, mutability: 'readOnly', returned: 'always' }],
    ['externalId', { caseExact: true }],
    ['userName', { required: true, uniqueness: 'server', caseExact: false }],
    ['password', { mutability: 'writeOnly', returned: 'never' }],
    ['groups', { mutability: 'readOnly', multiValued: true }],
    ['profileUrl', { type: 'reference', caseExact: true }],
    ['x509Certificates.value', { type: 'binary', caseExact: true }],
    [`${enterprise}:manager.displayName`, { mutability: 'readOnly' }],
    ['meta.created', { type: 'dateTime', mutability: 'readOnly' }],
  ])('knows what RFC 7643 says of %s', (path, characteristics) => {
    expect(findAttribute(user, path)).toMatchObject(characteristics)
  })

  it('is the same for the same definition', () => {
    expect(compileResourceType(userResourceType)).toBe(user)
  })

  it('knows which values only one resource may have', () => {
    expect(user.unique.map(({ path }) => path)).toEqual(['userName'])
    const badge = defineExtension('urn:example:badge', {
      badgeId: attribute.string({ uniqueness: 'server' }),
    })
    const type = compileResourceType(
      thing({ code: attribute.string({ uniqueness: 'global' }) }, { extensions: [badge] }),
    )
    expect(type.unique.map(({ path }) => path)).toEqual(['code', 'urn:example:badge:badgeId'])
  })

  it('says what lists members, what switches off and what says where one belongs', () => {
    expect(user.activation?.path).toBe('active')
    expect(user.memberOf?.path).toBe('groups')
    expect(user.credential?.path).toBe('password')
    expect(compileResourceType(groupResourceType).membership?.path).toBe('members')
  })

  it('leads from the top to each attribute', () => {
    const manager = findAttribute(user, `${enterprise}:manager.value`)
    expect(manager && chainOf(manager).map(({ name }) => name)).toEqual([enterprise, 'manager', 'value'])
    expect(manager && readValue({ [enterprise]: { manager: { value: '7' } } }, manager)).toBe('7')
    expect(manager && readValue({ [enterprise]: null }, manager)).toBeUndefined()
  })
})

describe('a definition that contradicts itself is refused, naming the place', () => {
  it.each([
    ['a name with a dot', () => thing({ 'a.b': attribute.string() }), '"a.b"'],
    [
      'a name that reaches a prototype',
      () => thing({ __proto_x: attribute.string(), '1x': attribute.string() }),
      '_',
    ],
    [
      'two names that differ in case',
      () => thing({ code: attribute.string(), CODE: attribute.string() }),
      'CODE',
    ],
    ['a name that every resource has', () => thing({ ID: attribute.string() }), 'ID'],
    [
      'a complex attribute in another',
      () => thing({ outer: attribute.complex({ inner: attribute.complex({ a: attribute.string() }) }) }),
      'outer.inner',
    ],
    ['an endpoint with two segments', () => thing({}, { endpoint: '/a/b' }), '/a/b'],
    ['a switch that is not there', () => thing({}, { activation: 'on' }), '"on"'],
  ])('%s', (_what, define, named) => {
    expect(() => compileResourceType(define())).toThrow(TypeError)
    expect(() => compileResourceType(define())).toThrow(named)
  })
})
