import { describe, expect, it } from 'vitest'
import type { User } from '../../src/index.js'
import {
  attribute,
  defineResourceType,
  defineSchema,
  enterpriseUserExtension,
  entra,
  interop,
  lenient,
  memoryStore,
  okta,
  type Profile,
  type ResourceStore,
  type ResourceTypeDefinition,
  strict,
  urns,
} from '../../src/index.js'
import type { Group } from '../../src/schema/index.js'
import { type Body, serve as serveStores } from '../http/service.js'

// A service keeps less than the schemas define. What a request says of the rest must not undo what stands beside it: a
// deactivation above all.

type Attributes = ResourceTypeDefinition['schema']['attributes']

/** The attributes of these names, read-only where `readOnly` names them. */
function only(
  attributes: Attributes,
  names: readonly string[],
  readOnly: readonly string[] = [],
): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, definition]) => {
      if (!names.includes(name)) return []
      const options = {
        ...definition.options,
        ...(readOnly.includes(name) && { mutability: 'readOnly' as const }),
      }
      return [[name, { ...definition, options }]]
    }),
  )
}

/** Keeps userName, active, the parts of a name but for `formatted`, and shows a display name. */
function restrictUser(definition: ResourceTypeDefinition): ResourceTypeDefinition {
  const { schema } = definition
  const attributes = only(
    schema.attributes,
    ['userName', 'name', 'displayName', 'active', 'emails', 'groups'],
    ['displayName'],
  )
  const { name, emails } = attributes
  return {
    ...definition,
    schema: {
      ...schema,
      attributes: {
        ...attributes,
        ...(name && {
          name: { ...name, subAttributes: only(name.subAttributes, ['givenName', 'familyName']) },
        }),
        ...(emails && {
          emails: { ...emails, subAttributes: only(emails.subAttributes, ['value', 'primary']) },
        }),
      },
    },
    extensions: [],
    labels: ['userName'],
    credential: undefined,
  }
}

function restricted<R extends User | Group>(
  restrictResourceType: (definition: ResourceTypeDefinition) => ResourceTypeDefinition,
): ResourceStore<R> {
  return { ...memoryStore<R>(), restrictResourceType }
}

function serve(profile?: Profile) {
  return serveStores({ users: restricted<User>(restrictUser), ...(profile && { profile }) })
}

const user = { schemas: [urns.user], userName: 'ann' }
const department = `${enterpriseUserExtension.urn}:department`
const off = { op: 'replace', path: 'active', value: false }

