import { describe, expect, test, vi } from 'vitest'
import type { ListQuery, ResourceStore, User } from '../../../src/index.js'
import { bearerTokens, memoryStore, ScimError } from '../../../src/index.js'
import { MemoryWalks } from '../../../src/operations/memory-walks.js'
import { type Body, type Options, serve } from '../../http/service.js'
import { fiveMethods } from '../groups/stores.js'

// RFC 7644 section 3.4.2.4: clients go through a list by startIndex. Whoever asks for the page behind the one that it was
// just given is served from there, whoever else by the number.

const names = Array.from({ length: 25 }, (_, index) => `user-${String(index).padStart(2, '0')}`)

/** A store that says what it was asked for in lists. */
function listening(store: ResourceStore<User> = memoryStore<User>()) {
  const asked: Pick<ListQuery, 'startIndex' | 'cursor' | 'count' | 'knownTotal'>[] = []
  const users: ResourceStore<User> = {
    ...store,
    list: (query, context) => {
      const { startIndex, cursor, count, knownTotal } = query
      asked.push({ startIndex, cursor, count, knownTotal })
      return store.list(query, context)
    },
  }
  return { users, asked }
}

async function filled(options: Options = {}, store?: ResourceStore<User>) {
  const { users, asked } = listening(store)
  const scim = serve({ ...options, users })
  const ids = new Map<string, string>()
  for (const userName of names) {
    const { id } = await scim.createUser({ userName, title: `t${userName.at(-1)}` })
    ids.set(userName, id)
  }
  const page = async (query: Readonly<Record<string, string | number>>, token = 'acme-token') => {
    asked.length = 0
    const search = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
    const { status, body } = await scim.get(`/Users?${new URLSearchParams(search)}`, { token })
    expect(status).toBe(200)
    const shown = (body.Resources ?? []).map((one: Body) => one.userName as string)
    return { body, names: shown, total: body.totalResults, asked: [...asked] }
  }
  const remove = async (...gone: readonly string[]) => {
    for (const name of gone) await scim.delete(`/Users/${ids.get(name)}`)
  }
  return { scim, page, remove, ids }
}

const byKey = { startIndex: 1, cursor: { from: 'after', place: expect.any(String) } }

