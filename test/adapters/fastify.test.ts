import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { expect, test } from 'vitest'
import { scimPlugin } from '../../src/adapters/fastify.js'
import { bodyLimit, echo } from './echo.js'

test('the types fit Fastify', () => {
  const plugin: FastifyPluginAsync = scimPlugin(echo())
  expect(plugin).toBeTypeOf('function')
})

function mounted(prefix = '/scim/v2', options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify(options)
  app.register(scimPlugin(echo()), { prefix })
  return app
}

/** Asks over a connection, and closes the app. */
async function ask(app: FastifyInstance, path: string, init?: RequestInit) {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const response = await fetch(url + path, init)
  const text = await response.text()
  await app.close()
  return { response, url, json: JSON.parse(text || 'null') as Record<string, unknown> }
}

async function see(app: FastifyInstance, path: string, init?: RequestInit) {
  const { json, url } = await ask(app, path, init)
  return { ...json, baseUrl: String(json.baseUrl).replace(url, '') }
}

const post = (body: RequestInit['body'], type = 'application/scim+json', headers = {}) =>
  ({ method: 'POST', body, headers: { 'content-type': type, ...headers } }) as RequestInit

test('nested scopes and parameters are part of the mount', async () => {
  const app = fastify()
  app.register(
    async (api) => {
      api.register(scimPlugin(echo()), { prefix: '/:tenant(^[^/]+$)/Users/scim' })
    },
    { prefix: '/api/tenants' },
  )
  expect(await see(app, '/api/tenants/a%20b/Users/scim/Users/a%2Fb?x=/Users')).toMatchObject({
    path: '/Users/a%2Fb',
    query: 'x=/Users',
    baseUrl: '/api/tenants/a%20b/Users/scim',
  })
})

test('the mount itself is the path /, and a prefix may end in a slash', async () => {
  for (const path of ['/scim/v2', '/scim/v2/', '/scim/v2?x=1', '/scim/v2/?x=/Users']) {
    expect(await see(mounted(), path), path).toMatchObject({ path: '/', baseUrl: '/scim/v2' })
  }
  expect(await see(mounted('/scim/v2/'), '/scim/v2/Users/1')).toMatchObject({
    path: '/Users/1',
    baseUrl: '/scim/v2',
  })
})

test('at the root, the endpoints tell', async () => {
  expect(await see(mounted(''), '/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '' })
  expect(await see(mounted(''), '/scim/v2/Users/1')).toMatchObject({ path: '/Users/1', baseUrl: '/scim/v2' })
})

test('a target that the host has rewritten is answered where the client sees it', async () => {
  const rewriteUrl = (req: IncomingMessage) => (req.url ?? '').replace('/public', '/scim/v2')
  expect(await see(mounted('/scim/v2', { rewriteUrl }), '/public/Users/1?a=b')).toMatchObject({
    path: '/Users/1',
    query: 'a=b',
    baseUrl: '/public',
  })
})

test('the router of the host may be lax', async () => {
  const routerOptions = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true }
  const app = () => mounted('/scim/v2', { routerOptions })
  expect(await see(app(), '/SCIM/v2/Users/')).toMatchObject({ path: '/Users/', baseUrl: '/SCIM/v2' })
  expect(await see(app(), '//scim//v2/Users/1')).toMatchObject({ path: '/Users/1' })
})

test('Fastify’s own trustProxy decides, also without the service’s', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example.com:8443' }
  expect(await see(mounted(), '/scim/v2/Users', { headers })).toMatchObject({ baseUrl: '/scim/v2' })
  expect(await see(mounted('/scim/v2', { trustProxy: true }), '/scim/v2/Users', { headers })).toMatchObject({
    baseUrl: 'https://a.example.com:8443/scim/v2',
  })
})

