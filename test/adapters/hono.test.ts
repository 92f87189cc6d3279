import { type Handler, Hono } from 'hono'
import { bodyLimit as honoBodyLimit } from 'hono/body-limit'
import { expect, test } from 'vitest'
import { honoHandler } from '../../src/adapters/hono.js'
import { bodyLimit, echo } from './echo.js'

const scim = echo()
const origin = 'https://app.example.com'

test('the types fit Hono, with bindings and variables of the host’s own', () => {
  type Env = { Bindings: { DATABASE: string }; Variables: { user: string } }
  const handler: Handler<Env> = honoHandler(scim)
  new Hono<Env>().all('/scim/v2/*', handler)
})

async function see(app: Hono, path: string, init?: RequestInit) {
  const response = await app.request(origin + path, init)
  const seen = (await response.json()) as Record<string, string>
  return { ...seen, baseUrl: seen.baseUrl?.replace(origin, '') }
}

test('the wildcard ends the mount, in a Users folder too', async () => {
  const app = new Hono().all('/Users/scim/v2/*', honoHandler(scim))
  expect(await see(app, '/Users/scim/v2/Users/1?x=1')).toMatchObject({
    path: '/Users/1',
    query: 'x=1',
    baseUrl: '/Users/scim/v2',
  })
})

test('the mount itself is the path /', async () => {
  const app = new Hono().all('/scim/v2/*', honoHandler(scim))
  for (const path of ['/scim/v2', '/scim/v2/', '/scim/v2?x=/Users']) {
    expect(await see(app, path)).toMatchObject({ path: '/', baseUrl: '/scim/v2' })
  }
})

test('nested apps, base paths and parameters are part of the mount', async () => {
  const inner = new Hono().all('/scim/:version/*', honoHandler(scim))
  const app = new Hono().basePath('/api').route('/tenants/:tenant', inner)
  expect(await see(app, '/api/tenants/a%20b/scim/v2/Users/a%2Fb')).toMatchObject({
    path: '/Users/a%2Fb',
    baseUrl: '/api/tenants/a%20b/scim/v2',
  })
})

test('middleware before it, and a route that was matched before, do not matter', async () => {
  const app = new Hono()
  app.use('*', async (_context, next) => next())
  app.use('/scim/*', async (_context, next) => {
    await next()
  })
  app.all('/scim/v2/*', honoHandler(scim))
  expect(await see(app, '/scim/v2/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '/scim/v2' })
})

test('where the route does not tell, the endpoints do', async () => {
  const cases = [
    ['/*', '/Users/1', ''],
    ['*', '/scim/Users/1', '/scim'],
    ['/scim/v2/:type/:id?', '/scim/v2/Users/1', '/scim/v2'],
    ['/:mount{.+}/*', '/a/scim/v2/Users/1', '/a/scim/v2'],
    ['/:mount{scim|api}/*', '/scim/Users/1', '/scim'],
  ] as const
  for (const [route, path, baseUrl] of cases) {
    const app = new Hono().all(route, honoHandler(scim))
    expect(await see(app, path), route).toMatchObject({ path: '/Users/1', baseUrl })
  }
})

test('an app that routes by host name', async () => {
  const app = new Hono({ getPath: (request) => request.url.replace(/^https?:\//, '') })
  app.all('/app.example.com/scim/v2/*', honoHandler(scim))
  expect(await see(app, '/scim/v2/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '/scim/v2' })
})

test('two services in one app keep their own locations', async () => {
  const app = new Hono()
  app.all('/a/*', honoHandler(echo()))
  app.all('/b/*', honoHandler(echo()))
  const mounts = Array.from({ length: 40 }, (_, index) => (index % 2 ? '/a' : '/b'))
  const seen = await Promise.all(mounts.map((mount) => see(app, `${mount}/Users/1`)))
  expect(seen.map(({ baseUrl }) => baseUrl)).toEqual(mounts)
})

test('HEAD reaches the service as HEAD', async () => {
  const heads = echo()
  const app = new Hono().all('/scim/v2/*', honoHandler(heads))
  const response = await app.request('/scim/v2/Users', { method: 'HEAD' })
  expect([response.status, await response.text(), heads.requests[0]?.method]).toEqual([200, '', 'HEAD'])
})

test('a body that a middleware has read is read again, and held to the limit', async () => {
  const app = new Hono()
  app.use(async (context, next) => {
    if (context.req.header('content-type') === 'application/json') await context.req.json()
    else await context.req.text()
    await next()
  })
  app.all('/scim/v2/*', honoHandler(scim))
  for (const type of ['application/json', 'application/scim+json']) {
    const init = { method: 'POST', body: '{"a":"é"}', headers: { 'content-type': type } }
    expect(await see(app, '/scim/v2/Users', init)).toMatchObject({
      body: { kind: 'text', text: '{"a":"é"}' },
    })
  }
  const large = { method: 'POST', body: 'x'.repeat(bodyLimit + 1) }
  expect(await see(app, '/scim/v2/Users', large)).toMatchObject({ status: '413' })
})

test('Hono’s own body limit may stand before it', async () => {
  const app = new Hono().use(honoBodyLimit({ maxSize: 1000 })).all('/scim/v2/*', honoHandler(scim))
  const body = new Response('{"a":1}').body
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  expect(await see(app, '/scim/v2/Users', init)).toMatchObject({ body: { kind: 'text', text: '{"a":1}' } })
})

test('authenticate can see the context', async () => {
  const seen = echo()
  const app = new Hono<{ Variables: { user: string } }>()
  app.use(async (context, next) => {
    context.set('user', 'ada')
    await next()
  })
  app.all('/scim/v2/*', honoHandler(seen))
  await app.request('/scim/v2/Users')
  expect((seen.requests[0]!.raw as { get(name: string): unknown }).get('user')).toBe('ada')
})