describe('a page by number', () => {
  test('continues by key from the page before it, and keeps its total', async () => {
    const { page, remove } = await filled()
    const first = await page({ startIndex: 1, count: 10 })
    expect(first.asked).toMatchObject([{ startIndex: 1, cursor: undefined, knownTotal: undefined }])
    expect([first.total, first.names]).toEqual([25, names.slice(0, 10)])
    await remove('user-00', 'user-05')
    const second = await page({ startIndex: 11, count: 10 })
    expect(second.asked).toMatchObject([{ ...byKey, knownTotal: 25, count: 10 }])
    expect(second.asked).toHaveLength(1)
    expect(second.body).toMatchObject({ totalResults: 25, startIndex: 11, itemsPerPage: 10 })
    expect(second.names).toEqual(names.slice(10, 20))
    const third = await page({ startIndex: 21, count: 10 })
    expect(third.names).toEqual(names.slice(20))
    expect(third.total).toBe(25)
    expect(third.body).not.toHaveProperty('nextCursor')
    // The first page looks anew.
    expect((await page({ count: 10 })).total).toBe(23)
  })

  test('has the total of what was given, where it is the last', async () => {
    const { page, remove } = await filled()
    await page({ startIndex: 1, count: 10 })
    await page({ startIndex: 11, count: 10 })
    await remove('user-21', 'user-22')
    expect(await page({ startIndex: 21, count: 10 })).toMatchObject({
      total: 23,
      names: ['user-20', 'user-23', 'user-24'],
    })
    // A client that asks on is told so too.
    expect(await page({ startIndex: 24, count: 10 })).toMatchObject({ total: 23, names: [] })
  })

  test('has the total of what was given, where all that was left has gone', async () => {
    const { page, remove } = await filled()
    await page({ startIndex: 1, count: 20 })
    await remove(...names.slice(20))
    const last = await page({ startIndex: 21, count: 20 })
    expect([last.total, last.names, last.body.startIndex]).toEqual([20, [], 21])
  })

  test('promises more as long as there is more, however many have come', async () => {
    const { scim, page } = await filled()
    let next = 1
    let total = 1
    const seen: string[] = []
    for (let turn = 0; next <= total && turn < 20; turn++) {
      const shown = await page({ startIndex: next, count: 5, sortBy: 'userName' })
      seen.push(...shown.names)
      next += shown.names.length
      total = shown.total
      // Those who come stand before those who are still to be shown.
      if (turn < 4)
        for (let number = 0; number < 4; number++)
          await scim.createUser({ userName: `user-1${9 - number}-${turn}` })
    }
    expect(names.filter((name) => !seen.includes(name))).toEqual([])
    expect(new Set(seen).size).toBe(seen.length)
    expect(next).toBe(total + 1)
  })

  test('of any length, and of other attributes, is part of the same walk', async () => {
    const { page, remove } = await filled()
    await page({ startIndex: 1, count: 3 })
    await remove('user-00')
    const second = await page({ startIndex: 4, count: 8, attributes: 'userName' })
    expect(second.asked).toMatchObject([byKey])
    expect(second.names).toEqual(names.slice(3, 11))
    expect(second.body.Resources[0]).not.toHaveProperty('title')
    const third = await page({ startIndex: 12, count: 2 })
    expect(third.asked).toMatchObject([byKey])
    expect(third.body.Resources).toMatchObject([{ title: 't1' }, { title: 't2' }])
  })

  test('may be asked for again, up to the fourth before', async () => {
    const { page, remove } = await filled()
    for (const startIndex of [1, 4, 7, 10, 13]) await page({ startIndex, count: 3 })
    await remove('user-00')
    for (const startIndex of [7, 10, 13, 16]) {
      const again = await page({ startIndex, count: 3 })
      // Who asks again may be another walk: where the number leads is looked at once too.
      expect(again.asked).toMatchObject(startIndex === 7 ? [byKey, { startIndex: 7 }] : [byKey])
      expect(again.names).toEqual(names.slice(startIndex - 1, startIndex + 2))
    }
    // Where the first page ended is forgotten.
    const byNumber = await page({ startIndex: 4, count: 3 })
    expect(byNumber.asked).toMatchObject([{ startIndex: 4, cursor: undefined, knownTotal: undefined }])
    expect(byNumber).toMatchObject({ total: 24, names: names.slice(4, 7) })
  })

  const query = { filter: 'userName sw "user"', sortBy: 'title', sortOrder: 'descending', count: 10 }

  test.each([
    ['without the filter', { ...query, filter: 'userName pr' }, undefined],
    ['by another attribute', { ...query, sortBy: 'userName' }, undefined],
    ['the other way round', { ...query, sortOrder: 'ascending' }, undefined],
    ['elsewhere', { ...query, startIndex: 12 }, undefined],
    ['of another caller', query, 'entra-token'],
    ['of another tenant', query, 'globex-token'],
  ])('is read by its number where the page before was another: %s', async (_, other, token) => {
    const authenticate = bearerTokens([
      { token: 'acme-token', tenant: 'acme', actor: 'okta' },
      { token: 'entra-token', tenant: 'acme', actor: 'entra' },
      { token: 'globex-token', tenant: 'globex', actor: 'okta' },
    ])
    const { page } = await filled({ authenticate })
    await page({ startIndex: 1, ...query })
    const next = await page({ startIndex: 11, ...other }, token)
    expect(next.asked).toMatchObject([{ cursor: undefined, knownTotal: undefined }])
    // And the walk goes on.
    expect((await page({ startIndex: 11, ...query })).asked[0]).toMatchObject(byKey)
  })

  test('is not behind a page of another resource type', async () => {
    const { scim, page } = await filled()
    for (let number = 0; number < 5; number++) await scim.post('/Groups', { displayName: `Group ${number}` })
    await scim.get('/Groups?startIndex=1&count=2')
    expect((await page({ startIndex: 3, count: 2 })).asked).toMatchObject([{ startIndex: 3 }])
  })

  test.each([
    ['with five methods and no more', (store: ResourceStore<User>) => fiveMethods(store)],
    [
      'that gives no place with a page by number',
      (store: ResourceStore<User>) => ({
        ...store,
        list: async (...asked: Parameters<typeof store.list>) => {
          const { next, ...page } = await store.list(...asked)
          return asked[0].cursor && next !== undefined ? { ...page, next } : page
        },
      }),
    ],
  ])('is read by its number of a store %s', async (_, change) => {
    const { page } = await filled({}, change(memoryStore<User>()))
    await page({ startIndex: 1, count: 10 })
    const second = await page({ startIndex: 11, count: 10 })
    expect(second.asked).toMatchObject([{ startIndex: 11, knownTotal: undefined }])
    expect(second.asked[0]?.cursor).toBeUndefined()
    expect(second.names).toEqual(names.slice(10, 20))
  })

  test('is read by its number where the store does not know the place any longer', async () => {
    const store = memoryStore<User>()
    const forgetful: ResourceStore<User> = {
      ...store,
      async list(query, context) {
        if (query.cursor) throw ScimError.expiredCursor('Begin again')
        return store.list(query, context)
      },
    }
    const { page } = await filled({}, forgetful)
    await page({ startIndex: 1, count: 10 })
    expect(await page({ startIndex: 11, count: 10 })).toMatchObject({ total: 25, names: names.slice(10, 20) })
  })

  test('is whole where the store gives a few at a time', async () => {
    const store = memoryStore<User>()
    const few: ResourceStore<User> = {
      ...store,
      list: (query, context) => store.list({ ...query, count: Math.min(query.count, 4) }, context),
    }
    const { page, remove } = await filled({}, few)
    expect((await page({ startIndex: 1, count: 10 })).names).toEqual(names.slice(0, 10))
    await remove('user-00')
    const second = await page({ startIndex: 11, count: 10 })
    expect(second.asked[0]).toMatchObject(byKey)
    expect(second).toMatchObject({ total: 25, names: names.slice(10, 20) })
  })

  test('continues for five minutes, with a total of the last hour', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { page, remove } = await filled()
      await page({ startIndex: 1, count: 1 })
      await remove('user-00')
      for (let number = 2; number <= 13; number++) {
        vi.setSystemTime(Date.now() + 299_000)
        const next = await page({ startIndex: number, count: 1 })
        expect(next.asked).toMatchObject([{ ...byKey, knownTotal: 25 }])
        expect(next).toMatchObject({ total: 25, names: [names[number - 1]] })
      }
      vi.setSystemTime(Date.now() + 299_000)
      const counted = await page({ startIndex: 14, count: 1 })
      expect(counted.asked).toMatchObject([{ ...byKey, knownTotal: undefined }])
      expect(counted).toMatchObject({ total: 24, names: ['user-13'] })
      vi.setSystemTime(Date.now() + 301_000)
      const late = await page({ startIndex: 15, count: 1 })
      expect(late.asked).toMatchObject([{ startIndex: 15, cursor: undefined }])
    } finally {
      vi.useRealTimers()
    }
  })

  test('of two clients at once is the one that leaves out nothing', async () => {
    const { scim, page, remove } = await filled()
    const sorted = { sortBy: 'userName', count: 10 }
    await page({ ...sorted, startIndex: 1 })
    // The second client begins when the list is another: with three less, or with three more.
    await remove('user-00', 'user-01', 'user-02')
    const other = await page({ ...sorted, startIndex: 1 })
    expect(other.names.at(-1)).toBe('user-12')
    expect((await page({ ...sorted, startIndex: 11 })).names[0]).toBe('user-10')
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await scim.createUser({ userName: name })
    expect((await page({ ...sorted, startIndex: 1 })).names.at(-1)).toBe('user-06')
    expect((await page({ ...sorted, startIndex: 11 })).names[0]).toBe('user-07')
  })

  test('does not trust where an earlier walk has ended when a later one comes by', async () => {
    const { scim, page } = await filled()
    const sorted = { sortBy: 'userName', count: 5 }
    for (const startIndex of [1, 6, 11]) await page({ ...sorted, startIndex })
    // Three come to the front. Another process answers the later walk, but for its third page and its fourth.
    for (const name of ['a', 'b', 'c']) await scim.createUser({ userName: name })
    const third = await page({ ...sorted, startIndex: 2 })
    expect(third.names).toEqual(['b', 'c', 'user-00', 'user-01', 'user-02'])
    expect((await page({ ...sorted, startIndex: 11 })).names[0]).toBe('user-07')
  })

  test('does not trust where it has been continued before', async () => {
    const { scim, page } = await filled()
    const sorted = { sortBy: 'userName', count: 5 }
    for (const startIndex of [1, 6, 11, 16]) await page({ ...sorted, startIndex })
    // Three come to the front. Another process answers a later walk, but for its third page.
    for (const name of ['a', 'b', 'c']) await scim.createUser({ userName: name })
    expect((await page({ ...sorted, startIndex: 11 })).names[0]).toBe('user-07')
  })
})

