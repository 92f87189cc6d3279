import { validate } from '@readme/openapi-parser'
import { describe, expect, it } from 'vitest'
import type { OpenApiDocument, Scim } from '../../src/index.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  type Group,
  memoryStore,
  type ResourceStore,
  type User,
  urns,
} from '../../src/index.js'
import type { Method } from './described.js'
import { at, describedClient, methods, nodes, validators } from './described.js'
import { authenticate, base } from './service.js'

const Employee = defineExtension(
  'urn:example:params:scim:schemas:extension:employee:2.0:User',
  {
    badgeId: attribute.string({ description: 'What the door reads.', required: true, uniqueness: 'server' }),
    photo: attribute.binary(),
    rate: attribute.decimal({ returned: 'request' }),
    desk: attribute.integer({ returned: 'always' }),
    since: attribute.dateTime(),
    pin: attribute.string({ mutability: 'writeOnly', returned: 'never' }),
    sites: attribute.complex({ code: attribute.string({ required: true }) }, { multiValued: true }),
  },
  { name: 'Employee' },
)

const Door = defineResourceType({
  name: 'Door',
  endpoint: '/Doors',
  description: 'A door',
  schema: defineSchema('urn:example:params:scim:schemas:core:2.0:Door', {
    label: attribute.string({ required: true, returned: 'always' }),
    kind: attribute.string({ canonicalValues: ['wood', 'glass'] }),
  }),
  store: memoryStore(),
})

/** Types whose names are those of messages, of other types' lists, or no names for a component at all. */
const awkward = ['Error', 'UserList', 'Me', 'Okta Role', 'OktaRole', 'Bulk', 'Schema'].map((name, index) =>
  defineResourceType({
    name,
    endpoint: `/Things-${index}`,
    schema: defineSchema(`urn:example:params:scim:schemas:core:2.0:Thing${index}`, {
      label: attribute.string(),
    }),
    store: memoryStore(),
  }),
)

/** A store with the five methods and nothing else. */
function plainStore<R extends User | Group>(): ResourceStore<R> {
  const { get, list, create, replace, delete: remove } = memoryStore<R>()
  return { get, list, create, replace, delete: remove }
}

const users = () => memoryStore<User>()
const groups = () => memoryStore<Group>()
const configurations: Readonly<Record<string, () => Scim>> = {
  'users only': () => createScim({ authenticate, users: users() }),
  'users and groups': () => createScim({ authenticate, users: users(), groups: groups() }),
  'an extension': () => createScim({ authenticate, users: memoryStore(), extensions: { User: [Employee] } }),
  'a type of its own': () =>
    createScim({ authenticate, users: users(), groups: groups(), resourceTypes: [Door] }),
  'awkward names': () => createScim({ authenticate, users: users(), resourceTypes: awkward }),
  'stores that can do little': () =>
    createScim({ authenticate, users: plainStore<User>(), groups: plainStore<Group>() }),
  'all there is': () =>
    createScim({
      authenticate,
      users: users(),
      groups: groups(),
      identify: () => ({ id: 'me' }),
      onConflict: () => 'link',
      hashPassword: (password) => `hash of ${password}`,
      publicDiscovery: true,
      baseUrl: `${base}/`,
      documentationUri: 'https://example.com/help',
      limits: { defaultPageSize: 7, maxPageSize: 77, maxLength: 777, maxPatchOperations: 17 },
      authenticationSchemes: [
        { type: 'oauthbearertoken', name: 'Token', description: 'An API token' },
        { type: 'oauth2', name: 'OAuth', description: 'A token from our identity provider' },
        { type: 'httpbasic', name: 'Basic', description: 'A name and a password' },
        { type: 'httpbasic', name: 'Other', description: 'Another name and password' },
      ],
    }),
}

async function describedBy(configuration: string, options?: Parameters<Scim['openapi']>[0]) {
  const scim = configurations[configuration]!()
  return { scim, document: await scim.openapi(options) }
}

function operationsOf(document: OpenApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation }] : []
    }),
  )
}

