import { describe, expect, it } from 'vitest'
import type { User } from '../../../src/index.js'
import { lenient, memoryStore, urns } from '../../../src/index.js'
import { base } from '../../http/service.js'
import { managedBy, patchOf, postGroup, postUser, serveBulk } from './bulk.js'

const unresolved = (name: string) => ({
  status: '409',
  response: { status: '409', detail: expect.stringContaining(name) },
})

async function membersOf(service: ReturnType<typeof serveBulk>, id: string): Promise<readonly string[]> {
  const group = await service.storedGroup(id)
  return (group.members ?? []).map(({ value }) => value ?? '')
}

describe('a reference', () => {
  it('is one bulkId and not another that begins with it', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([
      postUser('q1'),
      postUser('q11'),
      postUser('q'),
      postGroup('g', 'q11'),
      postGroup('h', 'q', 'q1'),
    ])
    const [q1, q11, q, g = '', h = ''] = results.map(service.idIn)
    expect(await membersOf(service, g)).toEqual([q11])
    expect(await membersOf(service, h)).toEqual([q, q1])
  })

  it('is a whole value, or a segment of a URI; text that looks like one stays', async () => {
    const service = serveBulk()
    const texts = {
      displayName: 'my bulkId:q1 note',
      nickName: 'xbulkId:q1',
      title: 'bulkId:nothing is a sentence',
      preferredLanguage: 'BulkId:q1',
      locale: 'Sales bulkId:q1',
      externalId: 'see /Users/bulkId:q1/ for more',
      timezone: '/bulkId',
      userType: 'urn:bulkId:q1',
      profileUrl: 'https://example.com/?next=bulkId:q1',
    }
    const { results, statuses } = await service.bulk([postUser('q1', texts)])
    expect(statuses).toEqual(['201'])
    expect(await service.storedUser(service.idIn(results[0]))).toMatchObject(texts)
  })

  it('may be a URI, absolute or not, and with an escape', async () => {
    const service = serveBulk()
    const refs = [`${base}/Users/bulkId:a`, '../Users/bulkId:b', '/Users/bulkId:c', 'Users/bulkId:d%20%2F']
    const { results } = await service.bulk([
      postUser('a'),
      postUser('b'),
      postUser('c'),
      postUser('d /'),
      {
        ...postGroup('g'),
        data: { ...postGroup('g').data, members: refs.map(($ref) => ({ $ref, type: 'User' })) },
      },
    ])
    const [a, b, c, d, g = ''] = results.map(service.idIn)
    expect(await membersOf(service, g)).toEqual([a, b, c, d])
  })

  it('in a URI becomes an id that a URI can hold', async () => {
    let count = 0
    const users = memoryStore<User>({ newId: () => `a/b ${++count}?` })
    const service = serveBulk({ users })
    const group = { ...postGroup('g').data, members: [{ $ref: `${base}/Users/bulkId:u` }] }
    const { results } = await service.bulk([postUser('u'), { ...postGroup('g'), data: group }])
    expect(results[0]?.location).toBe(`${base}/Users/a%2Fb%201%3F`)
    expect(await membersOf(service, service.idIn(results[1]))).toEqual(['a/b 1?'])
  })

  it('stands in paths, filters inside of paths, and values of a PATCH, before what it names is created', async () => {
    const service = serveBulk()
    const group = await service.createGroup({ displayName: 'old', members: [] })
    const { statuses, results } = await service.bulk([
      patchOf(
        '/Groups/bulkId:g',
        { op: 'remove', path: 'members[value eq "bulkId:a"]' },
        { op: 'remove', path: `members[$ref eq "${base}/Users/bulkId:b"]` },
        { op: 'replace', path: 'members[value eq "bulkId:c"].display', value: 'Third' },
      ),
      patchOf(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }),
      patchOf('/Users/bulkId:a', {
        op: 'add',
        path: `${urns.enterpriseUser}:manager`,
        value: { value: 'bulkId:b' },
      }),
      { method: 'PUT', path: '/Users/bulkId:c', data: { schemas: [urns.user], userName: 'third' } },
      postGroup('g', 'a', 'b', 'c'),
      { method: 'DELETE', path: '/Users/bulkId:d' },
      postUser('a'),
      postUser('b'),
      postUser('c'),
      postUser('d'),
    ])
    expect(statuses).toEqual(['204', '204', '200', '200', '201', '204', '201', '201', '201', '201'])
    const [, , , , g = '', , a = '', b, c = ''] = results.map(service.idIn)
    const { members } = await service.storedGroup(g)
    expect(members).toMatchObject([{ value: c, display: 'Third' }])
    expect(await membersOf(service, group.id)).toEqual([a])
    expect(await service.storedUser(a)).toMatchObject({ [urns.enterpriseUser]: { manager: { value: b } } })
    expect((await service.storedUser(c)).userName).toBe('third')
    expect([...(await service.names('/Users', 'userName'))].sort()).toEqual(['a', 'b', 'third'])
  })

  it('stands in keys that are paths', async () => {
    const service = serveBulk()
    const { results, statuses } = await service.bulk([
      postUser('a'),
      postGroup('g', 'a'),
      patchOf('/Groups/bulkId:g', { op: 'replace', value: { 'members[value eq "bulkId:a"].display': 'A' } }),
    ])
    expect(statuses).toEqual(['201', '201', '204'])
    const { members } = await service.storedGroup(service.idIn(results[1]))
    expect(members).toMatchObject([{ display: 'A' }])
  })

  it('in a literal that is no JSON is left to the filter, which says so', async () => {
    const service = serveBulk()
    const { id } = await service.createGroup()
    const { results } = await service.bulk([
      patchOf(`/Groups/${id}`, { op: 'remove', path: 'members[value eq "bulkId:\\x"]' }),
    ])
    expect(results).toMatchObject([{ status: '400', response: { scimType: 'invalidFilter' } }])
  })

  it('in a literal without an end is left to the filter too, however many quotes it has', async () => {
    const service = serveBulk()
    const { id } = await service.createGroup()
    const open = `members[value eq "bulkId:a${'\\"'.repeat(100_000)}`
    const { results } = await service.bulk([
      postUser('a'),
      patchOf(`/Groups/${id}`, { op: 'remove', path: 'members[value eq "bulkId:a' }),
      patchOf(`/Groups/${id}`, { op: 'remove', path: open }),
      patchOf(`/Groups/${id}`, { op: 'add', value: { [open]: 'x' } }),
    ])
    expect(results).toMatchObject([
      { status: '201' },
      { status: '400', response: { scimType: 'invalidFilter' } },
      { status: '400', response: { scimType: 'invalidPath' } },
      { status: '400' },
    ])
  })

  it('leaves a reserved name where it is', async () => {
    const service = serveBulk()
    const data = JSON.parse(`{"schemas":["${urns.user}"],"userName":"x","__proto__":{"title":"bulkId:a"}}`)
    const { statuses, results, events } = await service.bulk([
      postUser('a'),
      { method: 'POST', path: '/Users', bulkId: 'b', data },
    ])
    expect(statuses).toEqual(['201', '201'])
    // A name like any other that nobody knows.
    expect(events[1]?.trace).toMatchObject([{ rule: 'unknownAttributes', path: '(reserved name)' }])
    const alone = await service.post('/Users', { ...data, userName: 'alone' })
    expect(alone.trace).toEqual(events[1]?.trace)
    expect(await service.storedUser(service.idIn(results[1]))).not.toHaveProperty('title')
    expect(Object.prototype).not.toHaveProperty('title')
  })
})