describe('walks of one caller at once', () => {
  test('miss none where their pages are far apart', async () => {
    const { page, remove } = await filled()
    const sorted = { sortBy: 'userName', count: 4 }
    await page({ ...sorted, startIndex: 1 })
    // Another walk, which begins when more have gone than a page holds.
    await remove(...names.slice(0, 9))
    expect((await page({ ...sorted, startIndex: 1 })).names.at(-1)).toBe('user-12')
    await remove(...names.slice(9, 12))
    const next = await page({ ...sorted, startIndex: 5 })
    expect(next.names[0]).toBe('user-12')
    // Nor the other one, which goes on from there.
    expect((await page({ ...sorted, startIndex: 5 })).names[0]).toBe('user-12')
  })

  test('miss none where one is many pages ahead of the other', async () => {
    const { page, remove } = await filled()
    const first = { startIndex: 1, count: 2 }
    await page(first)
    await page(first)
    for (let startIndex = 3; startIndex <= 25; startIndex += 2) await page({ startIndex, count: 2 })
    await remove('user-00', 'user-01')
    expect((await page({ startIndex: 3, count: 2 })).names).toEqual(['user-02', 'user-03'])
  })

  test('leave nothing behind but the last four positions of each', async () => {
    const walks = new MemoryWalks()
    const key = {
      tenant: 'a',
      actor: 'b',
      resourceType: 'User',
      filter: undefined,
      sortBy: undefined,
    } as const
    const list = { ...key, sortOrder: undefined }
    const counted = { total: 1000, countedAt: 0 }
    for (let turn = 0; turn < 3; turn++) {
      for (let startIndex = 1; startIndex <= 200; startIndex += 10) {
        const behind = startIndex === 1 ? undefined : walks.find(list, startIndex)
        expect(behind?.isInDoubt ?? false).toBe(false)
        walks.add(list, { startIndex: startIndex + 10, place: `${startIndex}`, counted, behind })
      }
      const kept = Array.from({ length: 20 }, (_, index) => walks.find(list, index * 10 + 11) !== undefined)
      expect(kept.lastIndexOf(false)).toBe(15)
    }
  })
})

