import { describe, expect, it } from 'vitest'
import type { ResourceStore } from '../../../src/index.js'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  ScimError,
  strict,
  urns,
} from '../../../src/index.js'
import { managedBy, patchOf, postGroup, postUser, serveBulk } from './bulk.js'

async function members(service: ReturnType<typeof serveBulk>, id: string): Promise<readonly string[]> {
  return ((await service.storedGroup(id)).members ?? []).map(({ value }) => value ?? '')
}

describe('resources that refer to each other are all created', () => {
  it('a group that contains itself', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([postGroup('g', 'g'), patchOf('/Groups/bulkId:g')])
    const [g = ''] = results.map(service.idIn)
    expect(results[0]).toMatchObject({ status: '201', bulkId: 'g' })
    expect(await members(service, g)).toEqual([g])
  })

  it('two users who manage each other', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([postUser('a', managedBy('b')), postUser('b', managedBy('a'))])
    const [a = '', b = ''] = results.map(service.idIn)
    expect(await service.storedUser(a)).toMatchObject({ [urns.enterpriseUser]: { manager: { value: b } } })
    expect(await service.storedUser(b)).toMatchObject({ [urns.enterpriseUser]: { manager: { value: a } } })
    for (const [index, id] of [a, b].entries()) {
      const { headers, body } = await service.get(`/Users/${id}`)
      expect(headers.get('etag')).toBe(results[index]?.version)
      expect(body.schemas).toContain(urns.enterpriseUser)
    }
  })

  it('three groups in a ring, with members besides, and others that only look on', async () => {
    const service = serveBulk()
    const { results, statuses } = await service.bulk([
      postGroup('watcher', 'one'),
      postGroup('one', 'u1', 'two', 'u2'),
      postUser('u1'),
      postGroup('two', 'three', 'u1'),
      postGroup('three', 'one', 'three', 'u2'),
      postUser('u2'),
    ])
    expect(statuses).toEqual(Array(6).fill('201'))
    const [watcher = '', one = '', u1 = '', two = '', three = '', u2 = ''] = results.map(service.idIn)
    expect(await members(service, watcher)).toEqual([one])
    expect(new Set(await members(service, one))).toEqual(new Set([u1, two, u2]))
    expect(new Set(await members(service, two))).toEqual(new Set([three, u1]))
    expect(new Set(await members(service, three))).toEqual(new Set([one, three, u2]))
  })

  it('also in a store that has no way to change members alone', async () => {
    const { changeMembers: _changeMembers, groupsOf: _groupsOf, ...plain } = memoryStore<never>()
    const groups = plain as ResourceStore<never>
    const service = serveBulk({ groups })
    const { results } = await service.bulk([postGroup('a', 'b'), postGroup('b', 'a')])
    const [a = '', b = ''] = results.map(service.idIn)
    expect(await members(service, a)).toEqual([b])
    expect(await members(service, b)).toEqual([a])
  })

  it('and are told of as one request each, in which the whole is created', async () => {
    const happened: string[] = []
    const service = serveBulk({
      on: {
        'group.created': () => void happened.push('created'),
        'group.updated': () => void happened.push('updated'),
      },
    })
    const { events } = await service.bulk([postGroup('a', 'b'), postGroup('b', 'a')])
    expect(events.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/Groups', 201],
      ['POST', '/Groups', 201],
    ])
    expect(happened).toEqual(['created', 'created', 'updated'])
  })

  it('a reference where nothing can be written makes nobody wait', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([
      postUser('a', { groups: [{ value: 'bulkId:g' }], unknown: 'bulkId:g' }),
      postGroup('g', 'a'),
    ])
    expect(results).toMatchObject([{ status: '201' }, { status: '201' }])
    const [a = '', g = ''] = results.map(service.idIn)
    expect((await service.get(`/Users/${a}`)).body.groups).toMatchObject([{ value: g }])
    const strictly = serveBulk({ profile: strict() })
    const one = postUser('a', { groups: [{ value: 'bulkId:g' }] })
    expect((await strictly.bulk([one, postGroup('g', 'a')])).statuses).toEqual(['201', '201'])
  })

  it('each leaves a trace of its own', async () => {
    const service = serveBulk()
    const { events } = await service.bulk([
      postUser('a', managedBy('b')),
      postUser('b', { ...managedBy('a'), unheardOf: 1 }),
    ])
    expect(events.map(({ bulkOperation, trace }) => [bulkOperation, trace.length])).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
})

