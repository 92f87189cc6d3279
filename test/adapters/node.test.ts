import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { nodeHandler } from '../../src/adapters/node.js'
import type { ScimHandler } from '../../src/http/index.js'
import { echo, type Seen } from './echo.js'
import { listen } from './hosts.js'
import { exchange, wire } from './wire.js'

const { externalUrl } = echo()

/** A promise, and what settles it from outside. */
function promised<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

test('the types fit node:http', () => {
  createServer(nodeHandler(echo(), { basePath: '/scim/v2' })).close()
})

test('a target in absolute form is understood', async () => {
  await using host = await listen(nodeHandler(echo()))
  const reply = await exchange(host.port, [
    'GET http://scim.example.com/scim/v2/Users/1?a=b HTTP/1.1',
    'Host: scim.example.com',
  ])
  expect(reply).toContain('"path":"/Users/1","query":"a=b","baseUrl":"http://scim.example.com/scim/v2"')
})

test('a path outside the base path is not answered as if it were inside', async () => {
  await using host = await listen(nodeHandler(echo(), { basePath: '/scim/v2' }))
  for (const path of ['/Users/1', '/scim/v3/Users/1', '/scim/v22/Users/1', '/other/scim/v2/Users/1']) {
    expect(await (await fetch(host.url + path)).json()).toMatchObject({ path: `/..${path}` })
  }
  expect(await (await fetch(`${host.url}/scim/v2`)).json()).toMatchObject({
    path: '/',
    baseUrl: `${host.url}/scim/v2`,
  })
})

test('without a base path the mount ends before the first endpoint', async () => {
  await using host = await listen(nodeHandler(echo()))
  for (const mount of ['', '/scim/v2', '/tenants/a%20b/scim/v2']) {
    const seen = await (await fetch(`${host.url}${mount}/Users/users`)).json()
    expect(seen).toMatchObject({ path: '/Users/users', baseUrl: host.url + mount })
  }
})

test('two services on one server keep their own locations', async () => {
  const acme = nodeHandler(echo(), { basePath: '/acme' })
  const umbrella = nodeHandler(echo(), { basePath: '/umbrella' })
  await using host = await listen((req, res) => (req.url?.startsWith('/acme') ? acme : umbrella)(req, res))
  const mounts = Array.from({ length: 40 }, (_, index) => (index % 2 ? '/acme' : '/umbrella'))
  const seen = await Promise.all(
    mounts.map(async (mount) => (await fetch(`${host.url}${mount}/Users/1`)).json() as Promise<Seen>),
  )
  expect(seen.map(({ baseUrl }) => baseUrl)).toEqual(mounts.map((mount) => host.url + mount))
})

const broken: Record<string, ScimHandler> = {
  'that rejects': { externalUrl, handle: () => Promise.reject(new Error('secret')) },
  'that throws': {
    externalUrl,
    handle: () => {
      throw new Error('secret')
    },
  },
  'with a header that cannot be sent': {
    externalUrl,
    handle: async () => ({ status: 200, headers: { location: 'a\r\nb: c' }, body: '{}' }),
  },
  'with a status that does not exist': {
    externalUrl,
    handle: async () => ({ status: 7, headers: {}, body: '{}' }),
  },
}

test.each(Object.entries(broken))('a service %s is answered with 500', async (_, scim) => {
  await using host = await listen(nodeHandler(scim))
  const response = await fetch(`${host.url}/Users`)
  expect(response.status).toBe(500)
  expect(response.headers.get('content-type')).toBe('application/scim+json')
  expect(await response.json()).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '500',
    detail: 'The service could not answer',
  })
})

test('a host that has answered already is left alone', async () => {
  const handler = nodeHandler({
    ...echo(),
    handle: async () => {
      await sleep(20)
      return { status: 200, headers: {}, body: 'late' }
    },
  })
  await using host = await listen((req, res) => {
    handler(req, res)
    res.writeHead(503).end('timeout')
  })
  const response = await fetch(`${host.url}/Users`)
  expect([response.status, await response.text()]).toEqual([503, 'timeout'])
  await sleep(40)
  expect((await fetch(`${host.url}/Users`)).status).toBe(503)
})

test('a signal that is read after the client has gone is aborted', async () => {
  const { promise, resolve } = promised<boolean | undefined>()
  await using host = await listen(
    nodeHandler({
      externalUrl,
      async handle(request) {
        await sleep(60)
        resolve(request.signal?.aborted)
        return { status: 200, headers: {}, body: '{}' }
      },
    }),
  )
  const connection = wire(host.port)
  connection.send('GET /Users HTTP/1.1\r\nHost: a\r\n\r\n')
  await sleep(20)
  connection.socket.destroy()
  expect(await promise).toBe(true)
})

test('a signal is not aborted by an answer', async () => {
  let signal: AbortSignal | undefined
  await using host = await listen(
    nodeHandler({
      externalUrl,
      async handle(request) {
        signal = request.signal
        return { status: 200, headers: {}, body: '{}' }
      },
    }),
  )
  await exchange(host.port, ['GET /Users HTTP/1.1', 'Host: a'])
  await sleep(20)
  expect(signal?.aborted).toBe(false)
})

test('a body that ends early is an error of the client, in words', async () => {
  const { promise, resolve } = promised<unknown>()
  await using host = await listen(
    nodeHandler({
      externalUrl,
      async handle(request) {
        resolve(await request.body(100).catch((error: unknown) => error))
        return { status: 200, headers: {}, body: '{}' }
      },
    }),
  )
  const connection = wire(host.port)
  connection.send('POST /Users HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{')
  await sleep(20)
  connection.socket.destroy()
  expect(await promise).toMatchObject({
    status: 400,
    scimType: 'invalidSyntax',
    detail: 'The connection was closed before the request body was complete',
  })
})

test('a client that never stops sending is cut off', async () => {
  await using host = await listen(nodeHandler(echo()))
  const connection = wire(host.port)
  connection.send('POST /Users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  const sending = setInterval(() => connection.send(`2000\r\n${'x'.repeat(0x2000)}\r\n`), 5)
  expect(await connection.received((text) => text.includes('"status":"413"'))).toMatch(/^HTTP\/1.1 413 /)
  await connection.closed
  clearInterval(sending)
})

test('the reply says its length in bytes', async () => {
  const body = '{"userName":"é"}'
  await using host = await listen(
    nodeHandler({ externalUrl, handle: async () => ({ status: 200, headers: {}, body }) }),
  )
  const reply = await exchange(host.port, ['GET /Users HTTP/1.1', 'Host: a'])
  expect(reply).toMatch(/\r\ncontent-length: 17\r\n/i)
  expect(reply.endsWith(body)).toBe(true)
})

test('repeated headers are joined, and the platform’s request is there', async () => {
  const scim = echo()
  await using host = await listen(nodeHandler(scim))
  await exchange(host.port, ['GET /Users HTTP/1.1', 'Host: a', 'Accept: a/b', 'Accept: c/d'])
  expect(scim.requests[0]?.header('accept')).toBe('a/b, c/d')
  expect(scim.requests[0]?.header('if-match')).toBeUndefined()
  expect(scim.requests[0]?.raw).toMatchObject({ httpVersion: '1.1' })
})