describe('the total by cursor', () => {
  test('is counted for the first page, and travels in the cursor', async () => {
    const { page, remove } = await filled()
    const first = await page({ cursor: '', count: 10 })
    expect(first.asked).toMatchObject([{ knownTotal: undefined }])
    await remove('user-00')
    const cursor = String(first.body.nextCursor)
    const second = await page({ cursor, count: 10 })
    expect(second.asked).toMatchObject([{ knownTotal: 25 }])
    expect(second.total).toBe(25)
    const third = await page({ cursor: String(second.body.nextCursor), count: 10 })
    const back = await page({ cursor: String(third.body.previousCursor), count: 10 })
    expect([third.total, back.total]).toEqual([25, 25])
    expect((await page({ cursor: '', count: 10 })).total).toBe(24)
  })

  test('is counted anew for another caller, and after an hour', async () => {
    const authenticate = bearerTokens([
      { token: 'acme-token', tenant: 'acme', actor: 'okta' },
      { token: 'entra-token', tenant: 'acme', actor: 'entra' },
    ])
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { page, remove } = await filled({ authenticate, cursors: { secret: 'a secret' } })
      const first = await page({ cursor: '', count: 10 })
      await remove('user-00')
      const cursor = String(first.body.nextCursor)
      expect(await page({ cursor, count: 10 }, 'entra-token')).toMatchObject({ total: 24 })
      vi.setSystemTime(Date.now() + 3_599_000)
      expect((await page({ cursor, count: 10 })).total).toBe(25)
      vi.setSystemTime(Date.now() + 2_000)
      expect((await page({ cursor, count: 10 })).total).toBe(24)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what a process remembers of walks', () => {
  const counted = { total: 1000, countedAt: 0 }
  const keyOf = (actor: string) => ({
    tenant: 'acme',
    actor,
    resourceType: 'User',
    filter: undefined,
    sortBy: undefined,
    sortOrder: undefined,
  })

  test('is bounded: who has not asked for the longest time is forgotten first', () => {
    const walks = new MemoryWalks(() => 0, 50_000)
    const find = (actor: string) => walks.find(keyOf(actor), 11) !== undefined
    for (let number = 0; number < 10_000; number++) {
      walks.add(keyOf(`caller ${number}`), {
        startIndex: 11,
        place: 'x'.repeat(100),
        counted,
        behind: undefined,
      })
      walks.add(keyOf('regular'), { startIndex: 11, place: 'x', counted, behind: undefined })
    }
    const kept = Array.from({ length: 10_000 }, (_, number) => find(`caller ${number}`))
    expect(kept.filter(Boolean).length).toBeGreaterThan(50)
    expect(kept.filter(Boolean).length).toBeLessThan(100)
    expect(kept.lastIndexOf(false)).toBeLessThan(kept.indexOf(true))
    expect(find('regular')).toBe(true)
  })

  test('does not include what is larger than all of it', () => {
    const walks = new MemoryWalks(() => 0, 50_000)
    walks.add(keyOf('a'), { startIndex: 11, place: 'x'.repeat(60_000), counted, behind: undefined })
    expect(walks.find(keyOf('a'), 11)).toBeUndefined()
    walks.add(keyOf('b'), { startIndex: 11, place: 'x', counted, behind: undefined })
    expect(walks.find(keyOf('b'), 11)).toMatchObject({ places: ['x'] })
  })

  test('is over after five minutes of its clock, also where that was set back', () => {
    let now = 1_000_000
    const walks = new MemoryWalks(() => now)
    walks.add(keyOf('a'), { startIndex: 11, place: 'x', counted, behind: undefined })
    now += 300_000
    expect(walks.find(keyOf('a'), 11)).toBeDefined()
    now += 1
    expect(walks.find(keyOf('a'), 11)).toBeUndefined()
    walks.add(keyOf('a'), { startIndex: 11, place: 'x', counted, behind: undefined })
    now -= 300_001
    expect(walks.find(keyOf('a'), 11)).toBeUndefined()
  })

  test('keeps callers apart whatever they are called', () => {
    const walks = new MemoryWalks()
    walks.add(
      { ...keyOf('a'), tenant: undefined },
      { startIndex: 11, place: 'x', counted, behind: undefined },
    )
    for (const tenant of ['null', 'undefined', ''])
      expect(walks.find({ ...keyOf('a'), tenant }, 11)).toBeUndefined()
    walks.add({ ...keyOf('a","b'), tenant: 't' }, { startIndex: 11, place: 'x', counted, behind: undefined })
    expect(walks.find({ ...keyOf('b'), tenant: 't","a' }, 11)).toBeUndefined()
  })
})
