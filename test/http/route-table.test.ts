import { describe, expect, it, vi } from 'vitest'
import { reply } from '../../src/http/response/reply.js'
import type { RouteEntry } from '../../src/http/route.js'
import { routes } from '../../src/http/routes.js'
import {
  attribute,
  createScim,
  defineResourceType,
  defineSchema,
  memoryStore,
  urns,
} from '../../src/index.js'
import { describedClient } from './openapi/described.js'
import { authenticate, serve } from './service.js'

// A route of the test's own, added to the table as a contributor would: one entry and its handler.
vi.mock('../../src/http/routes.js', async (importOriginal) => {
  const original = await importOriginal<{ readonly routes: Readonly<Record<string, RouteEntry>> }>()
  const ping: RouteEntry = {
    path: '/Ping',
    methods: { GET: 'read' },
    describe: 'Say whether the service is there',
    handle: (_http, _match, _request, { tenant }) => reply(200, JSON.stringify({ tenant })),
  }
  return { ...original, routes: { ...original.routes, ping } }
})

const entries = Object.entries<RouteEntry>(routes)

/** The paths of the routes that every resource type has, by their keys. */
const ofUsers: Readonly<Record<string, string>> = {
  collection: '/Users',
  search: '/Users/.search',
  resource: '/Users/{id}',
}

describe('the table of routes', () => {
  it('is all that a new endpoint takes: routing, methods, HEAD, events, authorization and OpenAPI follow', async () => {
    const asked: unknown[] = []
    const { get, send } = serve({
      authorize: (request) => {
        asked.push(request)
        return request.tenant !== 'globex'
      },
    })
    const reply = await get('/ping')
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.text)).toEqual({ tenant: 'acme' })
    expect(reply.event).toMatchObject({ path: '/ping', status: 200, operation: 'read' })
    expect(reply.event.resourceType).toBeUndefined()
    expect(asked).toEqual([
      { operation: 'read', resourceType: undefined, id: undefined, tenant: 'acme', actor: 'okta' },
    ])
    expect(await send('HEAD', '/Ping')).toMatchObject({ status: 200, text: '' })
    expect(await send('POST', '/Ping', { body: {} })).toMatchObject({ status: 405 })
    expect((await send('POST', '/Ping', { body: {} })).headers.get('allow')).toBe('GET, HEAD')
    expect(await send('GET', '/Ping', { token: 'wrong' })).toMatchObject({ status: 401 })
    expect(await send('GET', '/Ping', { token: 'globex-token' })).toMatchObject({ status: 403 })
    expect(await get('/Ping/1')).toMatchObject({ status: 404 })
  })

  it('is all that a new endpoint takes: its path is reserved, found below any mount, and described', async () => {
    const scim = createScim({ authenticate, users: memoryStore() })
    const request = new Request('http://localhost/deep/mount/Ping', {
      headers: { authorization: 'acme-token' },
    })
    expect((await scim.fetch(request)).status).toBe(200)
    const document = await scim.openapi()
    expect(document.paths['/Ping']).toMatchObject({
      get: { operationId: 'getPing', summary: 'Say whether the service is there' },
    })
    const { call } = describedClient(scim, document)
    expect(await call('get', '/Ping')).toMatchObject({ status: 200, body: { tenant: 'acme' } })
    const schema = defineSchema('urn:example:params:scim:schemas:Ping', { displayName: attribute.string() })
    const Ping = defineResourceType({ name: 'Ping', endpoint: '/ping', schema, store: memoryStore() })
    expect(() => createScim({ authenticate, users: memoryStore(), resourceTypes: [Ping] })).toThrow(
      'cannot live at /ping',
    )
  })

  it('is described whole: every method of every route is in the OpenAPI document', async () => {
    const scim = createScim({
      authenticate,
      users: memoryStore(),
      identify: () => ({ id: '1' }),
    })
    const { paths } = await scim.openapi()
    for (const [key, { path = ofUsers[key] ?? '', methods, hasIds }] of entries) {
      const described = Object.keys(methods)
      const inDocument = Object.keys(paths[path] ?? {}).map((method) => method.toUpperCase())
      expect(inDocument.sort(), key).toEqual(described.sort())
      if (hasIds && key !== 'serviceProviderConfig') expect(Object.keys(paths), key).toContain(`${path}/{id}`)
    }
  })

  it('answers HEAD wherever it answers GET', async () => {
    const { send } = serve({ identify: () => ({ id: 'nobody' }) })
    for (const [key, { path = ofUsers[key] ?? '', methods }] of entries) {
      const [head, get] = [await send('HEAD', path), await send('GET', path)]
      expect(head.status, key).toBe(get.status)
      expect(head.event.operation, key).toBe(methods.GET)
    }
  })

  it('refuses methods that are names of properties of every object', async () => {
    const { send } = serve()
    for (const method of ['constructor', 'toString', '__proto__']) {
      const reply = await send(method, '/Users')
      expect(reply.status, method).toBe(405)
      expect(reply.body.schemas).toEqual([urns.error])
    }
  })
})
