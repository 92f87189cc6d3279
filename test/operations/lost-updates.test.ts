import { describe, expect, it, vi } from 'vitest'
import {
  type CommonAttributes,
  type Group,
  memoryStore,
  type ResourceStore,
  ScimError,
  type User,
} from '../../src/index.js'
import { serve } from '../http/service.js'

const writers = 64

/** Waits for a while that is different each time, so that reads and writes of several requests interleave. */
const delay = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4))

interface Counts {
  mismatches: number
}

/** A store of five methods, as a host writes one: reading and writing take time. */
function slow<R extends CommonAttributes>(counts: Counts): ResourceStore<R> {
  const inner = memoryStore<R>()
  return {
    async get(id, projection, context) {
      await delay()
      const found = await inner.get(id, projection, context)
      await delay()
      return found
    },
    list: inner.list,
    create: inner.create,
    async replace(id, resource, version, context) {
      await delay()
      return inner.replace(id, resource, version, context).catch((error) => {
        if (error instanceof ScimError && error.status === 412) counts.mismatches++
        throw error
      })
    },
    async delete(id, version, context) {
      await delay()
      return inner.delete(id, version, context)
    },
  }
}

/** A store that changes members by itself, slowly. */
function slowGroups(counts: Counts): ResourceStore<Group> {
  const inner = memoryStore<Group>()
  return {
    ...slow<Group>(counts),
    list: inner.list,
    create: inner.create,
    async get(id, projection, context) {
      await delay()
      return inner.get(id, projection, context)
    },
    async replace(id, resource, version, context) {
      await delay()
      return inner.replace(id, resource, version, context)
    },
    async changeMembers(id, change, version, context) {
      await delay()
      if (!inner.changeMembers) throw new Error('the memory store changes members')
      return inner.changeMembers(id, change, version, context)
    },
  }
}

const everybody = Array.from({ length: writers }, (_, index) => index)

describe.each([
  ['in memory', () => memoryStore<User>()],
  ['in a slow store', () => slow<User>({ mismatches: 0 })],
])('users %s', (_name, users) => {
  it('keep every value that 64 writers add at the same time', async () => {
    const service = serve({ users: users() })
    const { id } = await service.createUser()
    const replies = await Promise.all(
      everybody.map((index) =>
        service.patch(`/Users/${id}`, [
          { op: 'add', path: 'phoneNumbers', value: [{ value: `${index}`, type: `line${index}` }] },
        ]),
      ),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    const stored = await service.storedUser(id)
    expect(stored.phoneNumbers?.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(everybody)
    expect(new Set(replies.map(({ headers }) => headers.get('etag'))).size).toBe(writers)
  })

  it('keep what different writers set in different attributes', async () => {
    const service = serve({ users: users() })
    const { id } = await service.createUser()
    const names = ['title', 'nickName', 'displayName', 'userType', 'locale', 'timezone', 'externalId']
    await Promise.all(
      names.map((name) => service.patch(`/Users/${id}`, [{ op: 'replace', path: name, value: name }])),
    )
    expect(await service.storedUser(id)).toMatchObject(Object.fromEntries(names.map((name) => [name, name])))
  })
})

it('writers of a slow store do come between each other, or this file tests nothing', async () => {
  const counts = { mismatches: 0 }
  const service = serve({ users: slow<User>(counts) })
  const { id } = await service.createUser()
  await Promise.all(
    everybody.map((index) =>
      service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: `${index}` }]),
    ),
  )
  expect(counts.mismatches).toBeGreaterThan(writers)
})

