import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createScim, type Group, type Member, memoryStore, type User, urns } from '../../src/index.js'
import { postUser, serveBulk } from '../operations/bulk/bulk.js'
import { authenticate, base, serve } from './service.js'

// A callback or a database that never answered held its requests for ever.

/** Long enough for what a request does before it hangs, also where other tests run beside it. */
const deadline = 300

// The first request loads and compiles code.
beforeAll(() => serve().createUser({ password: 'x' }))

/** A promise that is settled from outside. */
function later<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

const user = { schemas: [urns.user], userName: 'ada' }
const never = new Promise<never>(() => {})

describe('a request that takes longer than the deadline', () => {
  it('is 503, its store is told, and what the store does all the same has its events', async () => {
    const gate = later<void>()
    const users = memoryStore<User>()
    const signals: (AbortSignal | undefined)[] = []
    const created: string[] = []
    const service = serve({
      deadline,
      users: {
        ...users,
        async create(draft, context) {
          signals.push(context.signal)
          await gate.promise
          return users.create(draft, context)
        },
      },
      on: { 'user.created': ({ after }) => created.push(after.userName) },
    })
    const reply = await service.post('/Users', user)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
    expect(reply.body).toEqual({
      schemas: [urns.error],
      status: '503',
      detail: 'The service did not answer in time; try again',
    })
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    expect(created).toEqual([])
    gate.resolve()
    await vi.waitFor(() => expect(created).toEqual(['ada']))
    expect((await service.get('/Users')).body.totalResults).toBe(1)
    expect(service.events.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 503],
      ['GET', 200],
    ])
    expect(service.errors).toMatchObject([
      { error: { status: 503, cause: { name: 'TimeoutError' } }, context: { operation: 'create' } },
    ])
  })

  it('writes nothing after it, and what fails because of it is not reported again', async () => {
    const allowed = later<boolean>()
    const listing = later<never>()
    const users = memoryStore<User>()
    let writes = 0
    const service = serve({
      deadline,
      authorize: ({ operation }) => (operation === 'create' ? allowed.promise : true),
      users: {
        ...users,
        list: () => listing.promise,
        create: (...asked) => {
          writes += 1
          return users.create(...asked)
        },
      },
    })
    expect((await service.post('/Users', user)).status).toBe(503)
    expect((await service.get('/Users')).status).toBe(503)
    allowed.resolve(true)
    listing.reject(new Error('This operation was aborted'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(writes).toBe(0)
    expect(service.errors).toHaveLength(2)
    expect(service.events).toHaveLength(2)
  })

  it('is reported once where it is the groups of a written user that do not come', async () => {
    const asked = later<never>()
    const groups = { ...memoryStore<Group>(), groupsOf: () => asked.promise }
    const updated: unknown[] = []
    const users = memoryStore<User>()
    const { id } = await serve({ users }).createUser()
    const on = { 'user.updated': () => updated.push('updated') }
    const service = serve({ deadline, users, groups, on })
    expect((await service.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }])).status).toBe(503)
    asked.reject(new Error('This operation was aborted'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([updated, service.errors.length, service.events.length]).toEqual([['updated'], 1, 1])
  })

  it.each([
    ['authenticate', { authenticate: () => never }],
    ['authorize', { authorize: () => never }],
    ['hashPassword', { hashPassword: () => never }],
    ['onConflict', { onConflict: () => never }],
  ])('is 503 where %s hangs, which has been given the signal', async (_name, hanging) => {
    const signals: (AbortSignal | undefined)[] = []
    const spied = Object.fromEntries(
      Object.entries(hanging).map(([name, hang]) => [
        name,
        (
          first: { signal?: AbortSignal; context?: { signal?: AbortSignal } },
          second?: { signal?: AbortSignal },
        ) => {
          signals.push(second?.signal ?? first.context?.signal ?? first.signal)
          return hang()
        },
      ]),
    )
    const users = memoryStore<User>()
    await serve({ users }).createUser({ userName: 'ada' })
    const service = serve({ users, deadline, ...spied })
    const reply = await service.post('/Users', { ...user, password: 'x', title: 'y' })
    expect(reply.status).toBe(503)
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    expect(service.errors).toHaveLength(1)
    expect(service.events).toMatchObject([{ status: 503 }])
  })

  it.each([
    ['without a length', {}],
    ['with a length', { 'content-length': '500' }],
  ])('is 408 where its body %s is still arriving, which is no error of the service', async (_name, more) => {
    const service = serve({ deadline })
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"userName":')),
    })
    const headers = { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json', ...more }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    const response = await service.scim.fetch(new Request(`${base}/Users`, init))
    expect(response.status).toBe(408)
    expect(await response.json()).toMatchObject({ schemas: [urns.error], status: '408' })
    expect(service.errors).toEqual([])
    expect(service.events).toMatchObject([{ status: 408 }])
  })

  it('stops a bulk request, whose further operations are not done', async () => {
    const users = memoryStore<User>()
    let calls = 0
    const service = serveBulk({
      deadline,
      users: {
        ...users,
        async create(...asked) {
          calls += 1
          const made = await users.create(...asked)
          await new Promise((resolve) => setTimeout(resolve, deadline))
          return made
        },
      },
    })
    const reply = await service.bulk(Array.from({ length: 50 }, (_, index) => postUser(`u${index}`)))
    expect(reply.status).toBe(503)
    await new Promise((resolve) => setTimeout(resolve, 3 * deadline))
    expect(calls).toBeLessThan(4)
    const { body } = await service.get('/Users')
    expect(body.totalResults).toBe(calls)
    expect(service.errors).toHaveLength(1)
  })

  it('breaks a streamed reply whose next part does not come', async () => {
    let pages = 0
    const groups = {
      ...memoryStore<Group>(),
      members: async function* (): AsyncGenerator<readonly Member[]> {
        for (;;) {
          pages += 1
          if (pages > 3) await never
          yield [{ value: `m${pages}` }]
        }
      },
    }
    const service = serve({ deadline, groups })
    const { id } = await service.createGroup()
    const headers = { authorization: 'Bearer acme-token' }
    const response = await service.scim.fetch(new Request(`${base}/Groups/${id}`, { headers }))
    expect(response.status).toBe(200)
    // The client may take longer for what it has been sent.
    await new Promise((resolve) => setTimeout(resolve, 2 * deadline))
    await expect(response.text()).rejects.toThrow()
    expect(service.errors).toMatchObject([{ error: { status: 503, cause: { name: 'TimeoutError' } } }])
    expect(service.events.at(-1)).toMatchObject({ status: 200, outcome: 'failed' })
  })
})

describe('a request within the deadline', () => {
  it('is answered as without one, and leaves no timer behind', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    const clear = vi.spyOn(globalThis, 'clearTimeout')
    try {
      for (const options of [{}, { deadline: 60_000 }]) {
        const service = serve(options)
        set.mockClear()
        clear.mockClear()
        const { id } = await service.createUser()
        await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
        await service.get('/Users')
        await service.delete(`/Users/${id}`)
        expect((await service.get(`/Users/${id}`)).status).toBe(404)
        expect(set).toHaveBeenCalledTimes('deadline' in options ? 5 : 0)
        expect(clear).toHaveBeenCalledTimes('deadline' in options ? 5 : 0)
        expect(service.errors).toEqual([])
      }
    } finally {
      set.mockRestore()
      clear.mockRestore()
    }
  })
})

describe('the option', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100', null])('is not %s', (wrong) => {
    const options = { authenticate, users: memoryStore(), deadline: wrong as number }
    expect(() => createScim(options)).toThrow(/^createScim: deadline must be /)
  })
})
