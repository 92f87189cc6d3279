import { describe, expect, it } from 'vitest'
import { createScim, fetchHandler, memoryRateLimit, type Scim, urns } from '../../../src/index.js'
import { authenticate, base } from '../service.js'
import { describedClient, methods } from './described.js'
import { configurations, Door, describedBy, groups, operationsOf, users } from './services.js'

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
      await send('get', one, { id, query: 'attributes=id', headers: { 'if-none-match': '*' } })
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
    expect(client.done, 'each operation in the document has been requested here').toEqual(new Set(all))
    expect(new Set(answered)).toEqual(new Set([200, 201, 204, 304, 400, 401, 403, 404, 406, 409, 412, 415]))
  })

  it('agree on too many requests, where a tenant can send them', async () => {
    const options = { authenticate, users: users(), publicDiscovery: true }
    const rateLimit = memoryRateLimit({ limit: 1, window: 86_400 })
    const scim = createScim({ ...options, rateLimit })
    const document = await scim.openapi()
    const { call } = describedClient(scim, document)
    expect((await call('get', '/Users')).status).toBe(200)
    const body = { schemas: [urns.bulkRequest], Operations: [{ method: 'DELETE', path: '/Users/1' }] }
    const refused = [await call('get', '/Users'), await call('post', '/Bulk', { body })]
    expect(refused.map(({ status }) => status)).toEqual([429, 429])
    expect((await call('get', '/Schemas')).status).toBe(200)
    expect(Object.keys(document.components.headers)).toContain('RateLimit-Policy')
    expect(JSON.stringify(await createScim(options).openapi())).not.toMatch(/429|RateLimit/)
  })

  it('agree on what a store can not do', async () => {
    const { scim, document } = await describedBy('stores that can do little')
    const { call } = describedClient(scim, document)
    for (const path of ['/', '/Users'] as const) {
      expect((await call('get', path, { query: 'cursor=' })).status).toBe(400)
    }
    expect((await call('get', '/Users', { query: 'sortBy=id' })).status).toBe(501)
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
      for (const end of ['', '.search'].includes(segment) ? [''] : ['', '/{id}', '/.search']) {
        const template = `/${segment}${end}`
        const id = known[segment] || (await makeOne(scim, segment))
        for (const method of methods) {
          const url = `${base}${template.replace('{id}', id)}`
          const headers = { authorization: 'Bearer acme-token' }
          const { status } = await fetchHandler(scim, { basePath: new URL(base).pathname })(
            new Request(url, { method: method.toUpperCase(), headers }),
          )
          if (![404, 405, 501].includes(status) || described.has(`${method} ${template}`)) {
            answered.add(`${method} ${template}${[405, 501].includes(status) ? ` is ${status}` : ''}`)
          }
        }
      }
    }
    expect(answered).toEqual(described)
  })
})

/** A resource of the type at an endpoint, and its id. */
async function makeOne(scim: Scim, segment: string): Promise<string> {
  const types = await fetchHandler(scim, { basePath: new URL(base).pathname })(
    new Request(`${base}/ResourceTypes`, { headers: { authorization: 'Bearer acme-token' } }),
  )
  const { Resources } = (await types.json()) as { Resources: { endpoint: string; schema: string }[] }
  const type = Resources.find(({ endpoint }) => endpoint.toLowerCase() === `/${segment}`)
  if (!type) return 'nothing'
  const body = { schemas: [type.schema], userName: 'x', displayName: 'x', label: 'x' }
  const created = await fetchHandler(scim, { basePath: new URL(base).pathname })(
    new Request(`${base}${type.endpoint}`, {
      method: 'POST',
      headers: { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    }),
  )
  return ((await created.json()) as { id?: string }).id ?? 'nothing'
}