/** What an identity provider says of what is not kept, and the attribute that the trace names. */
const shapes: readonly (readonly [what: string, operation: object, path: string])[] = [
  ['a path', { op: 'replace', path: 'title', value: 'x' }, 'title'],
  ['an addition', { op: 'add', path: 'nickName', value: 'x' }, 'nickName'],
  ['a removal', { op: 'remove', path: 'title' }, 'title'],
  [
    'a path with a filter',
    { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '1' },
    'phoneNumbers',
  ],
  ['a filter', { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b' }, 'emails.type'],
  ['a sub-attribute', { op: 'replace', path: 'name.formatted', value: 'A' }, 'name.formatted'],
  ['the path of an extension', { op: 'replace', path: department, value: 'x' }, department],
  [
    'an extension',
    { op: 'add', path: enterpriseUserExtension.urn, value: { department: 'x' } },
    enterpriseUserExtension.urn,
  ],
  ['a key', { op: 'replace', value: { title: 'x' } }, 'title'],
  [
    'an object',
    { op: 'replace', path: 'name', value: { givenName: 'Ann', formatted: 'A' } },
    'name.formatted',
  ],
  [
    'an object under a key',
    { op: 'add', value: { name: { givenName: 'Ann', formatted: 'A' } } },
    'name.formatted',
  ],
  [
    'an extension under a key',
    { op: 'replace', value: { [enterpriseUserExtension.urn]: { department: 'x' } } },
    enterpriseUserExtension.urn,
  ],
  ['the path of what is shown', { op: 'replace', path: 'displayName', value: 'x' }, 'displayName'],
  ['the key of what is shown', { op: 'replace', value: { displayName: 'x' } }, 'displayName'],
]

/** Shapes that only Entra's rules read at all. */
const entraShapes: typeof shapes = [
  ['a path without its URN', { op: 'replace', path: 'department', value: 'x' }, department],
  [
    'a dot after the URN',
    { op: 'add', path: `${enterpriseUserExtension.urn}.department`, value: 'x' },
    department,
  ],
  ['a path as a key', { op: 'replace', value: { 'name.formatted': 'A' } }, 'name.formatted'],
  ['a filter as a key', { op: 'add', value: { 'phoneNumbers[type eq "work"].value': '1' } }, 'phoneNumbers'],
  ['a URN as a key', { op: 'add', value: { [department]: 'x' } }, department],
]

const keepsNo = (path: string) => ({
  rule: 'unkeptAttributes',
  path,
  message:
    path === 'displayName'
      ? `ignored: ${path} cannot be written here`
      : `ignored: this service keeps no ${path}`,
})

describe.each([
  ['lenient', undefined, [...shapes, ...entraShapes]],
  ['okta', okta(), shapes],
  ['entra', entra(), [...shapes, ...entraShapes]],
] as const)('a PATCH to a service that keeps less, as %s has it', (_name, profile, cases) => {
  it.each(cases)('%s of what is not kept undoes no deactivation', async (_what, operation, path) => {
    for (const operations of [
      [off, operation],
      [operation, off],
    ]) {
      const service = serve(profile)
      const { id } = await service.createUser(user)
      const reply = await service.patch(`/Users/${id}`, operations)
      expect([reply.status, reply.body?.detail]).toEqual([200, undefined])
      expect(reply.body).toMatchObject({ active: false })
      expect(reply.trace).toContainEqual(keepsNo(path))
      expect(reply.trace.filter(({ rule }) => rule === 'unknownAttributes')).toEqual([])
      expect(await service.storedUser(id)).toMatchObject({ active: false })
      expect(service.errors).toEqual([])
    }
  })

  it('of that alone is no change', async () => {
    for (const [, operation] of cases) {
      if (JSON.stringify(operation).includes('givenName')) continue
      const service = serve(profile)
      const { id, meta } = await service.createUser(user)
      const reply = await service.patch(`/Users/${id}`, [operation])
      expect([reply.status, reply.body.meta]).toEqual([200, meta])
    }
  })

  it('a POST and a PUT of a whole resource', async () => {
    const service = serve(profile)
    const body = {
      ...user,
      schemas: [urns.user, enterpriseUserExtension.urn],
      title: 'x',
      displayName: 'x',
      name: { givenName: 'Ann', formatted: 'A' },
      phoneNumbers: [{ value: '1', type: 'work' }],
      [enterpriseUserExtension.urn]: { department: 'x' },
    }
    const made = await service.post('/Users', body)
    expect(made.status).toBe(201)
    const paths = ['title', 'displayName', 'name.formatted', 'phoneNumbers', enterpriseUserExtension.urn]
    for (const path of paths) expect(made.trace).toContainEqual(keepsNo(path))
    const put = await service.put(`/Users/${made.body.id}`, { ...body, active: false })
    expect(put.status).toBe(200)
    for (const path of paths) expect(put.trace).toContainEqual(keepsNo(path))
    for (const { trace } of [made, put])
      expect(trace.filter(({ rule }) => rule.startsWith('unknown'))).toEqual([])
    const { meta: _meta, ...stored } = await service.storedUser(made.body.id)
    expect(stored).toEqual({ ...user, id: made.body.id, name: { givenName: 'Ann' }, active: false })
  })

  it('an operation of a bulk request', async () => {
    const service = serve(profile)
    const { id } = await service.createUser(user)
    const reply = await service.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: { schemas: [urns.patchOp], Operations: [off, ...cases.map(([, operation]) => operation)] },
        },
      ],
    })
    expect(reply.body).toMatchObject({ Operations: [{ status: '200' }] })
    expect(await service.storedUser(id)).toMatchObject({ active: false })
  })

  it('what no schema defines is told from it', async () => {
    const service = serve(profile)
    const { id } = await service.createUser(user)
    const reply = await service.patch(`/Users/${id}`, [{ op: 'replace', value: { favouriteColour: 'x' } }])
    expect(reply.trace).toEqual([
      {
        rule: 'unknownAttributes',
        path: 'favouriteColour',
        message: 'ignored: no schema of this resource type defines it',
      },
    ])
    const named = await service.patch(`/Users/${id}`, [
      off,
      { op: 'replace', path: 'favouriteColour', value: 1 },
    ])
    expect(named.trace).toEqual(reply.trace)
    expect([named.status, named.body.active]).toEqual([200, false])
  })

  it('what its schema makes read-only may not be named', async () => {
    const service = serve(profile)
    const { id } = await service.createUser(user)
    for (const path of [
      'id',
      'groups',
      'meta.version',
      `${enterpriseUserExtension.urn}:manager.displayName`,
    ]) {
      const reply = await service.patch(`/Users/${id}`, [off, { op: 'replace', path, value: 'x' }])
      expect([path, reply.status, reply.body.scimType]).toEqual([path, 400, 'mutability'])
    }
    expect(await service.storedUser(id)).toMatchObject({ active: true })
  })

  it('attributes to be shown', async () => {
    const service = serve(profile)
    const { id } = await service.createUser(user)
    const reply = await service.get(`/Users/${id}?attributes=userName,title`)
    expect(reply.body).toMatchObject({ userName: 'ann' })
    expect(reply.trace).toEqual([
      { rule: 'unkeptAttributes', path: 'title', message: 'not returned: this service does not keep it' },
    ])
  })
})

