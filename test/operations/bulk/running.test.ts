import { describe, expect, it } from 'vitest'
import type { Authorize, ResourceStore, User } from '../../../src/index.js'
import { memoryStore, urns } from '../../../src/index.js'
import { managedBy, patchOf, postGroup, postUser, serveBulk } from './bulk.js'

describe('failOnErrors', () => {
  const operations = [
    postUser('a'),
    postUser('b', { userName: 'a' }),
    postUser('c'),
    { method: 'DELETE', path: '/Users/nobody' },
    postUser('d'),
    postUser('e', { userName: '' }),
    postUser('f'),
  ]

  it.each([
    [1, ['201', '409'], ['a']],
    [2, ['201', '409', '201', '404'], ['a', 'c']],
    [3, ['201', '409', '201', '404', '201', '400'], ['a', 'c', 'd']],
    [4, ['201', '409', '201', '404', '201', '400', '201'], ['a', 'c', 'd', 'f']],
    [undefined, ['201', '409', '201', '404', '201', '400', '201'], ['a', 'c', 'd', 'f']],
  ])('%j: stops after so many errors, and tells what was done', async (failOnErrors, statuses, created) => {
    const service = serveBulk()
    const reply = await service.bulk(operations, { failOnErrors })
    expect(reply.status).toBe(200)
    expect(reply.statuses).toEqual(statuses)
    expect(await service.names('/Users', 'userName')).toEqual(created)
    expect(reply.events).toHaveLength(statuses.length)
  })

  it('leaves out what was not done, also where it stands before what was', async () => {
    const service = serveBulk()
    const { results } = await service.bulk(
      [postGroup('g', 'late'), postUser('x'), postUser('late', { userName: '' })],
      { failOnErrors: 1 },
    )
    expect(results).toMatchObject([{ bulkId: 'late', status: '400' }])
    expect(await service.names('/Users', 'userName')).toEqual([])
  })
})

describe('versions', () => {
  it('are preconditions, in the form of an ETag', async () => {
    const service = serveBulk()
    const { id, meta } = await service.createUser({ title: 'one' })
    const path = `/Users/${id}`
    const title = (value: string) => patchOf(path, { op: 'replace', path: 'title', value })
    const { results } = await service.bulk([
      { ...title('two'), version: meta.version },
      { ...title('three'), version: meta.version },
      { ...title('four'), version: '*' },
      { method: 'PUT', path, version: meta.version, data: { schemas: [urns.user], userName: 'x' } },
      { method: 'DELETE', path, version: meta.version },
    ])
    expect(results.map(({ status }) => status)).toEqual(['200', '412', '200', '412', '412'])
    expect(results.map(({ location }) => location)).toEqual(Array(5).fill(meta.location))
    expect((await service.storedUser(id)).title).toBe('four')
    expect((await service.bulk([{ method: 'DELETE', path, version: results[2]?.version }])).statuses).toEqual(
      ['204'],
    )
  })

  it('do not protect what a POST makes', async () => {
    const { bulk } = serveBulk()
    expect((await bulk([{ ...postUser('a'), version: 'W/"7"' }])).statuses).toEqual(['201'])
  })
})