test('the host’s parsers stay the host’s, and are not the service’s', async () => {
  const app = fastify({ bodyLimit: 20 })
  app.addContentTypeParser('application/scim+json', { parseAs: 'string' }, (_request, _body, done) =>
    done(new Error('this parser is the host’s')),
  )
  app.register(scimPlugin(echo()), { prefix: '/scim/v2' })
  app.post('/own', async (request: FastifyRequest) => ({ parsed: request.body }))
  const own = await app.inject({ method: 'POST', url: '/own', payload: { a: 1 } })
  expect(own.json()).toEqual({ parsed: { a: 1 } })
  const theirs = await app.inject({
    method: 'POST',
    url: '/own',
    headers: { 'content-type': 'application/scim+json' },
    payload: '{}',
  })
  expect(theirs.json()).toMatchObject({ message: 'this parser is the host’s' })
  const text = `{"userName":"${'x'.repeat(1000)}"}`
  for (const type of ['application/json', 'application/scim+json', 'text/plain', 'a/b; c=d']) {
    const seen = await app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: { 'content-type': type },
      payload: text,
    })
    expect(seen.json(), type).toMatchObject({ body: { kind: 'text', text } })
  }
  await app.close()
})

test('what is no media type, or no type at all, is the service’s to answer', async () => {
  for (const type of ['json', '']) {
    expect(await see(mounted(), '/scim/v2/Users', post(new Blob(['{}']), type)), type).toMatchObject({
      body: { kind: 'text', text: '{}' },
    })
  }
})

test('an error of a hook of the host is the host’s to answer', async () => {
  const app = fastify()
  app.setErrorHandler(
    (error, _request, reply) => void reply.code(418).send({ own: (error as Error).message }),
  )
  app.addHook('onRequest', async () => {
    throw new Error('not today')
  })
  app.register(scimPlugin(echo()), { prefix: '/scim/v2' })
  const { response, json } = await ask(app, '/scim/v2/Users')
  expect([response.status, json]).toEqual([418, { own: 'not today' }])
})

test('headers that hooks of the host have set are sent, and onResponse is called', async () => {
  const app = fastify()
  const answered: number[] = []
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-frame-options', 'DENY')
  })
  app.addHook('onResponse', async (_request, reply) => {
    answered.push(reply.statusCode)
  })
  app.register(scimPlugin(echo()), { prefix: '/scim/v2' })
  const { response } = await ask(app, '/scim/v2/None', { method: 'DELETE' })
  expect([response.status, response.headers.get('x-frame-options'), answered]).toEqual([204, 'DENY', [204]])
})

test('a stream that a hook has put in place of the body is read, and held to the limit', async () => {
  const unzipping = () => {
    const app = fastify()
    app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(createGunzip()))
    app.register(scimPlugin(echo()), { prefix: '/scim/v2' })
    return app
  }
  expect(await see(unzipping(), '/scim/v2/Users', post(gzipSync('{"a":"é"}')))).toMatchObject({
    body: { kind: 'text', text: '{"a":"é"}' },
  })
  expect(await see(unzipping(), '/scim/v2/Users', post(gzipSync('x'.repeat(bodyLimit + 1))))).toMatchObject({
    status: '413',
  })
  expect(await see(unzipping(), '/scim/v2/Users', post('no gzip'))).toMatchObject({ status: '400' })
})

test('authenticate can see what the host’s hooks have left on the request', async () => {
  const scim = echo()
  const app = fastify()
  app.decorateRequest('user', '')
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { user: 'ada' })
  })
  app.register(scimPlugin(scim), { prefix: '/scim/v2' })
  await see(app, '/scim/v2/Users')
  expect(scim.requests[0]?.raw).toMatchObject({ user: 'ada' })
})

test('two services in one app keep their own locations', async () => {
  const app = fastify()
  for (const prefix of ['/a', '/b']) app.register(scimPlugin(echo()), { prefix })
  const paths = Array.from({ length: 20 }, (_, index) => (index % 2 ? '/a' : '/b'))
  const seen = await Promise.all(paths.map((prefix) => app.inject(`${prefix}/Users/1`)))
  expect(seen.map((reply) => reply.json().baseUrl)).toEqual(
    paths.map((prefix) => `http://localhost:80${prefix}`),
  )
  await app.close()
})

test('a server of the host’s own may call it', async () => {
  const app = fastify({ serverFactory: (handler) => createServer((req, res) => handler(req, res)) })
  app.register(scimPlugin(echo()), { prefix: '/scim/v2' })
  const body = Readable.from(['{"a"', ':1}'])
  const init = { ...post(Readable.toWeb(body) as unknown as RequestInit['body']), duplex: 'half' }
  expect(await see(app, '/scim/v2/Users', init as RequestInit)).toMatchObject({
    body: { kind: 'text', text: '{"a":1}' },
  })
})
