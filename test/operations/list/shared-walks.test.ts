import { describe, expect, test, vi } from 'vitest'
import type { StoredPosition, WalkStore } from '../../../src/index.js'
import { bearerTokens, memoryStore } from '../../../src/index.js'
import { type Body, serve } from '../../http/service.js'

// Two processes over one store of users, and one of walks.

const names = Array.from({ length: 25 }, (_, index) => `user-${String(index).padStart(2, '0')}`)

/** A store as one over Redis is, which says what it is asked and told. */
function sharedWalks() {
  const kept = new Map<string, Map<string, StoredPosition>>()
  const calls: string[] = []
  const walks: WalkStore = {
    async find(key) {
      calls.push('find')
      return [...(kept.get(key)?.values() ?? [])].map(({ text }) => text)
    },
    async add(position) {
      calls.push('add')
      const { key, id, replaces } = position
      kept.set(key, (kept.get(key) ?? new Map()).set(id, position))
      if (replaces) kept.get(replaces.key)?.delete(replaces.id)
    },
  }
  const all = () => [...kept.values()].flatMap((positions) => [...positions.values()])
  return { walks, calls, all, kept }
}

async function twoProcesses(walks: WalkStore, secrets: readonly [string, string] = ['shared', 'shared']) {
  const users = memoryStore()
  const errors: unknown[] = []
  const authenticate = bearerTokens([
    { token: 'acme-token', tenant: 'acme', actor: 'okta' },
    { token: 'entra-token', tenant: 'acme', actor: 'entra' },
  ])
  const [one, other] = secrets.map((secret) =>
    serve({ users, walks, authenticate, cursors: { secret }, onError: (error) => errors.push(error) }),
  ) as [ReturnType<typeof serve>, ReturnType<typeof serve>]
  const ids = new Map<string, string>()
  for (const userName of names) ids.set(userName, (await one.createUser({ userName })).id)
  const page = async (scim: typeof one, query: string, token = 'acme-token') => {
    const { status, body } = await scim.get(`/Users?sortBy=userName&${query}`, { token })
    expect(status).toBe(200)
    const shown = (body.Resources ?? []).map(({ userName }: Body) => userName as string)
    return { names: shown, total: body.totalResults as number }
  }
  const remove = async (...gone: readonly string[]) => {
    for (const name of gone) expect((await one.delete(`/Users/${ids.get(name)}`)).status).toBe(204)
  }
  return { one, other, page, remove, errors }
}

describe('processes that share their walks', () => {
  test('go on where another one has ended, with its total', async () => {
    const { walks } = sharedWalks()
    const { one, other, page, remove } = await twoProcesses(walks)
    await page(one, 'startIndex=1&count=10')
    await remove('user-00', 'user-05')
    expect(await page(other, 'startIndex=11&count=10')).toEqual({ names: names.slice(10, 20), total: 25 })
    await remove('user-11')
    expect(await page(one, 'startIndex=21&count=10')).toEqual({ names: names.slice(20), total: 25 })
  })

  test('ask and tell the store nothing of a list of one page, and ask nothing about a first page', async () => {
    const { walks, calls } = sharedWalks()
    const { one, page } = await twoProcesses(walks)
    await page(one, 'count=25')
    await page(one, 'filter=userName%20eq%20"user-01"')
    await page(one, 'startIndex=1&count=0')
    expect(calls).toEqual([])
    await page(one, 'count=20')
    expect(calls).toEqual(['add'])
    await page(one, 'startIndex=21&count=20')
    expect(calls).toEqual(['add', 'find'])
  })

  test('keep four positions of a walk, for five minutes, that name nobody', async () => {
    const { walks, all } = sharedWalks()
    const { one, other, page } = await twoProcesses(walks)
    for (let startIndex = 1; startIndex <= 25; startIndex += 2)
      await page(startIndex % 4 === 1 ? one : other, `startIndex=${startIndex}&count=2`)
    expect(all()).toHaveLength(4)
    for (const { key, id, text, seconds } of all()) {
      expect([key, id]).toEqual([expect.stringMatching(/^[\w-]{32}$/), expect.stringMatching(/^[\w-]{22}$/)])
      expect(text).toMatch(/^[\w-]{100,800}$/)
      expect(seconds).toBe(300)
    }
  })

  test('show a page that is asked for twice at once to both, and go on from it', async () => {
    const { walks } = sharedWalks()
    const { one, other, page, remove } = await twoProcesses(walks)
    const first = await Promise.all([one, other].map((scim) => page(scim, 'count=10')))
    expect(first[0]).toEqual(first[1])
    await remove('user-00')
    const second = await Promise.all([one, other].map((scim) => page(scim, 'startIndex=11&count=10')))
    expect(second.map((shown) => shown.names)).toEqual([names.slice(10, 20), names.slice(10, 20)])
    // And once more, after more have gone.
    await remove('user-01', 'user-02')
    expect((await page(other, 'startIndex=11&count=10')).names).toEqual(names.slice(10, 20))
    expect((await page(one, 'startIndex=21&count=10')).names).toEqual(names.slice(20))
  })

  test('show the earlier one of two pages that it may be', async () => {
    const { walks } = sharedWalks()
    const { one, other, page, remove } = await twoProcesses(walks)
    await page(one, 'count=5')
    await remove(...names.slice(0, 12))
    await page(other, 'count=5')
    await remove(...names.slice(12, 14))
    for (const scim of [one, other])
      expect((await page(scim, 'startIndex=6&count=5')).names).toEqual(names.slice(14, 19))
  })

  test.each([
    ['of another caller', 'startIndex=11&count=10', 'entra-token'],
    ['of another filter', 'startIndex=11&count=10&filter=userName%20pr', undefined],
    ['the other way round', 'startIndex=11&count=10&sortOrder=descending', undefined],
  ])('do not go on from a page %s', async (_, query, token) => {
    const { walks } = sharedWalks()
    const { one, other, page, remove } = await twoProcesses(walks)
    await page(one, 'count=10')
    await remove('user-00')
    const shown = await page(other, query, token)
    expect([shown.total, shown.names.includes('user-10')]).toEqual([24, query.includes('desc')])
  })

  test('read nothing that was kept with another secret, moved, or changed', async () => {
    const { walks, kept } = sharedWalks()
    const { one, other, page, remove } = await twoProcesses(walks, ['one', 'other'])
    await page(one, 'count=10')
    await remove('user-00')
    expect((await page(other, 'startIndex=11&count=10')).names[0]).toBe('user-11')

    const moved = sharedWalks()
    const both = await twoProcesses(moved.walks)
    await both.page(both.one, 'count=10')
    await both.page(both.one, 'count=20')
    const [first, second] = [...moved.kept.keys()]
    const positions = [...moved.kept.values()]
    moved.kept.set(first ?? '', positions[1] ?? new Map()).set(second ?? '', positions[0] ?? new Map())
    await both.remove('user-00')
    expect((await both.page(both.other, 'startIndex=11&count=10')).names[0]).toBe('user-11')
    expect(kept.size).toBeGreaterThan(0)
  })
})