describe('each operation is authorised like a request of its own', () => {
  it('and one that is not allowed is 403, the others are done', async () => {
    const asked: Parameters<Authorize>[0][] = []
    const service = serveBulk({
      authorize(request) {
        asked.push(request)
        return request.operation !== 'remove' && request.resourceType !== 'Group'
      },
    })
    const user = await service.createUser()
    asked.length = 0
    const { status, results } = await service.bulk([
      postUser('a'),
      { method: 'DELETE', path: `/Users/${user.id}` },
      postGroup('g', 'a'),
      patchOf('/Users/bulkId:a', { op: 'add', path: 'title', value: 'x' }),
      postGroup('h', 'g'),
    ])
    const forbidden = { status: '403', response: { status: '403' } }
    expect(status).toBe(200)
    expect(results).toMatchObject([
      { status: '201' },
      { ...forbidden, location: user.meta.location },
      forbidden,
      { status: '200' },
      { status: '409' },
    ])
    const caller = { tenant: 'acme', actor: 'okta' }
    const id = service.idIn(results[0])
    expect(asked).toEqual([
      { operation: 'bulk', resourceType: undefined, id: undefined, ...caller },
      { operation: 'create', resourceType: 'User', id: undefined, ...caller },
      { operation: 'remove', resourceType: 'User', id: user.id, ...caller },
      { operation: 'create', resourceType: 'Group', id: undefined, ...caller },
      { operation: 'modify', resourceType: 'User', id, ...caller },
    ])
    expect((await service.get(`/Users/${user.id}`)).status).toBe(200)
  })

  it('also where resources refer to each other', async () => {
    const service = serveBulk({ authorize: ({ resourceType }) => resourceType !== 'Group' })
    const reply = await service.bulk([postGroup('a', 'b'), postGroup('b', 'a')])
    expect(reply.statuses).toEqual(['403', '409'])
  })

  it('the request as a whole may be forbidden', async () => {
    const service = serveBulk({ authorize: ({ operation }) => operation !== 'bulk' })
    expect((await service.bulk([postUser('a')])).status).toBe(403)
    expect(await service.names('/Users', 'userName')).toEqual([])
  })

  it('without a credential nothing is read', async () => {
    const service = serveBulk()
    expect((await service.bulk([postUser('a')], {}, { token: 'wrong' })).status).toBe(401)
    expect((await service.bulk([postUser('a')], {}, { token: 'globex-token' })).statuses).toEqual(['201'])
    expect(await service.names('/Users', 'userName')).toEqual([])
  })
})

