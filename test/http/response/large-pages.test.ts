import { get as httpGet, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nodeHandler } from '../../../src/adapters/node.js'
import type { Group, ResourceStore, User } from '../../../src/index.js'
import { createScim, memoryStore, urns } from '../../../src/index.js'
import { hosts, listen } from '../../adapters/hosts.js'
import { authenticate, serve } from '../service.js'

// Sixty users of 10 MB made a page longer than a string can be. A page has every resource, whatever its size.

const headers = { authorization: 'Bearer acme-token' }
const megabyte = 1024 * 1024
const meta = { created: '2020-01-01T00:00:00Z', lastModified: '2020-01-01T00:00:00Z', version: '1' }

/** A store of a host with large rows, which share the text that makes them large; counts those that are shown. */
function largeRows(count: number, size: number, fails = -1) {
  const text = 'x'.repeat(size)
  const shown: number[] = []
  const rows = Array.from({ length: count }, (_, index) => {
    const id = `u${String(index).padStart(4, '0')}`
    const row = { schemas: [urns.user], id, userName: id, meta: { ...meta, resourceType: 'User' } }
    return Object.defineProperty(row, 'nickName', {
      enumerable: true,
      get() {
        if (index === fails) throw new Error('the row is broken')
        if (shown.at(-1) !== index) shown.push(index)
        return text
      },
    }) as unknown as User
  })
  const inner = memoryStore<User>()
  const users: ResourceStore<User> = {
    ...inner,
    get: async (id) => rows.find((row) => row.id === id),
    list: async ({ startIndex, count }) => ({
      resources: rows.slice(startIndex - 1, startIndex - 1 + count),
      totalResults: rows.length,
    }),
  }
  const errors: string[] = []
  const scim = createScim({
    authenticate,
    users,
    groups: memoryStore<Group>(),
    onError: (error) => errors.push(String(error)),
  })
  return { scim, shown, errors }
}

/** The bytes of a body, and its first and last ones; reads it without keeping it. */
async function measure(body: AsyncIterable<Uint8Array> | null) {
  let length = 0
  let start = ''
  let end = ''
  for await (const chunk of body ?? []) {
    if (start.length < 200) start += Buffer.from(chunk.subarray(0, 200)).toString()
    end = (end + Buffer.from(chunk.subarray(-50)).toString()).slice(-50)
    length += chunk.byteLength
  }
  return { length, start, end }
}

/** That a body is a page of sixty rows of one size. */
async function expectWhole(body: AsyncIterable<Uint8Array> | null, bytesOfOne: number) {
  const { length, start, end } = await measure(body)
  const opening = `{"schemas":["${urns.listResponse}"],"totalResults":60,"startIndex":1,"itemsPerPage":60,"Resources":[`
  expect(start.startsWith(opening)).toBe(true)
  expect(end.endsWith('}}]}')).toBe(true)
  expect(length).toBe(opening.length + 60 * bytesOfOne + 59 + 2)
}

function request(url: string): Promise<IncomingMessage> {
  return new Promise((resolve) => httpGet(url, { headers }, resolve))
}

describe('a page longer than a string can be', () => {
  it('is sent by node:http', async () => {
    const { scim, errors } = largeRows(60, 10 * megabyte)
    await using host = await listen(nodeHandler(scim))
    const one = await measure(await request(`${host.url}/scim/v2/Users/u0000`))
    await expectWhole(await request(`${host.url}/scim/v2/Users?count=60`), one.length)
    // That there are such rows is said, once.
    expect(errors).toEqual([expect.stringMatching(/^HostFault: A stored User has \d+ bytes/)])
  }, 120_000)

  it('is sent as a Fetch response', async () => {
    const { scim } = largeRows(60, 10 * megabyte)
    const fetched = (path: string) =>
      scim.fetch(new Request(`http://127.0.0.1:80/scim/v2${path}`, { headers }))
    const one = await measure((await fetched('/Users/u0000')).body)
    await expectWhole((await fetched('/Users?count=60')).body, one.length)
  }, 120_000)
})