describe('a store of walks that fails', () => {
  const failures: readonly (readonly [string, () => unknown])[] = [
    ['throws', () => Promise.reject(new Error('away'))],
    [
      'throws at once',
      () => {
        throw new Error('away')
      },
    ],
    ['answers with nothing', () => undefined],
    ['answers with what is no list of texts', () => [1]],
  ]
  test.each(failures)('leaves each process to what it knows: %s', async (_, fail) => {
    const { walks } = sharedWalks()
    const broken = { ...walks }
    const { one, other, page, remove, errors } = await twoProcesses(broken)
    await page(one, 'count=10')
    Object.assign(broken, { find: fail, add: fail })
    expect((await page(other, 'startIndex=11&count=10')).names).toEqual(names.slice(10, 20))
    await remove('user-00')
    expect((await page(other, 'startIndex=11&count=10')).names[0]).toBe('user-11')
    // Its own it knows.
    expect((await page(one, 'startIndex=11&count=10')).names[0]).toBe('user-10')
    expect((await page(one, 'startIndex=21&count=10')).names.at(-1)).toBe('user-24')
    // Told once by each.
    expect(errors).toHaveLength(2)
  })

  test('is waited for half a second, and then left alone', async () => {
    const { walks } = sharedWalks()
    const slow = { ...walks, find: vi.fn(() => new Promise<never>(() => {})) }
    const { one, page, errors } = await twoProcesses(slow)
    const begun = performance.now()
    for (let turn = 0; turn < 5; turn++)
      expect((await page(one, 'startIndex=11&count=10')).names).toEqual(names.slice(10, 20))
    expect(performance.now() - begun).toBeLessThan(1500)
    expect(slow.find).toHaveBeenCalledTimes(1)
    expect(errors.map(String)).toEqual([expect.stringContaining('walks.find took more than 500 ms')])
  })

  test('is not trusted to know all that it was told meanwhile', async () => {
    const { walks } = sharedWalks()
    const broken = { ...walks }
    const { one, other, page, remove } = await twoProcesses(broken)
    await page(one, 'startIndex=11&count=5')
    const { add } = broken
    Object.assign(broken, { add: () => Promise.reject(new Error('away')) })
    await page(other, 'startIndex=1&count=5')
    Object.assign(broken, { add })
    await remove('user-00')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await page(other, 'startIndex=6&count=5')).names[0]).toBe('user-05')
  })
})

describe('the option walks', () => {
  const { walks } = sharedWalks()
  test.each([
    [{ walks }, 'createScim: walks needs cursors.secret, the same in every process'],
    [{ walks, cursors: { timeout: 60 } }, 'createScim: walks needs cursors.secret'],
    [{ walks: { find: walks.find }, cursors: { secret: 'x' } }, 'createScim: walks must be a store of walks'],
    [{ walks: walks.find, cursors: { secret: 'x' } }, 'createScim: walks must be an object'],
  ])('%#', (options, message) => {
    expect(() => serve(options as never)).toThrow(message)
  })
})
