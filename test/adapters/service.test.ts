import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScimOptions } from '../../src/index.js'
import { bearerTokens, createScim, memoryRateLimit, memoryStore } from '../../src/index.js'
import { allHosts, listen, type Running } from './hosts.js'
import { exchange } from './wire.js'

const service = (options: Partial<ScimOptions> = {}) =>
  createScim({
    authenticate: bearerTokens([{ token: 'token-of-acme', tenant: 'acme' }]),
    users: memoryStore(),
    limits: { maxBodyBytes: 10_000 },
    ...options,
  })
const headers = { authorization: 'Bearer token-of-acme', 'content-type': 'application/scim+json' }
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']

describe.concurrent.each(allHosts)('$name', ({ listener }) => {
  let host: Running
  beforeAll(async () => {
    host = await listen(listener(service()))
  })
  afterAll(() => host[Symbol.asyncDispose]())
  const create = (userName: string, type = 'application/scim+json') =>
    fetch(`${host.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: JSON.stringify({ schemas, userName, displayName: 'Zoë' }),
    })

  test.each(['application/scim+json', 'application/json'])('a user lives and dies as %s', async (type) => {
    const created = await create(`ada-${type}`, type)
    expect(created.status).toBe(201)
    const user = (await created.json()) as { id: string; meta: { location: string } }
    const { location } = user.meta
    expect(location).toBe(`${host.url}/scim/v2/Users/${user.id}`)
    expect(created.headers.get('location')).toBe(location)

    const read = await fetch(location, { headers })
    expect(await read.json()).toEqual(user)
    const etag = read.headers.get('etag') ?? ''
    const again = await fetch(`${location}?excludedAttributes=groups`, {
      headers: { ...headers, 'if-none-match': etag },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const head = await fetch(location, { method: 'HEAD', headers })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])

    const patched = await fetch(location, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': type },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value: false }],
      }),
    })
    expect(await patched.json()).toMatchObject({ active: false, displayName: 'Zoë', meta: { location } })

    const removed = await fetch(location, { method: 'DELETE', headers })
    expect([removed.status, await removed.text()]).toEqual([204, ''])
    expect((await fetch(location, { headers })).status).toBe(404)
  })

  test('a list is found with a trailing slash, and its locations can be followed', async () => {
    await create('grace')
    const filter = encodeURIComponent('userName eq "grace"')
    const list = await fetch(`${host.url}/scim/v2/Users/?filter=${filter}`, { headers })
    const { Resources } = (await list.json()) as { Resources: { meta: { location: string } }[] }
    expect(Resources).toHaveLength(1)
    expect((await fetch(Resources[0]!.meta.location, { headers })).status).toBe(200)
  })

  test('a request too many is refused with its id, whatever its body', async () => {
    await using limited = await listen(
      listener(service({ rateLimit: memoryRateLimit({ limit: 1, window: 3600 }) })),
    )
    const url = `${limited.url}/scim/v2/Users`
    const named = { ...headers, 'x-request-id': 'req-1' }
    const first = await fetch(url, { headers: named })
    expect([first.status, first.headers.get('x-request-id')]).toEqual([200, 'req-1'])
    for (const body of ['{"userName"', 'x'.repeat(2_000_000)]) {
      const refused = await fetch(url, { method: 'POST', headers: named, body })
      expect([refused.status, refused.headers.get('x-request-id')]).toEqual([429, 'req-1'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
      expect(refused.headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=3\d{3}$/)
      expect(await refused.json()).toMatchObject({ status: '429' })
    }
    expect((await fetch(url)).status).toBe(401)
  })

  test('a wrong token is 401 for any body', async () => {
    for (const body of ['{"userName"', 'x'.repeat(2_000_000)]) {
      const response = await fetch(`${host.url}/scim/v2/Users`, {
        method: 'POST',
        headers: { ...headers, authorization: 'Bearer wrong' },
        body,
      })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(await response.json()).toMatchObject({ status: '401' })
    }
  })

  test('broken and oversized bodies are SCIM errors and leave nothing', async () => {
    for (const [body, status] of [
      ['{"userName"', 400],
      [`{"userName":"${'x'.repeat(10_000)}"}`, 413],
    ] as const) {
      const response = await fetch(`${host.url}/scim/v2/Users`, { method: 'POST', headers, body })
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toMatch(/^application\/scim\+json/)
      expect(await response.json()).toMatchObject({ status: String(status) })
    }
  })

  test('a Host header can not write into a location', async () => {
    const reply = await exchange(host.port, [
      'GET /scim/v2/ServiceProviderConfig HTTP/1.1',
      'Host: evil"/x',
      `Authorization: ${headers.authorization}`,
    ])
    expect(reply).not.toContain('evil')
  })
})