describe.each([
  ['strict', strict()],
  ['interop', interop()],
  ['a profile without the rule', lenient({ without: ['unkeptAttributes'] })],
] as const)('%s', (_name, profile) => {
  it.each(shapes)('refuses %s of what is not kept', async (_what, operation) => {
    const service = serve(profile)
    const { id } = await service.createUser(user)
    const reply = await service.patch(`/Users/${id}`, [off, operation])
    expect(reply.status).toBe(400)
    expect(await service.storedUser(id)).toMatchObject({ active: true })
  })

  it('refuses a new resource with what is not kept', async () => {
    const reply = await serve(profile).post('/Users', { ...user, title: 'x' })
    expect([reply.status, reply.body.scimType, reply.body.detail]).toEqual([
      400,
      'invalidSyntax',
      'This service keeps no "title"',
    ])
  })
})

describe('other resource types', () => {
  it('a group without members and externalId keeps its name', async () => {
    const groups = restricted<Group>((definition) => ({
      ...definition,
      schema: { ...definition.schema, attributes: only(definition.schema.attributes, ['displayName']) },
      membership: undefined,
    }))
    const service = serveStores({ groups })
    const { id } = await service.createGroup({ displayName: 'Team' })
    const reply = await service.patch(`/Groups/${id}`, [
      { op: 'add', path: 'members', value: [{ value: 'x' }] },
      { op: 'remove', path: 'members[value eq "x"]' },
      { op: 'replace', path: 'displayName', value: 'Crew' },
    ])
    expect([reply.status, reply.trace]).toEqual([200, [keepsNo('members')]])
    expect(reply.body).toMatchObject({ displayName: 'Crew' })
  })

  it('a type of the host', async () => {
    const schema = defineSchema('urn:example:Door', {
      label: attribute.string({ required: true }),
      floor: attribute.integer(),
    })
    const store = {
      ...memoryStore(),
      restrictResourceType: (definition: ResourceTypeDefinition) => ({
        ...definition,
        schema: { ...definition.schema, attributes: only(definition.schema.attributes, ['label']) },
      }),
    }
    const door = defineResourceType({ name: 'Door', endpoint: '/Doors', schema, store })
    const service = serveStores({ resourceTypes: [door] as never })
    const made = await service.post('/Doors', { schemas: [schema.urn], label: 'a', floor: 1 })
    expect([made.status, made.trace]).toEqual([201, [keepsNo('floor')]])
    const reply = await service.patch(`/Doors/${(made.body as Body).id}`, [
      { op: 'replace', path: 'floor', value: 2 },
      { op: 'replace', path: 'label', value: 'b' },
    ])
    expect([reply.status, reply.trace]).toEqual([200, [keepsNo('floor')]])
    expect(reply.body).toMatchObject({ label: 'b' })
  })
})
