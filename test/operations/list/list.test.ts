import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  attribute,
  defineExtension,
  memoryStore,
  type ResourceStore,
  ScimError,
  type User,
  urns,
} from '../../../src/index.js'
import { base, serve } from '../../http/service.js'

/** A service with the users user01, user02 and so on. */
async function usersOf(count: number, options = {}) {
  const service = serve(options)
  for (let number = 1; number <= count; number++) {
    const userName = `user${String(number).padStart(2, '0')}`
    await service.createUser({ userName, title: number % 2 === 0 ? 'Even' : 'Odd' })
  }
  const page = async (query: string) => {
    const { status, body } = await service.get(`/Users${query}`)
    expect(status).toBe(200)
    return { ...body, names: body.Resources.map(({ userName }) => userName) }
  }
  const found = async (filter: string) => (await page(`?filter=${encodeURIComponent(filter)}`)).names
  return { ...service, page, found }
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `user${String(from + index).padStart(2, '0')}`)

describe('pages', () => {
  it('are cut once, by the store', async () => {
    const { page } = await usersOf(25)
    expect(await page('?startIndex=5&count=10')).toMatchObject({
      schemas: [urns.listResponse],
      totalResults: 25,
      startIndex: 5,
      itemsPerPage: 10,
      names: names(5, 14),
    })
    const walked: unknown[] = []
    for (const startIndex of [1, 8, 15, 22]) {
      walked.push(...(await page(`?startIndex=${startIndex}&count=7`)).names)
    }
    expect(walked).toEqual(names(1, 25))
  })

  it('have the numbers that were asked for, or the nearest that make sense', async () => {
    const { page } = await usersOf(12, { limits: { defaultPageSize: 5, maxPageSize: 8 } })
    for (const [query, startIndex, length] of [
      ['', 1, 5],
      ['?startIndex=3', 3, 5],
      ['?count=2', 1, 2],
      ['?count=8', 1, 8],
      ['?count=9', 1, 8],
      ['?count=1000000', 1, 8],
      ['?count=0', 1, 0],
      ['?count=-1', 1, 0],
      ['?startIndex=0', 1, 5],
      ['?startIndex=-7&count=2', 1, 2],
      ['?startIndex=11', 11, 2],
      ['?startIndex=12&count=3', 12, 1],
      ['?startIndex=13', 13, 0],
      ['?startIndex=100&count=3', 100, 0],
      ['?startIndex=&count=', 1, 5],
      ['?STARTINDEX=2&Count=1', 2, 1],
      ['?startIndex=%202%20&count=+3', 2, 3],
    ] as const) {
      const found = await page(query)
      expect(found.startIndex, query).toBe(startIndex)
      expect(found.itemsPerPage, query).toBe(length)
      expect(found.Resources, query).toHaveLength(length)
      expect(found.totalResults, query).toBe(12)
    }
  })

  it('are refused for numbers that are none', async () => {
    const { get } = await usersOf(1)
    for (const query of [
      'count=ten',
      'count=1.5',
      'startIndex=1e2',
      'count=0x10',
      'startIndex=--1',
      'count=NaN',
    ]) {
      const { status, body } = await get(`/Users?${query}`)
      expect(status, query).toBe(400)
      expect(body.scimType).toBe('invalidValue')
    }
  })

  it('of nothing are empty lists', async () => {
    const { page } = await usersOf(0)
    const { names: _names, ...body } = await page('?startIndex=1&count=2')
    expect(body).toEqual({
      schemas: [urns.listResponse],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    })
  })

  it('take the first of a parameter that is given twice', async () => {
    const { page } = await usersOf(3)
    expect((await page('?count=1&count=3')).itemsPerPage).toBe(1)
  })

  it('tell the store what is asked, and take its word for the total', async () => {
    const asked: unknown[] = []
    const inner = memoryStore<User>()
    const users: ResourceStore<User> = {
      ...inner,
      list: async (query, context) => {
        const { startIndex, count, filter } = query
        asked.push({ startIndex, count, filter: filter?.tree.op, tenant: context.tenant })
        return { ...(await inner.list(query, context)), totalResults: 4711 }
      },
    }
    const { get } = serve({ users })
    const reply = await get('/Users?startIndex=3&count=4&filter=title%20pr')
    expect(reply.body.totalResults).toBe(4711)
    expect(asked).toEqual([{ startIndex: 3, count: 4, filter: 'pr', tenant: 'acme' }])
  })
})