describe.each(Object.keys(configurations))('the document of a service with %s', (configuration) => {
  it('is valid OpenAPI 3.1, in plain JSON', async () => {
    const { document } = await describedBy(configuration)
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document)
    const result = await validate(JSON.parse(JSON.stringify(document)))
    expect(result).toEqual({ valid: true, warnings: [], specification: 'OpenAPI' })
  })

  it('refers to what is there, and has nothing that is not referred to', async () => {
    const { document } = await describedBy(configuration)
    const references = new Set(
      [...nodes(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])),
    )
    expect([...references].filter((one) => at(document, one) === undefined)).toEqual([])
    const { securitySchemes, ...components } = document.components
    const defined = Object.entries(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `#/components/${kind}/${name}`),
    )
    expect(new Set(defined)).toEqual(references)
    expect(document.security.flatMap((one) => Object.keys(one))).toEqual(Object.keys(securitySchemes))
    expect(document.tags.map(({ name }) => name).sort()).toEqual(
      [...new Set(operationsOf(document).flatMap(({ operation }) => operation.tags))].sort(),
    )
  })

  it('has schemas that compile, in the strict dialect', async () => {
    const { document } = await describedBy(configuration)
    const validator = validators(document)
    for (const name of Object.keys(document.components.schemas)) validator(`#/components/schemas/${name}`)
  })

  it('names each operation once, with the parameters of its path', async () => {
    const { document } = await describedBy(configuration)
    const operations = operationsOf(document)
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^[a-z][A-Za-z0-9]*$/.test(id))).toBe(true)
    for (const { path, operation } of operations) {
      const names = (operation.parameters ?? []).map(({ $ref }) => $ref.replace(/^.*\//, ''))
      expect(names.includes('id'), path).toBe(path.includes('{id}'))
    }
  })
})

/** What makes one of each type, by its endpoint. */
const bodies: Readonly<Record<string, object>> = {
  '/Users': {
    schemas: [urns.user, urns.enterpriseUser],
    userName: 'bjensen@example.com',
    name: { givenName: 'Barbara', familyName: 'Jensen' },
    emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
    password: 't1meMa$heen',
    profileUrl: 'https://example.com/bjensen',
    x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAw' }],
    [urns.enterpriseUser]: { employeeNumber: '701984', manager: { value: '26118915' } },
  },
  '/Groups': { schemas: [urns.group], displayName: 'Tour Guides' },
  '/Doors': { schemas: [Door.schema.urn], label: 'Front', kind: 'steel' },
}

/** Where `/Me` leads: to whom it was made for. */
function serviceWithMe() {
  const state: { id?: string } = {}
  const scim = createScim({
    authenticate,
    users: users(),
    groups: groups(),
    resourceTypes: [Door],
    hashPassword: (password) => `hash of ${password}`,
    identify: () => (state.id === undefined ? undefined : { id: state.id }),
  })
  return { scim, state }
}

