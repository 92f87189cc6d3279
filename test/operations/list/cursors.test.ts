import { describe, expect, test, vi } from 'vitest'
import { createScim, memoryStore, type User, urns } from '../../../src/index.js'
import { authenticate, type Body, base, type Options, serve } from '../../http/service.js'
import { fiveMethods } from '../groups/stores.js'

// RFC 9865: a cursor holds all that is needed to go on, and is good for the query and the tenant that it was made for.

const names = Array.from({ length: 25 }, (_, index) => `user-${String(index).padStart(2, '0')}`)

async function filled(options: Options = {}) {
  const scim = serve(options)
  for (const userName of names) await scim.createUser({ userName, title: `t${userName.at(-1)}` })
  return scim
}

type Service = Awaited<ReturnType<typeof filled>>
type Page = Body & { readonly nextCursor?: string; readonly previousCursor?: string }

const page = async (scim: Service, query: Readonly<Record<string, string>>, token = 'acme-token') => {
  const { status, body } = await scim.get(`/Users?${new URLSearchParams(query)}`, { token })
  return {
    status,
    body: body as Page,
    names: status === 200 ? body.Resources.map((one) => one.userName) : [],
  }
}

/** Every page from the first on, with something done in between. */
async function walk(
  scim: Service,
  query: Readonly<Record<string, string>>,
  between: (count: number) => Promise<void> = async () => {},
): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  let cursor: string | undefined = ''
  for (let count = 0; cursor !== undefined && count < 100; count++) {
    const { status, body, names } = await page(scim, { ...query, cursor })
    expect(status).toBe(200)
    seen.push(...names)
    cursor = body.nextCursor
    await between(count)
  }
  return seen
}