describe.each([
  ['in memory', () => memoryStore<Group>()],
  ['in a slow store of five methods', () => slow<Group>({ mismatches: 0 })],
  ['in a slow store that changes members', () => slowGroups({ mismatches: 0 })],
])('groups %s', (_name, groups) => {
  it('have every member that 64 writers add, and none of those that they remove', async () => {
    const service = serve({ groups: groups() })
    const users: string[] = []
    for (let count = 0; count < writers * 2; count++) users.push((await service.createUser()).id)
    const leaving = users.slice(0, writers)
    const coming = users.slice(writers)
    const { id } = await service.createGroup({ members: leaving.map((value) => ({ value })) })
    const path = `/Groups/${id}`
    const replies = await Promise.all([
      ...coming.map((value) => service.patch(path, [{ op: 'Add', path: 'members', value: [{ value }] }])),
      ...leaving.map((value, index) =>
        service.patch(path, [
          index % 2 === 0
            ? { op: 'Remove', path: 'members', value: [{ value }] }
            : { op: 'remove', path: `members[value eq "${value}"]` },
        ]),
      ),
      service.patch(path, [{ op: 'replace', path: 'displayName', value: 'Renamed meanwhile' }]),
    ])
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]))
    const stored = await service.storedGroup(id)
    expect(stored.members?.map(({ value }) => value).sort()).toEqual([...coming].sort())
    expect(stored.displayName).toBe('Renamed meanwhile')
  })
})

describe('a writer that names a version', () => {
  it('is refused where another was faster, and nothing is tried again', async () => {
    const service = serve({ users: slow<User>({ mismatches: 0 }) })
    const { id, meta } = await service.createUser()
    const headers = { 'if-match': meta.version }
    const replies = await Promise.all(
      everybody.map((index) =>
        service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: `${index}` }], { headers }),
      ),
    )
    const statuses = replies.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(writers - 1).fill(412)])
    const winner = replies.findIndex(({ status }) => status === 200)
    expect((await service.storedUser(id)).title).toBe(`${winner}`)
    expect((await service.storedUser(id)).meta.version).toBe('2')
  })

  it.each([
    ['that changes members', () => slowGroups({ mismatches: 0 })],
    ['of five methods', () => slow<Group>({ mismatches: 0 })],
  ])('is one of many for a group in a store %s', async (_name, groups) => {
    const service = serve({ groups: groups() })
    const users: string[] = []
    for (let count = 0; count < 16; count++) users.push((await service.createUser()).id)
    const { id, meta } = await service.createGroup()
    const headers = { 'if-match': meta.version }
    const replies = await Promise.all(
      users.map((value) =>
        service.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value }] }], { headers }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([204, ...Array(15).fill(412)])
    const winner = replies.findIndex(({ status }) => status === 204)
    expect((await service.storedGroup(id)).members?.map(({ value }) => value)).toEqual([users[winner]])
  })
})

describe('a store whose every write is too late', () => {
  const late = (): ResourceStore<User> => {
    const inner = memoryStore<User>()
    const refuse = () => Promise.reject(ScimError.versionMismatch())
    return { get: inner.get, list: inner.list, create: inner.create, replace: refuse, delete: refuse }
  }

  it('makes the client come again, after a bounded number of attempts', async () => {
    const service = serve({ users: late(), limits: { maxAttempts: 3 } })
    const { id } = await service.createUser()
    for (const reply of [
      await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }]),
      await service.delete(`/Users/${id}`),
    ]) {
      expect(reply.status).toBe(503)
      expect(reply.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(reply.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
    }
  })

  it('makes the client come again after a bounded time', async () => {
    const service = serve({ users: late(), limits: { maxAttempts: 1_000_000 } })
    const { id } = await service.createUser()
    vi.useFakeTimers()
    try {
      const patched = service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])
      await vi.advanceTimersByTimeAsync(18_000)
      expect((await patched).status).toBe(503)
    } finally {
      vi.useRealTimers()
    }
  })

  it('answers 412 to a client that named a version', async () => {
    const service = serve({ users: late() })
    const { id } = await service.createUser()
    const headers = { 'if-match': '*' }
    const reply = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }], {
      headers,
    })
    expect(reply.status).toBe(412)
  })
})

it('a resource that is deleted between reading and writing is gone, and not made again', async () => {
  const inner = memoryStore<User>()
  const users: ResourceStore<User> = {
    ...inner,
    async replace(id, resource, version, context) {
      await inner.delete(id, undefined, context)
      return inner.replace(id, resource, version, context)
    },
  }
  const service = serve({ users })
  const { id } = await service.createUser()
  expect((await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])).status).toBe(
    404,
  )
  expect((await service.get(`/Users/${id}`)).status).toBe(404)
})