describe('the document and the service', () => {
  it('agree on every reply to every operation', async () => {
    const { scim, state } = serviceWithMe()
    const document = await scim.openapi()
    const client = describedClient(scim, document)
    const { call } = client
    const answered: number[] = []
    const send = async (...[method, path, request]: Parameters<typeof call>) => {
      const answer = await call(method, path, request)
      answered.push(answer.status)
      return answer
    }

    for (const [endpoint, body] of Object.entries(bodies)) {
      const one = `${endpoint}/{id}`
      const schemas = [urns.patchOp]
      const created = await send('post', endpoint, { body })
      expect(created.status).toBe(201)
      const { id } = created.body
      const etag = created.headers.get('etag') ?? ''
      if (endpoint === '/Groups') {
        const member = await send('post', '/Users', { body: { schemas: [urns.user], userName: 'member' } })
        const value = [{ value: member.body.id, type: 'User' }]
        const Operations = [{ op: 'add', path: 'members', value }]
        expect((await send('patch', one, { id, body: { schemas, Operations } })).status).toBe(204)
        const shown = await send('patch', one, {
          id,
          query: 'attributes=members',
          body: { schemas, Operations },
        })
        expect(shown.body.members).toHaveLength(1)
        await send('get', '/Users/{id}', { id: member.body.id })
        await send('post', '/Users', { body: { schemas: [urns.user], userName: 'another' } })
        const page = await send('get', '/Users', { query: 'cursor=&count=1' })
        expect(page.body).toHaveProperty('nextCursor')
      }
      await send('get', one, { id })
      await send('get', one, { id, query: 'attributes=id' })
      await send('get', one, { id, query: 'excludedAttributes=meta' })
      await send('get', one, { id, query: 'attributes=id&excludedAttributes=meta' })
      await send('get', one, { id: 'nobody' })
      await send('get', one, { id, headers: { authorization: 'Bearer wrong' } })
      await send('get', one, { id, headers: { accept: 'text/html' } })
      await send('get', one, { id, headers: { 'if-none-match': '*' } })
      await send('get', one, { id, headers: { 'if-match': 'W/"other"' } })
      await send('put', one, { id, body: { ...body, externalId: 'x' } })
      await send('put', one, { id, body, headers: { 'if-match': 'W/"other"' } })
      await send('put', one, { id, body, headers: { 'content-type': 'text/plain' } })
      await send('patch', one, {
        id,
        body: { schemas, Operations: [{ op: 'replace', path: 'externalId', value: 'y' }] },
      })
      await send('patch', one, { id, body: { schemas, Operations: [{ op: 'remove' }] } })
      await send('get', endpoint)
      await send('get', endpoint, { query: 'count=1&sortBy=id&sortOrder=descending&filter=id%20pr' })
      await send('get', endpoint, { query: 'cursor=&count=1' })
      await send('get', endpoint, { query: 'filter=nonsense' })
      await send('delete', one, { id, headers: { 'if-match': etag } })
      expect((await send('delete', one, { id })).status).toBe(204)
    }

    const { body } = await send('post', '/Me', { body: { schemas: [urns.user], userName: 'me' } })
    await send('post', '/Users', { body: { schemas: [urns.user], userName: 'me' } })
    await send('get', '/Me')
    state.id = body.id
    await send('get', '/Me')
    await send('put', '/Me', { body: { schemas: [urns.user], userName: 'me', title: 'Guide' } })
    const Operations = [{ op: 'remove', path: 'title' }]
    await send('patch', '/Me', { body: { schemas: [urns.patchOp], Operations } })
    await send('delete', '/Me')

    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'] as const)
      await send('get', path)
    await send('get', '/ResourceTypes', { query: 'filter=id%20pr' })
    for (const id of ['User', 'Door', 'Nothing']) await send('get', '/ResourceTypes/{id}', { id })
    for (const id of [urns.user, urns.enterpriseUser, 'urn:nothing'])
      await send('get', '/Schemas/{id}', { id })

    const search = { schemas: [urns.searchRequest], filter: 'id pr', attributes: ['id'], count: 1 }
    for (const path of ['/.search', ...Object.keys(bodies).map((one) => `${one}/.search`)]) {
      await send('post', path, { body: search })
      await send('post', path, { body: { ...search, startIndex: 2, sortBy: 'id', sortOrder: 'descending' } })
      await send('post', path, { body: { ...search, filter: 'nonsense' } })
      if (path !== '/.search') await send('post', path, { body: { ...search, cursor: '' } })
    }
    await send('get', '/')
    await send('get', '/', { query: 'filter=nonsense' })
    await send('post', '/Bulk', {
      body: {
        schemas: [urns.bulkRequest],
        failOnErrors: 5,
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [urns.user], userName: 'a' } },
          { method: 'POST', path: '/Users', bulkId: 'b', data: { schemas: [urns.user], userName: 'a' } },
          { method: 'PUT', path: '/Users/bulkId:a', data: { schemas: [urns.user], userName: 'c' } },
          { method: 'DELETE', path: '/Users/nobody' },
          { method: 'DELETE', path: '/Users/bulkId:a' },
        ],
      },
    })

    const all = operationsOf(document).map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    expect(client.done).toEqual(new Set(all))
    expect(new Set(answered)).toEqual(new Set([200, 201, 204, 304, 400, 401, 403, 404, 406, 409, 412, 415]))
  })

  it('agree on a POST of what is there already', async () => {
    for (const decision of ['reject', 'link', 'reactivate'] as const) {
      const scim = createScim({ authenticate, users: users(), onConflict: () => decision })
      const { call } = describedClient(scim, await scim.openapi())
      const { body } = await call('post', '/Users', { body: bodies['/Users'] })
      const second = await call('post', '/Users', { body: bodies['/Users'] })
      if (decision === 'reject') expect(second.status).toBe(409)
      else expect(second.body.id).toBe(body.id)
    }
  })

  it.each(Object.keys(configurations))('agree on what there is: %s', async (configuration) => {
    const { scim, document } = await describedBy(configuration)
    const described = new Set(
      operationsOf(document).map(({ path, method }) => `${method} ${path.toLowerCase()}`),
    )
    const known = { users: '', resourcetypes: 'User', schemas: urns.user } as Record<string, string>
    const answered = new Set<string>()
    for (const segment of ['', ...scim.externalUrl.endpoints]) {
      for (const end of segment === '' ? ['', '.search', 'nothing'] : ['', '/{id}', '/.search']) {
        const template = `/${segment}${end}`
        const id = known[segment] || (await makeOne(scim, segment))
        for (const method of methods) {
          const url = `${base}${template.replace('{id}', id)}`
          const headers = { authorization: 'Bearer acme-token' }
          const { status } = await scim.fetch(new Request(url, { method: method.toUpperCase(), headers }))
          if (![404, 405, 501].includes(status) || described.has(`${method} ${template}`)) {
            answered.add(`${method} ${template}${[405, 501].includes(status) ? ` is ${status}` : ''}`)
          }
        }
      }
    }
    expect(answered).toEqual(described)
  })
})