describe('the host is told', () => {
  it('of each operation as of a request, with its own trace, and then of the request', async () => {
    const service = serveBulk()
    const { id } = await service.createUser()
    const { events } = await service.bulk([
      postUser('a', { unheardOf: 1 }),
      patchOf(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' }),
      { method: 'PUT', path: '/Users/bulkId:a', data: { schemas: [urns.user], userName: 'z' } },
      { method: 'DELETE', path: '/Groups/{id}' },
      { method: 'DELETE', path: '/Users/jane@example.com' },
      { path: '/Users' },
    ])
    const shown = events.map(({ durationMs: _time, requestId: _id, trace, ...event }) => ({
      ...event,
      trace: trace.map(({ rule }) => rule),
    }))
    const common = { tenant: 'acme', actor: 'okta', resourceType: 'User', trace: [] }
    const a = events[2]?.path.split('/').at(-1)
    expect(shown).toEqual([
      {
        ...common,
        bulkOperation: 0,
        method: 'POST',
        path: '/Users',
        status: 201,
        operation: 'create',
        resourceId: a,
        trace: ['unknownAttributes'],
      },
      {
        ...common,
        bulkOperation: 1,
        method: 'PATCH',
        path: `/Users/${id}`,
        status: 200,
        operation: 'modify',
        resourceId: id,
        trace: ['operationCase', 'booleanStrings'],
      },
      {
        ...common,
        bulkOperation: 2,
        method: 'PUT',
        path: `/Users/${a}`,
        status: 200,
        operation: 'replace',
        resourceId: a,
      },
      {
        ...common,
        bulkOperation: 3,
        method: 'DELETE',
        path: '/Groups/{id}',
        status: 404,
        operation: 'remove',
        resourceType: 'Group',
        error: 'There is no such Group',
      },
      {
        ...common,
        bulkOperation: 4,
        method: 'DELETE',
        path: '/Users/{id}',
        status: 404,
        operation: 'remove',
        error: 'There is no such User',
      },
      {
        ...common,
        bulkOperation: 5,
        method: '',
        path: '/Users',
        status: 400,
        operation: undefined,
        resourceType: undefined,
        error: expect.stringContaining('method'),
      },
    ])
    expect(a).not.toContain('bulkId')
    const whole = service.events.at(-1)
    expect(whole).toMatchObject({ method: 'POST', path: '/Bulk', status: 200, operation: 'bulk', trace: [] })
    expect(whole).not.toHaveProperty('bulkOperation')
    expect(new Set(events.map(({ requestId }) => requestId))).toEqual(new Set([whole?.requestId]))
    for (const { durationMs } of events) expect(durationMs).toBeLessThanOrEqual(whole?.durationMs ?? 0)
  })

  it('and its own exceptions change nothing', async () => {
    const service = serveBulk({
      onRequest: () => {
        throw new Error('the log is full')
      },
    })
    expect((await service.bulk([postUser('a'), postUser('b')])).statuses).toEqual(['201', '201'])
    expect(service.errors.map(({ context }) => context.operation)).toEqual(Array(3).fill('onRequest'))
  })

  it('lifecycle callbacks are called as for requests', async () => {
    const seen: unknown[] = []
    const service = serveBulk({
      on: {
        'user.created': ({ after }) => void seen.push(['created', after.userName]),
        'user.deactivated': ({ before }) => void seen.push(['deactivated', before.userName]),
        'user.deleted': ({ before }) => void seen.push(['deleted', before.userName]),
      },
    })
    await service.bulk([
      postUser('a'),
      patchOf('/Users/bulkId:a', { op: 'replace', path: 'active', value: false }),
      { method: 'DELETE', path: '/Users/bulkId:a' },
    ])
    expect(seen).toEqual([
      ['created', 'a'],
      ['deactivated', 'a'],
      ['deleted', 'a'],
    ])
  })
})

describe('a store that fails', () => {
  it('inside of one operation is a 500 for that one, with an error id, and the others go on', async () => {
    const users = memoryStore<User>()
    const failing: ResourceStore<User> = {
      ...users,
      async create(draft, context) {
        if (draft.userName === 'b') throw new Error('connection lost: password=hunter2')
        return users.create(draft, context)
      },
    }
    const service = serveBulk({ users: failing })
    const { status, results } = await service.bulk([
      postUser('a'),
      postUser('b'),
      postGroup('g', 'b'),
      postUser('c'),
    ])
    expect(status).toBe(200)
    expect(results.map((one) => one.status)).toEqual(['201', '500', '409', '201'])
    expect(service.errors).toMatchObject([{ context: { operation: 'create', tenant: 'acme' } }])
    expect(results[1]?.response?.detail).toContain(service.errors[0]?.context.errorId)
    expect(JSON.stringify(results)).not.toContain('hunter2')
  })

  it('is asked for one thing at a time', async () => {
    let under = 0
    let most = 0
    const users = memoryStore<User>()
    const slow: ResourceStore<User> = {
      ...users,
      async create(draft, context) {
        most = Math.max(most, ++under)
        await new Promise((resolve) => setTimeout(resolve, 2))
        under -= 1
        return users.create(draft, context)
      },
    }
    const { bulk } = serveBulk({ users: slow })
    await bulk(Array.from({ length: 20 }, (_, index) => postUser(`u${index}`)))
    expect(most).toBe(1)
  })
})

describe('a password', () => {
  it('is hashed once, also of a user who is completed later', async () => {
    const hashed: string[] = []
    const service = serveBulk({
      hashPassword(password) {
        hashed.push(password)
        return `hash of ${password.length}`
      },
    })
    const { results } = await service.bulk([
      postUser('a', { ...managedBy('b'), password: 'correct horse' }),
      postUser('b', managedBy('a')),
    ])
    expect(hashed).toEqual(['correct horse'])
    const id = service.idIn(results[0])
    expect(await service.storedUser(id)).toMatchObject({ password: 'hash of 13' })
  })
})
