import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineResourceType,
  defineSchema,
  lenient,
  memoryStore,
  type Profile,
  strict,
  urns,
} from '../../src/index.js'
import { type Options, serve } from '../http/service.js'

// What the URL and the body say already is read, whatever `schemas` says: authentik, OneLogin and clients that are
// written by hand leave it out or get it nearly right, and a user who leaves has to be switched off all the same.

const doorSchema = defineSchema('urn:example:crm:2.0:Door', { label: attribute.string({ required: true }) })
const doors = () =>
  defineResourceType({ name: 'Door', endpoint: '/Doors', schema: doorSchema, store: memoryStore() })

function service(options: Options = {}) {
  return serve({ ...options, resourceTypes: [doors()] })
}

const nothing: readonly unknown[] = [undefined, null, [], '', ' ', [''], [null], {}, 5, [5]]
const ofUsers: readonly unknown[] = [
  urns.user,
  ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0'],
  ['urn:scim:schemas:core:2.0'],
  ['urn:scim:schemas:core:2.0:User'],
  ['urn:scim:schemas:core:1.0'],
  ['urn:ietf:params:scim:schemas:core:2.0'],
  ['urn:ietf:params:scim:schemas:core:2.0:Users'],
  ['urn:ietf:params:scim:schemas:core:2.0:user '],
  ['urn:ietf:params:scim:schemas:extension:acme:2.0:User'],
  ['User'],
  `${urns.user}, ${urns.enterpriseUser}`,
]
const ofPatches: readonly unknown[] = [
  urns.patchOp,
  ['urn:ietf:params:scim:schemas:core:2.0:PatchOp'],
  ['urn:ietf:params:scim:api:messages:2.0:patch'],
  [urns.user],
  ['urn:scim:schemas:core:1.0'],
  'PatchOp',
]
/** One case for each value, which may be an array. */
const each = (values: readonly unknown[]) => values.map((schemas) => ({ schemas }))
const off = { Operations: [{ op: 'replace', path: 'active', value: false }] }