describe('cursors', () => {
  test('lead through every resource once, forwards and back', async () => {
    const scim = await filled()
    const first = await page(scim, { cursor: '', count: '10' })
    expect(first.body).toMatchObject({ totalResults: 25, itemsPerPage: 10, nextCursor: expect.any(String) })
    expect(first.body).not.toHaveProperty('startIndex')
    expect(first.body).not.toHaveProperty('previousCursor')
    const second = await page(scim, { cursor: first.body.nextCursor ?? '', count: '10' })
    const third = await page(scim, { cursor: second.body.nextCursor ?? '', count: '10' })
    expect([...first.names, ...second.names, ...third.names]).toEqual(names)
    expect(third.body).not.toHaveProperty('nextCursor')
    expect(third.body.itemsPerPage).toBe(5)
    const back = await page(scim, { cursor: third.body.previousCursor ?? '', count: '10' })
    expect(back.names).toEqual(second.names)
    const start = await page(scim, { cursor: back.body.previousCursor ?? '', count: '10' })
    expect(start.names).toEqual(first.names)
    expect(start.body).not.toHaveProperty('previousCursor')
    // The same cursor leads to the same page as often as it is used.
    expect((await page(scim, { cursor: first.body.nextCursor ?? '', count: '10' })).names).toEqual(
      second.names,
    )
  })

  test.each([
    ['in the order of creation', {}],
    ['sorted', { sortBy: 'userName' }],
    ['sorted the other way round', { sortBy: 'userName', sortOrder: 'descending' }],
    ['sorted by what many have in common', { sortBy: 'title' }],
    ['sorted by what nobody has', { sortBy: 'nickName' }],
    ['filtered', { filter: 'userName sw "user-"' }],
    ['filtered and sorted', { filter: 'userName pr', sortBy: 'title', sortOrder: 'descending' }],
  ])('miss and repeat none that stays, while others come and go: %s', async (_, query) => {
    const scim = await filled()
    const all = (await scim.get('/Users?count=100')).body.Resources
    const ids = new Map(all.map(({ userName, id }) => [userName as string, id]))
    const gone = new Set<string>()
    const seen = await walk(scim, { ...query, count: '3' }, async (count) => {
      // One that was seen, one that is still to come, and two that are new on either side.
      for (const name of [names[count * 2], names[24 - count * 2]]) {
        const id = name !== undefined && !gone.has(name) && ids.get(name)
        if (!id || !name) continue
        gone.add(name)
        await scim.delete(`/Users/${id}`)
      }
      if (count < 6) {
        await scim.createUser({ userName: `aaa-${count}`, title: 't0' })
        await scim.createUser({ userName: `user-99-${count}`, title: 't9' })
      }
    })
    const stayed = names.filter((name) => !gone.has(name))
    expect(stayed.length).toBeGreaterThan(0)
    const counts = stayed.map((name) => seen.filter((one) => one === name).length)
    expect(counts).toEqual(stayed.map(() => 1))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('that were not given out for this are invalidCursor', async () => {
    const scim = await filled()
    const { body } = await page(scim, { cursor: '', count: '5' })
    const cursor = body.nextCursor ?? ''
    const other = cursor.at(-4) === 'A' ? 'B' : 'A'
    for (const [why, query, token] of [
      ['forged', { cursor: `${cursor.slice(0, -4)}${other}${cursor.slice(-3)}` }],
      ['cut short', { cursor: cursor.slice(0, -4) }],
      ['made up', { cursor: 'b3BhcXVl' }],
      ['no text of a cursor', { cursor: '{"from":"start"}' }],
      ['too long', { cursor: 'A'.repeat(5000) }],
      ['of another tenant', { cursor }, 'globex-token'],
      ['of a query without a filter', { cursor, filter: 'userName pr' }],
      ['of a query without an order', { cursor, sortBy: 'userName' }],
    ] as const) {
      const reply = await page(scim, { count: '5', ...query }, token)
      expect([why, reply.status, reply.body.scimType]).toEqual([why, 400, 'invalidCursor'])
    }
    const groups = await scim.get(`/Groups?cursor=${cursor}&count=5`)
    expect([groups.status, groups.body.scimType]).toEqual([400, 'invalidCursor'])
  })

  test('go with the count of their first page', async () => {
    const scim = await filled({ limits: { maxPageSize: 10 } })
    const { body } = await page(scim, { cursor: '', count: '5' })
    const other = await page(scim, { cursor: body.nextCursor ?? '', count: '6' })
    expect([other.status, other.body.scimType]).toEqual([400, 'invalidCount'])
    const most = await page(scim, { cursor: '', count: '1000' })
    expect(most.body.itemsPerPage).toBe(10)
    expect((await page(scim, { cursor: most.body.nextCursor ?? '', count: '1000' })).status).toBe(200)
    const none = await page(scim, { cursor: '', count: '0' })
    expect([none.status, none.body.totalResults, none.names]).toEqual([200, 25, []])
  })

  test('hold nothing that can be read', async () => {
    const scim = await filled()
    const { body } = await page(scim, { cursor: '', count: '5', sortBy: 'userName' })
    const bytes = Buffer.from(body.nextCursor ?? '', 'base64url').toString('latin1')
    expect(bytes).not.toMatch(/user-|after|acme/)
    expect(body.nextCursor).toMatch(/^[\w-]+$/)
  })

  test('expire, and discovery says when', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const scim = await filled({ cursors: { timeout: 60 } })
      const { body } = await page(scim, { cursor: '', count: '5' })
      vi.setSystemTime(Date.now() + 59_000)
      expect((await page(scim, { cursor: body.nextCursor ?? '', count: '5' })).status).toBe(200)
      vi.setSystemTime(Date.now() + 2_000)
      const late = await page(scim, { cursor: body.nextCursor ?? '', count: '5' })
      expect([late.status, late.body.scimType]).toEqual([400, 'expiredCursor'])
      const { pagination } = (await scim.get('/ServiceProviderConfig')).body
      expect(pagination).toMatchObject({ cursor: true, index: true, cursorTimeout: 60 })
    } finally {
      vi.useRealTimers()
    }
  })

  test('of one process are good in another where the two share a secret', async () => {
    const users = memoryStore<User>()
    const one = await filled({ users, cursors: { secret: 'shared by both' } })
    const two = serve({ users, cursors: { secret: 'shared by both' } })
    const stranger = serve({ users, cursors: { secret: 'another one' } })
    const alone = serve({ users })
    const { body } = await page(one, { cursor: '', count: '5' })
    const query = { cursor: body.nextCursor ?? '', count: '5' }
    expect((await page(two, query)).names).toEqual(names.slice(5, 10))
    for (const other of [stranger, alone]) {
      const reply = await page(other, query)
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidCursor'])
    }
    expect((await one.get('/ServiceProviderConfig')).body.pagination).not.toHaveProperty('cursorTimeout')
    expect((await alone.get('/ServiceProviderConfig')).body.pagination).toMatchObject({ cursorTimeout: 3600 })
  })

  test('are not promised where the store has none', async () => {
    const scim = createScim({ authenticate, users: fiveMethods(memoryStore<User>()) })
    const get = async (path: string) => {
      const headers = { authorization: 'Bearer acme-token' }
      const response = await scim.fetch(new Request(`${base}${path}`, { headers }))
      return { status: response.status, body: (await response.json()) as Body }
    }
    const { body } = await get('/ServiceProviderConfig')
    expect(body).toMatchObject({ pagination: { cursor: false, index: true }, sort: { supported: false } })
    const asked = await get('/Users?cursor=&count=5')
    expect([asked.status, asked.body.scimType]).toEqual([400, 'invalidCursor'])
    const sorted = await get('/Users?sortBy=userName')
    expect([sorted.status, sorted.body.schemas]).toEqual([501, [urns.error]])
  })
})
