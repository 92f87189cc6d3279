import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScimOptions, User } from '../../src/index.js'
import {
  createScim,
  entra,
  interop,
  ipsie,
  lenient,
  memoryStore,
  okta,
  strict,
  urns,
} from '../../src/index.js'
import { scimTables } from '../../src/stores/kysely/index.js'
import { pglite, type TestDatabase } from '../stores/kysely/databases.js'
import { authenticate, base, serve } from './service.js'

// Where reviewers contradict each other: Microsoft's validator wants 409 for a second group of one name, a directory
// that has twins wants both; suites want 200 for a PATCH of a group, others 204 for a PATCH of a user.

const rename = [{ op: 'replace', path: 'displayName', value: 'B' }]

describe('the reply to a PATCH', () => {
  test.each<[ScimOptions['patchReply'], number, number]>([
    [undefined, 200, 204],
    [{ users: 'none' }, 204, 204],
    [{ groups: 'resource' }, 200, 200],
    [{ users: 'none', groups: 'resource' }, 204, 200],
  ])('%o: %i for a user, %i for a group, alone and in a bulk request', async (patchReply, user, group) => {
    const scim = serve({ ...(patchReply && { patchReply }) })
    const member = await scim.createUser()
    const paths = [
      `/Users/${member.id}`,
      `/Groups/${(await scim.createGroup({ members: [{ value: member.id }] })).id}`,
    ]
    for (const [at, status] of [user, group].entries()) {
      const reply = await scim.patch(`${paths[at]}`, rename)
      expect(reply.status).toBe(status)
      expect(reply.headers.get('etag')).toMatch(/^W\//)
      if (status === 200) expect(reply.body).toMatchObject({ displayName: 'B' })
      else expect(reply.body).toBeUndefined()
      const named = await scim.patch(`${paths[at]}?attributes=displayName`, rename)
      expect([named.status, named.body.displayName]).toEqual([200, 'B'])
    }
    const data = { schemas: [urns.patchOp], Operations: rename }
    const bulk = {
      schemas: [urns.bulkRequest],
      Operations: paths.map((path) => ({ method: 'PATCH', path, data })),
    }
    const { body } = await scim.post('/Bulk', bulk)
    expect((body.Operations as readonly { status: string }[]).map(({ status }) => Number(status))).toEqual([
      user,
      group,
    ])
    const described = (await scim.scim.openapi()).paths
    const replies = ['/Users/{id}', '/Groups/{id}'].map((path) => described[path]?.patch?.responses ?? {})
    expect(replies.map((responses) => '204' in responses)).toEqual([user === 204, group === 204])
  })
})

describe('two groups of one name', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await pglite()
    await scimTables(database.db).migrate()
  })
  afterAll(() => database.close())

  const twin = { schemas: [urns.group], displayName: 'Twin' }
  const found = `/Groups?filter=${encodeURIComponent('displayName eq "twin"')}`
  const uniqueness = async (scim: ReturnType<typeof serve>) => {
    const { attributes } = (await scim.get(`/Schemas/${urns.group}`)).body as unknown as {
      attributes: readonly { name: string; uniqueness: string }[]
    }
    return attributes.find(({ name }) => name === 'displayName')?.uniqueness
  }

  test('are a conflict, and discovery says so', async () => {
    for (const scim of [serve(), serve(scimTables(database.db))]) {
      expect((await scim.post('/Groups', twin)).status).toBe(201)
      expect((await scim.post('/Groups', { ...twin, displayName: 'TWIN' })).status).toBe(409)
      expect(await uniqueness(scim)).toBe('server')
    }
  })

  test('are two where the host has it so, on tables that were there before too', async () => {
    const tables = scimTables(database.db, { groupNames: 'any' })
    await tables.migrate()
    for (const stores of [{}, tables]) {
      const scim = serve({ ...stores, groupNames: 'any' })
      const created = [
        await scim.createGroup({ displayName: 'Twin' }),
        await scim.createGroup({ displayName: 'TWIN' }),
      ]
      const { body } = await scim.get(found)
      const ids = body.Resources.map(({ id }) => id)
      expect(ids).toEqual(expect.arrayContaining(created.map(({ id }) => id)))
      const renamed = await scim.patch(`/Groups/${created[0]?.id}`, [
        { op: 'replace', path: 'displayName', value: 'TWIN' },
      ])
      expect(renamed.status).toBe(204)
      expect(await uniqueness(scim)).toBe('none')
    }
  })

  test.each(['unique', 'any'] as const)(
    'tables that say other than a service of %s names stop it',
    (groupNames) => {
      const { users, groups } = scimTables(database.db, {
        groupNames: groupNames === 'any' ? 'unique' : 'any',
      })
      expect(() => createScim({ authenticate, users, groups, groupNames })).toThrow(
        new RegExp(
          `^scimTables: groupNames is "\\w+" here and "${groupNames}" in createScim: give both the same$`,
        ),
      )
    },
  )
})

