import { describe, expect, it } from 'vitest'
import type { ResourceStore, User } from '../../../src/index.js'
import { memoryStore } from '../../../src/index.js'
import { serve } from '../../http/service.js'

// Okta steps by `count` and takes a user who is missing from the list as deleted: no page may be cut short.

/** A store that gives at most some resources at a time, and how often it was asked. */
function stingy(most: number, inner: ResourceStore<User> = memoryStore<User>()) {
  const asked: { readonly startIndex: number; readonly count: number }[] = []
  const users: ResourceStore<User> = {
    ...inner,
    list: (query, context) => {
      const { startIndex, count } = query
      asked.push({ startIndex, count })
      return inner.list({ ...query, count: Math.min(count, most) }, context)
    },
  }
  return { users, asked }
}

async function usersOf(count: number, most: number) {
  const { users, asked } = stingy(most)
  const scim = serve({ users })
  for (let index = 1; index <= count; index++) {
    await scim.createUser({ userName: `user${String(index).padStart(3, '0')}` })
  }
  asked.length = 0
  return { ...scim, asked }
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `user${String(from + index).padStart(3, '0')}`)

describe('a store that gives less than a page at a time', () => {
  it.each(['', '&sortBy=userName', '&filter=userName%20sw%20"user"', '&attributes=userName'])(
    'is asked for the rest%s',
    async (more) => {
      const { get, asked } = await usersOf(25, 4)
      for (const [startIndex, count, first, last] of [
        [1, 10, 1, 10],
        [11, 10, 11, 20],
        [21, 10, 21, 25],
        [3, 100, 3, 25],
      ] as const) {
        asked.length = 0
        const { body } = await get(`/Users?startIndex=${startIndex}&count=${count}${more}`)
        expect(body.Resources.map(({ userName }) => userName)).toEqual(names(first, last))
        expect(body).toMatchObject({ totalResults: 25, startIndex, itemsPerPage: last - first + 1 })
        expect(asked).toHaveLength(Math.ceil((last - first + 1) / 4))
      }
    },
  )

  it.each(['', '&sortBy=userName&sortOrder=ascending'])(
    'is asked for the rest, by cursor%s',
    async (more) => {
      const { get, asked } = await usersOf(25, 4)
      const seen: unknown[] = []
      let cursor = ''
      let previous: string | undefined
      for (let page = 0; page < 3; page++) {
        asked.length = 0
        const { body } = await get(`/Users?cursor=${cursor}&count=10${more}`)
        seen.push(...body.Resources.map(({ userName }) => userName))
        expect(body.itemsPerPage).toBe(page === 2 ? 5 : 10)
        expect(asked).toHaveLength(page === 2 ? 2 : 3)
        cursor = String(body.nextCursor)
        previous = body.previousCursor as string | undefined
      }
      expect(cursor).toBe('undefined')
      expect(seen).toEqual(names(1, 25))
      const back = await get(`/Users?cursor=${previous}&count=10${more}`)
      expect(back.body.Resources.map(({ userName }) => userName)).toEqual(names(11, 20))
    },
  )

  it.each(['', '&sortBy=displayName'])('is asked for the rest in a list across types%s', async (more) => {
    const { get, createGroup } = await usersOf(9, 2)
    for (let index = 0; index < 3; index++) await createGroup()
    const { body } = await get(`/?count=10&startIndex=2${more}`)
    expect([body.itemsPerPage, body.totalResults]).toEqual([10, 12])
    expect(new Set(body.Resources.map(({ id }) => id)).size).toBe(10)
  })
})

describe('a store is asked once', () => {
  it('where the page is whole, or nothing is left', async () => {
    const { get, asked } = await usersOf(12, 1000)
    for (const query of [
      '?count=5',
      '?count=12',
      '?count=100',
      '?startIndex=8&count=10',
      '?startIndex=99',
      '?count=0',
    ]) {
      asked.length = 0
      expect((await get(`/Users${query}`)).status).toBe(200)
      expect(asked, query).toHaveLength(1)
    }
  })

  it('more, where it counts more than it gives', async () => {
    const inner = memoryStore<User>()
    let calls = 0
    const users: ResourceStore<User> = {
      ...inner,
      list: async (query, context) => {
        calls += 1
        return { ...(await inner.list(query, context)), totalResults: 1000 }
      },
    }
    const scim = serve({ users })
    for (let index = 0; index < 3; index++) await scim.createUser()
    const { body } = await scim.get('/Users')
    expect([body.itemsPerPage, body.totalResults, calls]).toEqual([3, 1000, 2])
  })
})
