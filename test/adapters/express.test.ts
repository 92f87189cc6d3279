import express5, { type RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { expressHandler } from '../../src/adapters/express.js'
import { bodyLimit, echo, type Seen } from './echo.js'
import { express4, listen } from './hosts.js'
import { exchange } from './wire.js'

test('the types fit Express', () => {
  const handler: RequestHandler = expressHandler(echo())
  expect(handler).toBeTypeOf('function')
})

describe.each([
  { name: 'Express 5', express: express5, wildcard: '/scim/v2/*path' },
  { name: 'Express 4', express: express4, wildcard: '/scim/v2/*' },
])('$name', ({ express, wildcard }) => {
  async function see(app: express5.Express, path: string, init?: RequestInit) {
    await using host = await listen(app)
    const response = await fetch(host.url + path, init)
    const seen = (await response.json()) as Record<string, string>
    return { ...seen, baseUrl: seen.baseUrl?.replace(host.url, '') }
  }
  const post = (body: string, type = 'application/scim+json', headers = {}): RequestInit => ({
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  })

  test('nested routers and parameters are part of the mount', async () => {
    const app = express()
    const api = express.Router()
    const tenant = express.Router({ mergeParams: true })
    tenant.use('/scim/v2', expressHandler(echo()))
    api.use('/tenants/:tenant', tenant)
    app.use('/api', api)
    expect(await see(app, '/api/tenants/a%20b/scim/v2/Users/1?x=/Users')).toMatchObject({
      path: '/Users/1',
      query: 'x=/Users',
      baseUrl: '/api/tenants/a%20b/scim/v2',
    })
  })

  test('the mount itself is the path /', async () => {
    const app = express().use('/scim/v2', expressHandler(echo()))
    for (const path of ['/scim/v2', '/scim/v2/', '/scim/v2?x=1', '/scim/v2/?x=1', '/scim/v2?x=/']) {
      expect(await see(app, path)).toMatchObject({ path: '/', baseUrl: '/scim/v2' })
    }
  })

  test('at the root, and as a route instead of a mount', async () => {
    const root = express().use(expressHandler(echo()))
    expect(await see(root, '/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '' })
    const route = express().all(wildcard, expressHandler(echo()))
    expect(await see(route, '/scim/v2/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '/scim/v2' })
  })

  test('a target that a middleware has rewritten is answered where the client sees it', async () => {
    const app = express()
    app.use((req, _res, next) => {
      req.url = req.url.replace('/public', '/scim/v2')
      next()
    })
    app.use('/scim/v2', expressHandler(echo()))
    expect(await see(app, '/public/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '/public' })
  })

  test('a target in absolute form is understood', async () => {
    await using host = await listen(express().use('/scim/v2', expressHandler(echo())))
    const reply = await exchange(host.port, [
      'GET http://a.example.com/scim/v2/Users/1 HTTP/1.1',
      'Host: a.example.com',
    ])
    expect(reply).toContain('"path":"/Users/1","query":"","baseUrl":"http://a.example.com/scim/v2"')
  })

  test('two services in one app keep their own locations', async () => {
    const app = express()
    app.use('/a/scim', expressHandler(echo()))
    app.use('/b/scim', expressHandler(echo()))
    await using host = await listen(app)
    const mounts = Array.from({ length: 40 }, (_, index) => (index % 2 ? '/a/scim' : '/b/scim'))
    const seen = await Promise.all(
      mounts.map(async (mount) => (await fetch(`${host.url}${mount}/Users/1`)).json() as Promise<Seen>),
    )
    expect(seen.map(({ baseUrl }) => baseUrl)).toEqual(mounts.map((mount) => host.url + mount))
  })

  test('Express’s own trust proxy decides, also without the service’s', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example.com:8443, b.example.com' }
    const app = express().use('/scim/v2', expressHandler(echo()))
    expect(await see(app, '/scim/v2/Users', { headers })).toMatchObject({ baseUrl: '/scim/v2' })
    app.set('trust proxy', true)
    expect(await see(app, '/scim/v2/Users', { headers })).toMatchObject({
      baseUrl: 'https://a.example.com:8443/scim/v2',
    })
    app.set('trust proxy', '10.0.0.1')
    expect(await see(app, '/scim/v2/Users', { headers })).toMatchObject({ baseUrl: '/scim/v2' })
  })

  test('bodies of text() and raw() are taken, and held to the limit', async () => {
    for (const parser of [
      express.text({ type: '*/*', limit: '1mb' }),
      express.raw({ type: '*/*', limit: '1mb' }),
    ]) {
      const app = express().use(parser).use('/scim/v2', expressHandler(echo()))
      expect(await see(app, '/scim/v2/Users', post('{"a":"é"}'))).toMatchObject({
        body: { kind: 'text', text: '{"a":"é"}' },
      })
      expect(await see(app, '/scim/v2/Users', post('x'.repeat(bodyLimit + 1)))).toMatchObject({
        status: '413',
      })
    }
  })

  test('json() that takes the SCIM media type hands its result over', async () => {
    const json = express.json({ type: ['application/json', 'application/scim+json'] })
    const app = express().use(json).use('/scim/v2', expressHandler(echo()))
    expect(await see(app, '/scim/v2/Users', post('{"a":1}'))).toMatchObject({
      body: { kind: 'json', json: { a: 1 } },
    })
  })

  test('json() that leaves the media type alone leaves the body to be read', async () => {
    const app = express().use(express.json()).use('/scim/v2', expressHandler(echo()))
    expect(await see(app, '/scim/v2/Users', post('{"a":1}'))).toMatchObject({
      body: { kind: 'text', text: '{"a":1}' },
    })
    expect(await see(app, '/scim/v2/Users', { method: 'DELETE' })).toMatchObject({ body: { kind: 'none' } })
  })

  test('a middleware that swallows the body is told of', async () => {
    const app = express()
    app.use((req, _res, next) => {
      req.on('end', () => setImmediate(next)).resume()
    })
    app.use('/scim/v2', expressHandler(echo()))
    await using host = await listen(app)
    const response = await fetch(`${host.url}/scim/v2/Users`, post('{}'))
    expect(response.status).toBe(500)
    expect(await response.json()).toMatch(/A middleware has read the request body/)
    const none = await fetch(`${host.url}/scim/v2/Users`, { method: 'POST' })
    expect(await none.json()).toMatchObject({ body: { kind: 'none' } })
  })

  test('authenticate can see what the host’s middleware has left on the request', async () => {
    const scim = echo()
    const app = express()
    app.use((req, _res, next) => {
      Object.assign(req, { user: 'ada' })
      next()
    })
    app.use('/scim/v2', expressHandler(scim))
    await see(app, '/scim/v2/Users')
    expect(scim.requests[0]?.raw).toMatchObject({ user: 'ada' })
  })
})