describe('schemas that say nothing, or nearly the right thing', () => {
  it.each(each([...nothing, ...ofUsers]))('$schemas: a user is created and replaced', async ({ schemas }) => {
    const scim = service()
    const created = await scim.post('/Users', { schemas, userName: 'bjensen' })
    expect(created.status, created.text).toBe(201)
    expect(created.body.schemas).toEqual([urns.user])
    const path = `/Users/${created.body.id}`
    const replaced = await scim.put(path, { schemas, userName: 'bjensen', active: false })
    expect([replaced.status, replaced.body.active]).toEqual([200, false])
    for (const { trace } of [created, replaced]) {
      expect(trace.filter((line) => line.path === 'schemas').map((line) => line.rule)).not.toEqual([])
    }
  })

  it.each(each([...nothing, ...ofPatches]))('$schemas: a user is switched off', async ({ schemas }) => {
    const scim = service()
    const { id } = await scim.createUser()
    const { status, body, trace } = await scim.send('PATCH', `/Users/${id}`, { body: { schemas, ...off } })
    expect([status, body.active]).toEqual([200, false])
    expect(trace).toEqual([
      {
        rule: expect.stringMatching(/^(?:missing|misnamed)Schemas$/),
        path: 'schemas',
        message: 'read the body as a PatchOp message',
      },
    ])
  })

  it.each(each([...nothing, 'urn:scim:schemas:core:2.0', ['Group']]))(
    '$schemas: of groups',
    async ({ schemas }) => {
      const scim = service()
      const { status, body } = await scim.post('/Groups', { schemas, displayName: 'Tour Guides' })
      expect(status).toBe(201)
      const path = `/Groups/${body.id}`
      const renamed = await scim.put(path, { schemas, displayName: 'Guides' })
      expect([renamed.status, renamed.body.displayName]).toEqual([200, 'Guides'])
      const Operations = [{ op: 'replace', path: 'displayName', value: 'Tours' }]
      expect((await scim.send('PATCH', path, { body: { schemas, Operations } })).status).toBe(204)
      expect((await scim.storedGroup(body.id)).displayName).toBe('Tours')
    },
  )

  it.each(each([...nothing, ['urn:example:crm'], ['urn:example:Door'], 'Door']))(
    '$schemas: of types of the host',
    async ({ schemas }) => {
      const scim = service()
      const { status, body } = await scim.post('/Doors', { schemas, label: 'Front' })
      expect(status).toBe(201)
      expect(body.schemas).toEqual([doorSchema.urn])
      expect((await scim.put(`/Doors/${body.id}`, { schemas, label: 'Back' })).body.label).toBe('Back')
    },
  )

  it.each(each([...nothing, ['urn:ietf:params:scim:schemas:core:2.0:BulkRequest'], urns.bulkRequest]))(
    '$schemas: in bulk requests and their data',
    async ({ schemas }) => {
      const scim = service()
      const { id } = await scim.createUser()
      const { id: other } = await scim.createUser({ userName: 'bjensen' })
      const about = nothing.includes(schemas) ? schemas : undefined
      const { status, body } = await scim.post('/Bulk', {
        schemas,
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: about, userName: 'new' } },
          { method: 'PATCH', path: `/Users/${id}`, data: { schemas: about, ...off } },
          { method: 'PUT', path: `/Users/${other}`, data: { userName: 'bjensen', active: false } },
        ],
      })
      expect(status).toBe(200)
      expect((body.Operations as { status: string }[]).map((one) => one.status)).toEqual([
        '201',
        '200',
        '200',
      ])
      expect((await scim.storedUser(id)).active).toBe(false)
      expect((await scim.storedUser(other)).active).toBe(false)
    },
  )

  it.each(each([...nothing, ['urn:ietf:params:scim:schemas:core:2.0:SearchRequest'], urns.searchRequest]))(
    '$schemas: in searches',
    async ({ schemas }) => {
      const scim = service()
      await scim.createUser({ userName: 'bjensen' })
      await scim.createUser({ userName: 'other' })
      for (const path of ['/.search', '/Users/.search']) {
        const { status, body } = await scim.post(path, { schemas, filter: 'userName eq "bjensen"' })
        expect([status, body.totalResults]).toEqual([200, 1])
      }
    },
  )

  it('are refused where they name another type, or nothing that is known here', async () => {
    const scim = service()
    const { id } = await scim.createUser({ userName: 'bjensen' })
    const { id: group } = await scim.createGroup()
    const door = (await scim.post('/Doors', { label: 'Front' })).body.id
    const wrong: readonly (readonly [string, string, object])[] = [
      ['POST', '/Users', { schemas: [urns.group], userName: 'new' }],
      ['POST', '/Users', { schemas: urns.group, userName: 'new' }],
      ['POST', '/Users', { schemas: ['urn:scim:schemas:core:2.0', urns.group], userName: 'new' }],
      ['POST', '/Users', { schemas: ['urn:scim:schemas:core:2.0:Group'], userName: 'new' }],
      ['POST', '/Users', { schemas: [doorSchema.urn], userName: 'new' }],
      ['POST', '/Users', { schemas: [urns.patchOp], userName: 'new' }],
      ['POST', '/Users', { schemas: ['urn:example:other'], userName: 'new' }],
      ['PUT', `/Users/${id}`, { schemas: [urns.group], userName: 'bjensen', active: false }],
      ['PUT', `/Groups/${group}`, { schemas: [urns.user], displayName: 'x' }],
      ['PUT', `/Doors/${door}`, { schemas: [urns.user], label: 'x' }],
      ['PATCH', `/Users/${id}`, { active: false }],
      ['PATCH', `/Users/${id}`, { schemas: [urns.user], active: false }],
      ['PATCH', `/Users/${id}`, { schemas: [], Operations: { op: 'replace', path: 'active', value: false } }],
      ['PATCH', `/Users/${id}`, { schemas: [urns.patchOp], active: false }],
      ['POST', '/Bulk', {}],
      ['POST', '/Users/.search', { schemas: [urns.patchOp] }],
      ['POST', '/.search', { schemas: [urns.user] }],
      ['POST', '/Users/.search', { schemas: [], filter: '' }],
    ]
    for (const [method, path, body] of wrong) {
      const reply = await scim.send(method, path, { body })
      expect(reply.status, JSON.stringify([method, path, body])).toBe(400)
    }
    expect((await scim.storedUser(id)).active).toBe(true)
  })

  it.each([
    strict(),
    lenient({ without: ['missingSchemas', 'misnamedSchemas', 'legacySchemas', 'legacyNames'] }),
  ])('are refused without the rules', async (profile: Profile) => {
    let current = lenient()
    const scim = service({ profile: () => current })
    const { id } = await scim.createUser()
    current = profile
    const path = `/Users/${id}`
    for (const schemas of [...nothing, ...ofUsers]) {
      expect((await scim.post('/Users', { schemas, userName: 'x' })).status).toBe(400)
      expect((await scim.put(path, { schemas, userName: 'x' })).status).toBe(400)
      expect((await scim.post('/Users/.search', { schemas })).status).toBe(400)
    }
    for (const schemas of [...nothing, ...ofPatches]) {
      const reply = await scim.send('PATCH', path, { body: { schemas, ...off } })
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidSyntax'])
      expect((await scim.post('/Bulk', { schemas, Operations: [] })).status).toBe(400)
    }
  })
})