describe('what the document says', () => {
  const schemaIn = (document: OpenApiDocument, name: string) => document.components.schemas[name]!
  const parametersOf = (document: OpenApiDocument, path: string, method: Method) =>
    (document.paths[path]?.[method]?.parameters ?? []).map(({ $ref }) => $ref.replace(/^.*\//, ''))

  it('of attributes: what is shown and what is sent, by their characteristics', async () => {
    const { document } = await describedBy('an extension')
    const shown = schemaIn(document, 'User')
    const sent = schemaIn(document, 'UserWrite')
    expect(shown.required).toEqual(['schemas', 'id'])
    expect(sent.required).toEqual(['schemas', 'userName'])
    expect(shown.properties?.id).toMatchObject({ type: 'string', readOnly: true })
    expect(shown.properties?.meta).toMatchObject({
      readOnly: true,
      properties: {
        resourceType: { type: 'string', const: 'User' },
        created: { type: 'string', format: 'date-time' },
        location: { type: 'string', format: 'uri-reference' },
      },
    })
    for (const name of ['id', 'meta', 'groups']) expect(sent.properties).not.toHaveProperty(name)
    expect(shown.properties).not.toHaveProperty('password')
    expect(sent.properties?.password).toMatchObject({ type: 'string', writeOnly: true })
    expect(sent.properties?.active).toEqual({
      type: 'boolean',
      description: "The User's administrative status.",
    })
    const type = sent.properties?.emails?.items?.properties?.type
    expect(type).toMatchObject({ type: 'string', examples: ['work', 'home', 'other'] })
    expect(type).not.toHaveProperty('enum')
  })

  it('of extensions: under their URNs, with the types of their attributes', async () => {
    const { document } = await describedBy('an extension')
    expect(schemaIn(document, 'UserWrite').properties?.[Employee.urn]).toEqual({
      title: 'Employee',
      type: 'object',
      required: ['badgeId'],
      properties: {
        badgeId: { type: 'string', description: 'What the door reads.' },
        photo: { type: 'string', contentEncoding: 'base64' },
        rate: { type: 'number' },
        desk: { type: 'integer' },
        since: { type: 'string', format: 'date-time' },
        pin: { type: 'string', writeOnly: true },
        sites: {
          type: 'array',
          items: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
        },
      },
    })
    const shown = schemaIn(document, 'User').properties?.[Employee.urn]
    expect(Object.keys(shown?.properties ?? {})).toEqual([
      'badgeId',
      'photo',
      'rate',
      'desk',
      'since',
      'sites',
    ])
    // `attributes=userName` leaves out what is not always returned.
    expect(shown).not.toHaveProperty('required')
  })

  it('of lists: sorting and cursors where the store has them', async () => {
    const query = ['attributes', 'excludedAttributes', 'filter']
    const { document } = await describedBy('users and groups')
    expect(parametersOf(document, '/Users', 'get')).toEqual([
      ...query,
      ...['sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'],
    ])
    expect(schemaIn(document, 'UserList').properties).toHaveProperty('nextCursor')
    const { document: little } = await describedBy('stores that can do little')
    expect(parametersOf(little, '/Users', 'get')).toEqual([...query, 'startIndex', 'count'])
    expect(schemaIn(little, 'UserList').properties).not.toHaveProperty('nextCursor')
    for (const name of ['sortBy', 'cursor']) expect(little.components.parameters).not.toHaveProperty(name)
    expect(little.paths['/Users']?.get?.responses).toHaveProperty('501')
    expect(document.paths['/Users']?.get?.responses).not.toHaveProperty('501')
  })

  it('of the configuration: limits, hooks, how to authenticate, and where', async () => {
    const { document } = await describedBy('all there is')
    expect(document.servers).toEqual([{ url: base }])
    expect(document.externalDocs).toEqual({ url: 'https://example.com/help' })
    expect(document.components.parameters.count?.schema).toMatchObject({ default: 7 })
    expect(document.components.parameters.count?.description).toContain('77')
    expect(document.components.parameters.filter?.schema).toMatchObject({ maxLength: 777 })
    expect(schemaIn(document, 'PatchOp').properties?.Operations).toMatchObject({ maxItems: 17 })
    expect(Object.values(document.components.securitySchemes).map(({ scheme }) => scheme)).toEqual([
      ...['bearer', 'bearer', 'basic', 'basic'],
    ])
    expect(document.paths['/Schemas']?.get?.security).toEqual([])
    expect(document.paths['/Schemas']?.get?.responses).not.toHaveProperty('401')
    expect(document.paths['/Users']?.get).not.toHaveProperty('security')
    expect(document.paths['/Me']?.get?.operationId).toBe('readMe')
  })

  it('of itself: what it is told', async () => {
    const options = { baseUrl: 'https://other.example.com/scim/', title: 'Acme', version: '3.1' }
    const { document } = await describedBy('all there is', options)
    expect(document.servers).toEqual([{ url: 'https://other.example.com/scim' }])
    expect(document.info).toMatchObject({ title: 'Acme', version: '3.1' })
    const { scim, document: bare } = await describedBy('users only')
    expect(bare).not.toHaveProperty('servers')
    await expect(scim.openapi({ baseUrl: 'nowhere' })).rejects.toThrow(
      'baseUrl is to be an http or https URL',
    )
  })

  it('of types with awkward names: each has schemas of its own', async () => {
    const { document } = await describedBy('awkward names')
    expect(
      Object.keys(document.components.schemas).filter((name) => /^Okta|^Error|List$/.test(name)),
    ).toEqual([
      ...['Error', 'ResourceTypeList', 'SchemaList', 'UserList', 'Error2', 'Error2Write', 'Error2List'],
      ...['UserList2List', 'Me2List', 'OktaRole', 'OktaRoleWrite', 'OktaRoleList'],
      ...['OktaRole2', 'OktaRole2Write', 'OktaRole2List', 'BulkList', 'Schema2List'],
    ])
  })

  it('to anybody: nothing of the credentials', async () => {
    const token = 'a-token-that-nobody-is-to-see'
    const scim = createScim({
      authenticate: bearerTokens([{ token }]),
      users: users(),
      cursors: { secret: token },
    })
    expect(JSON.stringify(await scim.openapi())).not.toContain(token)
  })
})

/** A resource of the type at an endpoint, and its id. */
async function makeOne(scim: Scim, segment: string): Promise<string> {
  const types = await scim.fetch(
    new Request(`${base}/ResourceTypes`, { headers: { authorization: 'Bearer acme-token' } }),
  )
  const { Resources } = (await types.json()) as { Resources: { endpoint: string; schema: string }[] }
  const type = Resources.find(({ endpoint }) => endpoint.toLowerCase() === `/${segment}`)
  if (!type) return 'nothing'
  const body = { schemas: [type.schema], userName: 'x', displayName: 'x', label: 'x' }
  const created = await scim.fetch(
    new Request(`${base}${type.endpoint}`, {
      method: 'POST',
      headers: { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    }),
  )
  return ((await created.json()) as { id?: string }).id ?? 'nothing'
}