describe('filters', () => {
  it('choose what is listed, and counted', async () => {
    const { found, page } = await usersOf(6)
    expect(await found('userName eq "USER03"')).toEqual(['user03'])
    expect(await found('userName sw "user0" and title eq "even"')).toEqual(['user02', 'user04', 'user06'])
    expect(await found('not (title eq "Even" or userName eq "user01")')).toEqual(['user03', 'user05'])
    const filter = encodeURIComponent('title eq "Odd"')
    expect(await page(`?filter=${filter}&startIndex=2&count=1`)).toMatchObject({
      totalResults: 3,
      startIndex: 2,
      itemsPerPage: 1,
      names: ['user03'],
    })
    expect(await page(`?filter=${filter}&count=0`)).toMatchObject({ totalResults: 3, names: [] })
  })

  it('arrive with plus signs, bare quotes and a parameter name in any case', async () => {
    const { page } = await usersOf(2)
    for (const query of [
      '?filter=userName+eq+%22user01%22',
      '?filter=userName+eq+"user01"',
      '?Filter=userName%20eq%20%22user01%22',
      '?aadOptscim062020&filter=userName%20eq%20%22user01%22',
    ]) {
      expect((await page(query)).names, query).toEqual(['user01'])
    }
  })

  it('that do not parse are refused, and never mean everybody', async () => {
    const { get } = await usersOf(2)
    for (const filter of [
      '',
      ' ',
      'userName',
      'userName eq',
      'eq "user01"',
      '(userName eq "user01"',
      'userName eq "user01")',
      'userName foo "user01"',
      'emails[type eq "work"',
      'nosuch eq "user01"',
      'name.nosuch pr',
      'userName eq "user01" and',
      'active gt true',
      'password eq "x"',
    ]) {
      const { status, body, text } = await get(`/Users?filter=${encodeURIComponent(filter)}`)
      expect(status, filter).toBe(400)
      expect(body).toMatchObject({ schemas: [urns.error], status: '400', scimType: 'invalidFilter' })
      expect(text).not.toContain('user01')
    }
  })

  it('that a store can not evaluate are refused by the store', async () => {
    const { get } = serve({
      users: {
        ...memoryStore<User>(),
        list: async () => {
          throw ScimError.invalidFilter('This store compares userName only')
        },
      },
    })
    const { status, body } = await get('/Users?filter=title%20pr')
    expect(status).toBe(400)
    expect(body).toMatchObject({ scimType: 'invalidFilter', detail: 'This store compares userName only' })
  })

  it('find a user by what refers to it', async () => {
    const service = await usersOf(2)
    const [first, second] = (await service.get('/Users')).body.Resources
    await service.patch(`/Users/${first?.id}`, [
      { op: 'add', path: `${urns.enterpriseUser}:manager`, value: { value: second?.id } },
    ])
    for (const filter of [
      `manager eq "${second?.id}"`,
      `id eq ${first?.id} and manager eq ${second?.id}`,
      `${urns.enterpriseUser}:manager.value eq "${second?.id}"`,
      `manager.$ref eq "${base}/Users/${second?.id}"`,
    ]) {
      expect(await service.found(filter), filter).toEqual(['user01'])
    }
  })
})

describe('an order', () => {
  it('is that of creation, or the one that is asked for', async () => {
    const service = serve()
    for (const [userName, title] of [
      ['b', 'Z'],
      ['C', 'y'],
      ['a', undefined],
      ['d', 'x'],
    ]) {
      await service.createUser({ userName, title })
    }
    const order = async (query: string) =>
      (await service.get(`/Users${query}`)).body.Resources.map(({ userName }) => userName)
    expect(await order('')).toEqual(['b', 'C', 'a', 'd'])
    expect(await order('?sortBy=userName')).toEqual(['a', 'b', 'C', 'd'])
    expect(await order('?sortBy=USERNAME&sortOrder=Descending')).toEqual(['d', 'C', 'b', 'a'])
    // What has no value comes last, or first in the other direction (RFC 7644 section 3.4.2.3).
    expect(await order('?sortBy=title')).toEqual(['d', 'C', 'b', 'a'])
    expect(await order('?sortBy=title&sortOrder=descending')).toEqual(['a', 'b', 'C', 'd'])
    expect(await order('?sortBy=userName&startIndex=2&count=2')).toEqual(['b', 'C'])
    expect(await order('?sortBy=meta.created&count=1')).toHaveLength(1)
  })

  it('goes by the primary value of several, or the first', async () => {
    const service = serve()
    const users = {
      one: [{ value: 'z' }, { value: 'b', primary: true }],
      two: [{ value: 'a' }, { value: 'y' }],
      three: [{ value: 'c', primary: true }],
    }
    for (const [userName, emails] of Object.entries(users)) await service.createUser({ userName, emails })
    for (const sortBy of ['emails', 'emails.value']) {
      const { body } = await service.get(`/Users?sortBy=${sortBy}`)
      expect(
        body.Resources.map(({ userName }) => userName),
        sortBy,
      ).toEqual(['two', 'one', 'three'])
    }
  })

  it('of times is that of the instants, whatever zone they are written in', async () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('TZ', 'America/New_York')
    expect(new Date('2020-01-01T00:00:00').getTimezoneOffset()).toBe(300)
    const Hired = defineExtension('urn:example:hired', { at: attribute.dateTime() })
    const service = serve({ extensions: { User: [Hired] } })
    const times = {
      last: '2020-01-01T01:00:00Z',
      // Without an offset it is UTC, for filters too.
      middle: '2020-01-01T00:30:00',
      first: '2020-01-01T03:00:00+03:00',
    }
    for (const [userName, at] of Object.entries(times))
      await service.createUser({ userName, [Hired.urn]: { at } })
    const { body } = await service.get(`/Users?sortBy=${Hired.urn}:at`)
    expect(body.Resources.map(({ userName }) => userName)).toEqual(['first', 'middle', 'last'])
  })

  it('needs an attribute that exists and may be seen, and a direction', async () => {
    const { get } = await usersOf(1)
    for (const [query, scimType] of [
      ['sortBy=nosuch', 'invalidPath'],
      ['sortBy=password', 'invalidPath'],
      ['sortBy=name', 'invalidPath'],
      [`sortBy=${urns.enterpriseUser}`, 'invalidPath'],
      ['sortBy=userName&sortOrder=sideways', 'invalidValue'],
    ]) {
      const { status, body } = await get(`/Users?${query}`)
      expect(status, query).toBe(400)
      expect(body.scimType).toBe(scimType)
    }
  })

  it('is refused, and not advertised, where the store has none', async () => {
    const { sorts: _sorts, ...users } = memoryStore<User>()
    const service = await usersOf(1, { users })
    expect((await service.get('/Users?sortBy=userName')).status).toBe(501)
    const { body } = await service.get('/ServiceProviderConfig')
    expect(body.sort).toEqual({ supported: false })
    expect((await service.page('')).names).toEqual(['user01'])
  })
})