describe('what a list is asked with', () => {
  async function three() {
    const scim = service()
    for (const userName of ['a', 'b', 'c']) await scim.createUser({ userName, title: 'Guide' })
    return scim
  }
  const namesIn = (body: { readonly Resources: readonly object[] }) =>
    body.Resources.map((user) => (user as { userName?: string }).userName)

  it('empty parameters are none', async () => {
    const scim = await three()
    const all = 'startIndex=&count=&sortBy=&sortOrder=&attributes=&excludedAttributes='
    expect((await scim.get(`/Users?${all}`)).body.totalResults).toBe(3)
    expect((await scim.get('/Users?sortBy=userName&sortOrder=')).status).toBe(200)
    expect((await scim.get(`/?${all}`)).body.totalResults).toBe(3)
    const empty = { startIndex: '', count: '', sortBy: '', sortOrder: '', attributes: '', cursor: null }
    expect((await scim.post('/Users/.search', empty)).body.totalResults).toBe(3)
    expect((await scim.post('/.search', empty)).body.totalResults).toBe(3)
  })

  it('an empty filter is refused: a client whose template failed does not mean everybody', async () => {
    const scim = await three()
    for (const path of ['/Users?filter=', '/Users?filter', '/?filter=', '/Users?filter=%20&count=']) {
      const { status, body } = await scim.get(path)
      expect([status, body.scimType]).toEqual([400, 'invalidFilter'])
    }
  })

  it.each(['desc', 'DESC', 'descending'])('the order may be %s', async (sortOrder) => {
    const scim = await three()
    const across = '&filter=userName%20pr'
    for (const path of ['/Users', '/']) {
      const query = `${path}?sortBy=userName&sortOrder=${sortOrder}${path === '/' ? across : ''}`
      expect(namesIn((await scim.get(query)).body)).toEqual(['c', 'b', 'a'])
    }
    const body = { sortBy: 'userName', sortOrder }
    const searched = await scim.post('/Users/.search', body)
    expect(namesIn(searched.body)).toEqual(['c', 'b', 'a'])
    expect(namesIn((await scim.get('/Users?sortBy=userName&sortOrder=asc')).body)).toEqual(['a', 'b', 'c'])
    expect((await scim.get('/Users?sortBy=userName&sortOrder=down')).body.scimType).toBe('invalidValue')
  })

  it('numbers in a search may be text', async () => {
    const scim = await three()
    for (const path of ['/Users/.search', '/.search']) {
      const { body, trace } = await scim.post(path, {
        schemas: [urns.searchRequest],
        filter: 'userName pr',
        startIndex: '2',
        count: ' 1',
      })
      expect(body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 })
      expect(trace.map(({ rule, path: about }) => [rule, about])).toEqual([
        ['numberStrings', 'startIndex'],
        ['numberStrings', 'count'],
      ])
    }
    for (const count of ['one', '1.5', true, [1]]) {
      const { status, body } = await scim.post('/Users/.search', { count })
      expect([status, body.scimType]).toEqual([400, 'invalidValue'])
    }
    const strictly = service({ profile: strict() })
    const { status } = await strictly.post('/Users/.search', { schemas: [urns.searchRequest], count: '1' })
    expect(status).toBe(400)
    expect((await strictly.get('/Users?sortBy=userName&sortOrder=desc')).status).toBe(400)
  })

  it('names of attributes in several parameters add up', async () => {
    const scim = await three()
    const shown = (await scim.get('/Users?attributes=userName&attributes=title&count=1')).body.Resources[0]
    expect(Object.keys(shown ?? {})).toEqual(['schemas', 'id', 'userName', 'title'])
    const hidden = '/Users?excludedAttributes=userName&count=1&excludedattributes=title,meta'
    const left = (await scim.get(hidden)).body.Resources[0]
    expect(Object.keys(left ?? {})).toEqual(['schemas', 'id', 'active'])
    // Other parameters are not overridden by repeating them.
    expect((await scim.get('/Users?count=1&count=2')).body.itemsPerPage).toBe(1)
  })
})