test.each([
  [{ groupNames: 'twins' }, 'createScim: groupNames must be "unique" or "any"'],
  [{ patchReply: { users: 204 } }, 'createScim: patchReply.users must be "resource" or "none"'],
  [{ patchReply: { groups: '' } }, 'createScim: patchReply.groups must be "resource" or "none"'],
  [{ discovery: { pagination: 'no' } }, 'createScim: discovery.pagination must be a boolean'],
])('%o is refused', (wrong, message) => {
  const options = { authenticate, users: memoryStore(), ...wrong } as unknown as ScimOptions
  expect(() => createScim(options)).toThrow(new TypeError(message))
})

// Older clients in Python refuse a ServiceProviderConfig with members that they do not know.
test('the member for pages of RFC 9865 can be left out, and pages go on', async () => {
  const scim = serve({ discovery: { pagination: false } })
  await scim.createUser()
  expect((await scim.get('/ServiceProviderConfig')).body).not.toHaveProperty('pagination')
  expect((await serve().get('/ServiceProviderConfig')).body).toHaveProperty('pagination.cursor', true)
  expect((await scim.get('/Users?cursor&count=1')).body.totalResults).toBe(1)
})

test('a reply with a resource says where it is, and has the media type without a parameter', async () => {
  const scim = serve()
  const user = await scim.createUser()
  const at = `/Users/${user.id}`
  for (const reply of [
    await scim.post('/Users', { schemas: [urns.user], userName: 'located' }),
    await scim.get(at),
    await scim.put(at, { schemas: [urns.user], userName: user.userName, title: 'T' }),
    await scim.patch(at, rename),
  ]) {
    const { location } = reply.body.meta
    expect(location.startsWith(base)).toBe(true)
    for (const header of ['location', 'content-location']) expect(reply.headers.get(header)).toBe(location)
    expect(reply.headers.get('content-type')).toBe('application/scim+json')
  }
  expect((await scim.get('/Users')).headers.has('content-location')).toBe(false)
})

describe('externalId in /Schemas', () => {
  const listed = async (options: Partial<ScimOptions>) => {
    const { body } = await serve(options).get('/Schemas')
    const schemas = body.Resources as unknown as readonly {
      readonly id: string
      readonly attributes: readonly { readonly name: string }[]
    }[]
    return schemas.flatMap(({ id, attributes }) =>
      attributes.some(({ name }) => name === 'externalId') ? [id] : [],
    )
  }

  test('is listed for clients that look for all they map, and as the RFC has it for others', async () => {
    const both = [urns.user, urns.group]
    for (const profile of [undefined, lenient(), okta(), entra()])
      expect(await listed(profile ? { profile } : {})).toEqual(both)
    for (const profile of [strict(), interop(), ipsie('AL2')]) expect(await listed({ profile })).toEqual([])
    expect(await listed({ profile: strict(), discovery: { externalId: true } })).toEqual(both)
    expect(await listed({ discovery: { externalId: false } })).toEqual([])
  })

  test('is not listed where no store keeps it', async () => {
    expect(await listed({ users: Object.assign(memoryStore<User>(), { attributes: ['userName'] }) })).toEqual(
      [urns.group],
    )
  })
})
