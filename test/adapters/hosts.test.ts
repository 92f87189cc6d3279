import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScimRequest } from '../../src/http/index.js'
import { bodyLimit, echo, gone, type Seen } from './echo.js'
import { allHosts, listen, type Running } from './hosts.js'
import { exchange, wire } from './wire.js'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
beforeAll(() => {
  process.on('unhandledRejection', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

describe.concurrent.each(allHosts)('$name', ({ listener, parses, bridge, buffers }) => {
  const scim = echo()
  let host: Running
  beforeAll(async () => {
    host = await listen(listener(scim))
  })
  afterAll(() => host[Symbol.asyncDispose]())

  async function see(path: string, init?: RequestInit): Promise<Seen> {
    const response = await fetch(host.url + path, init)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/scim+json')
    return (await response.json()) as Seen
  }
  const post = (body: RequestInit['body'], type = 'application/scim+json') =>
    ({ method: 'POST', body, headers: { 'content-type': type }, duplex: 'half' }) as RequestInit
  const alive = async () => expect((await see('/scim/v2/Users/1')).path).toBe('/Users/1')

  test('the mount is taken off the path and put into the base URL', async () => {
    expect(await see('/scim/v2/Users/1', { headers: { accept: 'a/b' } })).toEqual({
      method: 'GET',
      path: '/Users/1',
      query: '',
      baseUrl: `${host.url}/scim/v2`,
      accept: 'a/b',
    })
  })

  test('a path and a query keep their percent-encoding', async () => {
    const { path, query } = await see('/scim/v2/Users/a%2Fb%20c%3F?filter=userName%20eq%20%22%C3%A9%22&a=%26')
    expect(path).toBe('/Users/a%2Fb%20c%3F')
    expect(query).toBe('filter=userName%20eq%20%22%C3%A9%22&a=%26')
  })

  test('a trailing slash is answered', async () => {
    expect(await see('/scim/v2/Users/')).toMatchObject({ path: '/Users/', baseUrl: `${host.url}/scim/v2` })
    expect(await see('/scim/v2/Users?x=1')).toMatchObject({ path: '/Users', query: 'x=1' })
  })

  test('HEAD is answered without a body, and 204 without a length', async () => {
    const head = await fetch(`${host.url}/scim/v2/Users/1`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const none = await fetch(`${host.url}/scim/v2/None`, { method: 'DELETE' })
    expect([none.status, await none.text(), none.headers.get('content-length')]).toEqual([204, '', null])
    await alive()
  })

  test('a body of the SCIM media type comes as text', async () => {
    expect((await see('/scim/v2/Users', post('{"userName":"é"}'))).body).toEqual({
      kind: 'text',
      text: '{"userName":"é"}',
    })
  })

  test('a body of application/json comes, whoever parses it', async () => {
    const { body } = await see('/scim/v2/Users', post('{"userName":"é"}', 'application/json'))
    expect(body).toEqual(
      parses ? { kind: 'json', json: { userName: 'é' } } : { kind: 'text', text: '{"userName":"é"}' },
    )
  })

  test('a chunked body comes whole, also where a character is cut', async () => {
    const bytes = new TextEncoder().encode('{"userName":"é"}')
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(bytes.subarray(0, 14))
        await sleep(20)
        controller.enqueue(bytes.subarray(14))
        controller.close()
      },
    })
    expect((await see('/scim/v2/Users', post(body))).body).toEqual({ kind: 'text', text: '{"userName":"é"}' })
  })

  test('no body is no body', async () => {
    expect((await see('/scim/v2/Users', { method: 'POST' })).body).toEqual({ kind: 'none' })
    const reply = await exchange(host.port, ['DELETE /scim/v2/Users/1 HTTP/1.1', 'Host: a'])
    expect(reply).toContain('"body":{"kind":"none"}')
  })

  test('a body that is not UTF-8 is invalidSyntax', async () => {
    const response = await fetch(`${host.url}/scim/v2/Users`, post(new Uint8Array([0x22, 0xc3, 0x28, 0x22])))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ scimType: 'invalidSyntax', status: '400' })
  })

  test('a body of the largest size is accepted', async () => {
    const { body } = await see('/scim/v2/Users', post('x'.repeat(bodyLimit)))
    expect(body).toEqual({ kind: 'text', text: 'x'.repeat(bodyLimit) })
  })

  test.skipIf(buffers)(
    'a body that announces more than the limit is 413 and the connection is closed',
    async () => {
      const connection = wire(host.port)
      const head = ['POST /scim/v2/Users HTTP/1.1', 'Host: a', `Content-Length: ${bodyLimit + 1}`]
      connection.send(`${head.join('\r\n')}\r\n\r\n{`)
      const reply = await connection.received((text) => text.includes('"status":"413"'))
      expect(reply).toMatch(/^HTTP\/1.1 413 /)
      if (bridge) expect(reply).toMatch(/\r\nconnection: close\r\n/i)
      await connection.closed
      await alive()
    },
  )

  test.skipIf(buffers)(
    'a chunked body that grows over the limit is 413 and the connection is closed',
    async () => {
      const connection = wire(host.port)
      connection.send('POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
      for (let sent = 0; sent <= bodyLimit; sent += 0x2000)
        connection.send(`2000\r\n${'x'.repeat(0x2000)}\r\n`)
      expect(await connection.received((text) => text.includes('"status":"413"'))).toMatch(/^HTTP\/1.1 413 /)
      await connection.closed
      await alive()
    },
  )

  test('a client that sends all of a body over the limit before it reads receives the 413', async () => {
    const response = await fetch(`${host.url}/scim/v2/Users`, post('x'.repeat(4_000_000)))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ status: '413' })
    await alive()
  })

  test('a connection is kept for the next request', async () => {
    const connection = wire(host.port)
    const replies = (count: number) => (text: string) => text.split('HTTP/1.1 200').length === count + 1
    connection.send('GET /scim/v2/Users/1 HTTP/1.1\r\nHost: a\r\n\r\n')
    await connection.received(replies(1))
    connection.send('POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{')
    await sleep(20)
    connection.send('}')
    await connection.received(replies(2))
    connection.send('GET /scim/v2/Users/1 HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await connection.received(replies(3))).not.toMatch(/connection: close/i)
    connection.socket.destroy()
  })

  test.skipIf(buffers)('a body that nobody reads does not keep the connection', async () => {
    const connection = wire(host.port)
    connection.send('POST /scim/v2/None HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n')
    expect(await connection.received((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1.1 204 /)
    await connection.closed
    await alive()
  })

  test('a body that ends early hurts nobody', async () => {
    const connection = wire(host.port)
    connection.send('POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"userName"')
    await sleep(50)
    connection.socket.destroy()
    await sleep(50)
    await alive()
  })

  test.skipIf(buffers)('a client that hangs up aborts the signal', async () => {
    const connection = wire(host.port)
    connection.send('GET /scim/v2/Wait HTTP/1.1\r\nHost: a\r\n\r\n')
    let request: ScimRequest | undefined
    while (!request) {
      await sleep(5)
      request = scim.requests.find(({ path }) => path === '/Wait')
    }
    expect(request.signal?.aborted).toBe(false)
    connection.socket.destroy()
    await gone(request)
    await alive()
  })

  test('a Host header can not write into the base URL', async () => {
    for (const name of ['evil"/x', 'evil/../x', 'evil?x', 'a b', 'user@evil', '<script>']) {
      const reply = await exchange(host.port, ['GET /scim/v2/Users/1 HTTP/1.1', `Host: ${name}`])
      // The server of h3 has a name of its own for what is no host.
      const harmless = /"baseUrl":"http:\/\/(?:localhost|_invalid_)\/scim\/v2"/
      if (reply.startsWith('HTTP/1.1 200')) expect(reply).toMatch(harmless)
      else expect(reply).toMatch(/^HTTP\/1.1 400 /)
    }
    await alive()
  })

  test('forwarded headers are not believed unless the host says so', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'scim.example.com' }
    expect(await see('/scim/v2/Users/1', { headers })).toMatchObject({ baseUrl: `${host.url}/scim/v2` })
    await using trusting = await listen(listener(echo({ trustProxy: true })))
    const response = await fetch(`${trusting.url}/scim/v2/Users/1`, { headers })
    expect(await response.json()).toMatchObject({
      baseUrl: 'https://scim.example.com/scim/v2',
      path: '/Users/1',
    })
  })

  test('a base URL that the host has fixed is kept', async () => {
    const baseUrl = 'https://scim.example.com/tenants/a'
    await using fixed = await listen(listener(echo({ baseUrl })))
    const response = await fetch(`${fixed.url}/scim/v2/Users/1`)
    expect(await response.json()).toMatchObject({ baseUrl, path: '/Users/1' })
  })
})