describe('resources that can not all be created are not created at all', () => {
  it('the others are taken back where one is refused', async () => {
    const happened: string[] = []
    const service = serveBulk({
      on: {
        'group.created': () => void happened.push('created'),
        'group.deleted': () => void happened.push('deleted'),
      },
    })
    await service.createGroup({ displayName: 'taken' })
    happened.length = 0
    const taken = postGroup('b', 'a')
    const operations = [
      postGroup('a', 'b'),
      { ...taken, data: { ...taken.data, displayName: 'taken' } },
      postGroup('watcher', 'a'),
      postGroup('free'),
    ]
    for (const order of [operations, [...operations].reverse()]) {
      happened.length = 0
      const { results } = await service.bulk(order)
      const byName = new Map(results.map((result) => [result.bulkId, result]))
      expect(byName.get('a')).toMatchObject({ status: '409', response: { detail: expect.any(String) } })
      expect(byName.get('a')?.response?.scimType).toBeUndefined()
      expect(byName.get('b')).toMatchObject({ status: '409', response: { scimType: 'uniqueness' } })
      expect(byName.get('watcher')).toMatchObject({ status: '409' })
      expect(byName.get('free')).toMatchObject({ status: '201' })
      expect(await service.names('/Groups', 'displayName')).toEqual(['taken', 'free'])
      await service.delete(`/Groups/${service.idIn(byName.get('free'))}`)
      expect(happened.filter((one) => one === 'created')).toHaveLength(
        happened.filter((one) => one === 'deleted').length,
      )
    }
  })

  it('the same where the last step fails, and the store that failed is reported once', async () => {
    const groups = memoryStore<never>()
    const failing: ResourceStore<never> = {
      ...groups,
      async changeMembers() {
        throw new Error('the disk is full')
      },
    }
    const service = serveBulk({ groups: failing })
    const { results } = await service.bulk([postGroup('a', 'b'), postGroup('b', 'a')])
    expect(results.map(({ status }) => status).sort()).toEqual(['409', '500'])
    const failed = results.find(({ status }) => status === '500')
    expect(service.errors).toHaveLength(1)
    expect(failed?.response?.detail).toContain(service.errors[0]?.context.errorId)
    expect(JSON.stringify(results)).not.toContain('disk')
    expect(await service.names('/Groups', 'displayName')).toEqual([])
  })

  it('the same where some are complete and the next one fails', async () => {
    const groups = memoryStore<never>()
    let calls = 0
    const failing: ResourceStore<never> = {
      ...groups,
      async changeMembers(...args) {
        calls += 1
        if (calls === 2) throw ScimError.unavailable('not now')
        if (!groups.changeMembers) throw new Error('memory stores change members')
        return groups.changeMembers(...args)
      },
    }
    const service = serveBulk({ groups: failing })
    const { statuses } = await service.bulk([
      postGroup('a', 'b'),
      postGroup('b', 'c'),
      postGroup('c', 'a'),
      postGroup('d', 'a'),
    ])
    expect(statuses).toEqual(['409', '503', '409', '409'])
    expect(await service.names('/Groups', 'displayName')).toEqual([])
  })

  it('what can not be taken back is reported, and nothing hangs', async () => {
    const groups = memoryStore<never>()
    const failing: ResourceStore<never> = {
      ...groups,
      async delete() {
        throw new Error('the disk is full')
      },
    }
    const service = serveBulk({ groups: failing })
    await service.createGroup({ displayName: 'b' })
    const { statuses } = await service.bulk([postGroup('a', 'b'), postGroup('b', 'a')])
    expect(statuses).toEqual(['409', '409'])
    expect(service.errors.map(({ context }) => context.operation)).toEqual(['remove'])
  })

  it('what was there before and was only linked stays', async () => {
    const service = serveBulk({ onConflict: ({ incoming }) => (incoming.title === 'no' ? 'reject' : 'link') })
    const { id } = await service.createUser({ userName: 'linked' })
    await service.createUser({ userName: 'rejected' })
    const { results } = await service.bulk([
      postUser('linked', managedBy('rejected')),
      postUser('rejected', { ...managedBy('linked'), title: 'no' }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['409', '409'])
    expect((await service.storedUser(id)).userName).toBe('linked')
  })

  it('with failOnErrors, members that were not begun are left undone', async () => {
    const service = serveBulk()
    const bad = { ...postUser('b', managedBy('a')), data: { ...managedBy('a') } }
    const operations = [postUser('a', managedBy('b')), bad, postUser('c')]
    expect((await service.bulk(operations, { failOnErrors: 1 })).statuses).toEqual(['409', '400'])
    // Here the one that fails is the first to be begun.
    const [first, second, third] = operations
    const { results } = await service.bulk([second, first, third], { failOnErrors: 1 })
    expect(results).toMatchObject([{ bulkId: 'b', status: '400' }])
    expect(await service.names('/Users', 'userName')).toEqual([])
  })
})

describe('what is required can not wait', () => {
  const schema = defineSchema('urn:example:schemas:2.0:Room', {
    name: attribute.string({ required: true }),
    door: attribute.string({ required: true }),
    twin: attribute.string(),
  })
  const Room = defineResourceType({ name: 'Room', endpoint: '/Rooms', schema, store: memoryStore<never>() })
  const room = (bulkId: string, door: string, more: object = {}) => ({
    method: 'POST',
    path: '/Rooms',
    bulkId,
    data: { schemas: [schema.urn], name: bulkId, door, ...more },
  })

  it('so it comes first where only one of the two requires the other', async () => {
    const service = serveBulk({ resourceTypes: [Room] })
    const operations = [room('a', 'bulkId:b'), room('b', 'plain', { twin: 'bulkId:a' })]
    for (const order of [operations, [...operations].reverse()]) {
      const { results } = await service.bulk(order)
      const ids = new Map(results.map((result) => [result.bulkId, service.idIn(result)]))
      expect(results.map(({ status }) => status)).toEqual(['201', '201'])
      expect((await service.get(`/Rooms/${ids.get('a')}`)).body.door).toBe(ids.get('b'))
      expect((await service.get(`/Rooms/${ids.get('b')}`)).body.twin).toBe(ids.get('a'))
    }
  })

  it('and is 409 where both do, or where something requires itself', async () => {
    const service = serveBulk({ resourceTypes: [Room] })
    const before = (await service.get('/Rooms')).body.totalResults
    const { results } = await service.bulk([
      room('a', 'bulkId:b'),
      room('b', 'bulkId:a'),
      room('self', 'bulkId:self'),
      room('free', 'plain'),
      room('after', 'bulkId:a'),
    ])
    const impossible = { status: '409', response: { detail: expect.stringContaining('requires') } }
    expect(results).toMatchObject([impossible, impossible, impossible, { status: '201' }, { status: '409' }])
    expect((await service.get('/Rooms')).body.totalResults).toBe(before + 1)
  })

  it('the same for what an extension requires', async () => {
    const Desk = defineExtension(
      'urn:example:desk:2.0:User',
      { neighbour: attribute.string({ required: true }), opposite: attribute.string() },
      { required: false },
    )
    const desk = (values: object) => ({ schemas: [urns.user, Desk.urn], [Desk.urn]: values })
    const service = serveBulk({ extensions: { User: [Desk] } })
    const both = await service.bulk([
      postUser('a', desk({ neighbour: 'bulkId:b' })),
      postUser('b', desk({ neighbour: 'bulkId:a' })),
    ])
    expect(both.statuses).toEqual(['409', '409'])
    const one = await service.bulk([
      postUser('a', desk({ neighbour: 'bulkId:b' })),
      postUser('b', desk({ neighbour: 'plain', opposite: 'bulkId:a' })),
    ])
    expect(one.statuses).toEqual(['201', '201'])
    const [a = '', b = ''] = one.results.map(service.idIn)
    expect(await service.storedUser(a)).toMatchObject({ [Desk.urn]: { neighbour: b } })
    expect(await service.storedUser(b)).toMatchObject({ [Desk.urn]: { neighbour: 'plain', opposite: a } })
  })
  it('and for an extension that is itself required', async () => {
    const Desk = defineExtension(
      'urn:example:desk:2.0:User',
      { opposite: attribute.string() },
      { required: true },
    )
    const service = serveBulk({ extensions: { User: [Desk] } })
    const { statuses } = await service.bulk([
      postUser('a', { schemas: [urns.user, Desk.urn], [Desk.urn]: { opposite: 'bulkId:b' } }),
      postUser('b', { ...managedBy('a'), [Desk.urn]: { opposite: 'nobody' } }),
    ])
    expect(statuses).toEqual(['201', '201'])
  })
})