describe.each(hosts)('$name', ({ listener, bridge }) => {
  it('sends every resource of a long page', async () => {
    const { scim, errors } = largeRows(60, 200_000)
    await using host = await listen(listener(scim))
    const one = await measure((await fetch(`${host.url}/scim/v2/Users/u0000`, { headers })).body)
    const reply = await fetch(`${host.url}/scim/v2/Users?count=60`, { headers })
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, null])
    await expectWhole(reply.body, one.length)
    expect(errors).toEqual([])
  })

  it('renders no faster than the client reads, and no further than it stays', async () => {
    const { scim, shown } = largeRows(400, 200_000)
    await using host = await listen(listener(scim))
    const response = await request(`${host.url}/scim/v2/Users?count=400`)
    response.pause()
    let seen = -1
    while (seen !== shown.length) {
      seen = shown.length
      await sleep(300)
    }
    expect(seen).toBeLessThan(200)
    response.on('error', () => {}).destroy()
    await sleep(200)
    const afterwards = shown.length
    await sleep(300)
    expect(shown.length).toBe(afterwards)
    expect(afterwards).toBeLessThan(200)
  })

  it('breaks off where a resource cannot be rendered, and tells the host', async () => {
    const { scim, errors } = largeRows(60, 200_000, 37)
    await using host = await listen(listener(scim))
    const reply = await fetch(`${host.url}/scim/v2/Users?count=60`, { headers })
    expect(reply.status).toBe(200)
    const text = await reply.text().catch(() => undefined)
    if (bridge) expect(text === undefined).toBe(true)
    // Other platforms may end the reply themselves, which must not look whole.
    expect(() => JSON.parse(text ?? '')).toThrow()
    expect(text?.includes('the row is broken') ?? false).toBe(false)
    expect(errors).toEqual(['Error: the row is broken'])
    expect((await fetch(`${host.url}/scim/v2/Users?count=1`, { headers })).status).toBe(200)
  })
})

describe('a page', () => {
  const base = 'https://app.example.com/scim/v2'
  const read = (scim: { fetch(request: Request): Promise<Response> }, path: string, init?: RequestInit) =>
    scim.fetch(new Request(`${base}${path}`, { headers, ...init }))

  it('of ordinary users is one text, as it has always been', async () => {
    const scim = serve()
    for (let index = 0; index < 3; index++) await scim.createUser()
    const texts = []
    for (const { id } of (await scim.get('/Users')).body.Resources)
      texts.push((await scim.get(`/Users/${id}`)).text)
    const handled = await scim.scim.handle({
      method: 'GET',
      path: '/Users',
      query: '',
      baseUrl: base,
      header: (name) => (name === 'authorization' ? 'acme-token' : undefined),
      body: async () => ({ kind: 'none' }),
    })
    expect(handled.body).toBe(
      `{"schemas":["${urns.listResponse}"],"totalResults":3,"startIndex":1,"itemsPerPage":3,"Resources":[${texts.join(',')}]}`,
    )
  })

  it('is the same in parts as whole, in every way to ask for one', async () => {
    const { scim } = largeRows(30, 100_000)
    const expected = JSON.parse(JSON.stringify(await (await read(scim, '/Users?count=3')).json()))
    for (const path of ['/Users?count=30', '/?count=30', '/Users?count=30&filter=id%20pr']) {
      const page = (await (await read(scim, path)).json()) as typeof expected
      expect([page.totalResults, page.itemsPerPage, page.Resources.length]).toEqual([30, 30, 30])
      expect(page.Resources.slice(0, 3)).toEqual(expected.Resources)
    }
    const body = JSON.stringify({ schemas: [urns.searchRequest], count: 30 })
    for (const path of ['/Users/.search', '/.search']) {
      const searched = await read(scim, path, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'application/scim+json' },
      })
      expect(((await searched.json()) as typeof expected).Resources).toHaveLength(30)
    }
    const head = await read(scim, '/Users?count=30', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    // What is not asked for makes no page large.
    const narrow = await read(scim, '/Users?count=30&attributes=userName')
    expect(((await narrow.json()) as typeof expected).Resources).toHaveLength(30)
  })

  it('of groups has all their members', async () => {
    const scim = serve()
    const { id: value } = await scim.createUser()
    const members = Array.from({ length: 8000 }, (_, index) => ({
      value: `${value}-${index}`,
      type: 'User',
      display: 'x'.repeat(100),
    }))
    const { groups } = scim
    const list: typeof groups.list = async () => ({
      resources: Array.from({ length: 3 }, (_, index) => ({
        schemas: [urns.group],
        id: `g${index}`,
        displayName: `g${index}`,
        members,
        meta: { ...meta, resourceType: 'Group' },
      })) as unknown as Group[],
      totalResults: 3,
    })
    const service = serve({ groups: { ...groups, list } })
    const { body, text } = await service.get('/Groups')
    expect(text.length).toBeGreaterThan(3 * megabyte)
    expect(body.Resources.map((group) => (group.members as unknown[]).length)).toEqual([8000, 8000, 8000])
    expect(service.errors).toEqual([])
  })
})