describe('what can not be resolved is 409, and the rest is done', () => {
  it('a bulkId that nobody has', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([
      postGroup('g', 'nobody'),
      patchOf('/Users/bulkId:nobody', { op: 'remove', path: 'title' }),
      { method: 'DELETE', path: '/Users/bulkId:nobody' },
      { ...postUser('r'), data: { ...postUser('r').data, profileUrl: '/Users/bulkId:nobody' } },
      postUser('a'),
    ])
    expect(results).toMatchObject([
      unresolved('nobody'),
      unresolved('nobody'),
      unresolved('nobody'),
      unresolved('nobody'),
      { status: '201' },
    ])
    expect(results.slice(0, 4).map(({ location }) => location)).toEqual(Array(4).fill(undefined))
    expect(await service.names('/Groups', 'displayName')).toEqual([])
  })

  it('the bulkId of an operation that creates nothing', async () => {
    const service = serveBulk()
    const { id } = await service.createUser()
    const change = patchOf(`/Users/${id}`, { op: 'add', path: 'title', value: 'x' })
    const nobody = unresolved('No POST of this bulk request has the bulkId "p"')
    const { results } = await service.bulk([{ ...change, bulkId: 'p' }, postGroup('g', 'p')])
    expect(results).toMatchObject([{ status: '200', bulkId: 'p' }, nobody])
    const itself = patchOf(`/Users/${id}`, { op: 'add', path: 'title', value: 'bulkId:p' })
    expect((await service.bulk([{ ...itself, bulkId: 'p' }])).results).toMatchObject([nobody])
  })

  it('the bulkId of an operation that failed, and so on from there', async () => {
    const service = serveBulk()
    await service.createUser({ userName: 'taken' })
    const { results } = await service.bulk([
      postGroup('outer', 'inner'),
      postGroup('inner', 'user'),
      postUser('user', { userName: 'taken' }),
      postGroup('malformed', 'bad'),
      { ...postUser('bad'), data: undefined },
      postGroup('good'),
    ])
    expect(results).toMatchObject([
      unresolved('inner'),
      unresolved('user'),
      { status: '409', response: { scimType: 'uniqueness' } },
      unresolved('bad'),
      { status: '400' },
      { status: '201' },
    ])
    expect(await service.names('/Groups', 'displayName')).toEqual(['good'])
  })
})

describe('the order', () => {
  it('is that of the request, except that what is referred to comes first', async () => {
    const service = serveBulk()
    const { events, results } = await service.bulk([
      postUser('first'),
      postGroup('g', 'late', 'later'),
      postUser('between'),
      postUser('late'),
      postUser('later'),
    ])
    expect(results.map(({ bulkId }) => bulkId)).toEqual(['first', 'g', 'between', 'late', 'later'])
    expect(events.map(({ bulkOperation }) => bulkOperation)).toEqual([0, 3, 4, 1, 2])
  })

  it('lets several operations about one resource follow one another', async () => {
    const service = serveBulk()
    const { statuses } = await service.bulk([
      postUser('a', { title: 'one' }),
      patchOf('/Users/bulkId:a', { op: 'replace', path: 'title', value: 'two' }),
      { method: 'DELETE', path: '/Users/bulkId:a' },
      patchOf('/Users/bulkId:a', { op: 'replace', path: 'title', value: 'three' }),
      postUser('b', { userName: 'a' }),
    ])
    expect(statuses).toEqual(['201', '200', '204', '404', '201'])
  })

  it('does not matter for a thousand operations, whichever refers to which', async () => {
    const numbers = Array.from({ length: 500 }, (_, index) => index)
    const isLast = (index: number) => index === numbers.length - 1
    const users = numbers.map((at) => postUser(`u${at}`, isLast(at) ? {} : managedBy(`u${at + 1}`)))
    const groups = numbers.map((at) => postGroup(`g${at}`, `u${at}`, ...(isLast(at) ? [] : [`g${at + 1}`])))
    const forwards = [...users, ...groups]
    const mixed = forwards.map((_, at) => forwards[(at * 333) % 1000])
    for (const operations of [forwards, [...forwards].reverse(), mixed]) {
      const service = serveBulk()
      const start = performance.now()
      const { statuses } = await service.bulk(operations)
      expect(statuses).toEqual(Array(1000).fill('201'))
      expect(performance.now() - start).toBeLessThan(5000)
    }
  })

  it('a chain of ten thousand overflows no stack', async () => {
    const limits = { maxBulkOperations: 10_001, maxBulkPayloadBytes: 10_000_000 }
    const service = serveBulk({ limits, profile: lenient() })
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      postUser(`u${index}`, managedBy(`u${index + 1}`)),
    )
    const { statuses } = await service.bulk([...chain, postUser('u10000')])
    expect(statuses).toHaveLength(10_001)
    expect(new Set(statuses)).toEqual(new Set(['201']))
    // All the same when they bite their own tail.
    const ring = Array.from({ length: 10_000 }, (_, index) =>
      postUser(`r${index}`, managedBy(`r${(index + 1) % 10_000}`)),
    )
    const round = await serveBulk({ limits }).bulk(ring)
    expect(new Set(round.statuses)).toEqual(new Set(['201']))
  })
})
