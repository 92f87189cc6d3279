import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type CommonAttributes,
  createScim,
  type Group,
  memoryStore,
  type ResourceStore,
  ScimError,
  type User,
  urns,
} from '../../src/index.js'
import { postUser, serveBulk } from '../operations/bulk/bulk.js'
import { authenticate, base, type Options, serve } from './service.js'

// A database that was away was answered with 503, and whoever was on call never heard of it.

const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })
const down = () => ScimError.unavailable('The database is not available', { cause })

/** A store that holds what it was given and is away when it is told to be. */
function breaking<R extends CommonAttributes>(newId: () => string) {
  const store = memoryStore<R>({ newId })
  const state = { isDown: false }
  const check = () => {
    if (state.isDown) throw down()
  }
  const broken: ResourceStore<R> = {
    ...store,
    get: async (...asked) => {
      check()
      return store.get(...asked)
    },
    list: async (...asked) => {
      check()
      return store.list(...asked)
    },
    create: async (...asked) => {
      check()
      return store.create(...asked)
    },
    replace: async (...asked) => {
      check()
      return store.replace(...asked)
    },
    delete: async (...asked) => {
      check()
      return store.delete(...asked)
    },
    groupsOf: async (...asked) => {
      check()
      return (await store.groupsOf?.(...asked)) ?? new Map()
    },
    changeMembers: async (...asked) => {
      check()
      if (!store.changeMembers) throw new Error('The memory store changes members')
      return store.changeMembers(...asked)
    },
  }
  return { store: broken, state }
}

async function begin(options: Options = {}) {
  const users = breaking<User>(() => 'u1')
  const groups = breaking<Group>(() => 'g1')
  const service = serve({
    users: users.store,
    groups: groups.store,
    identify: () => ({ id: 'u1' }),
    ...options,
  })
  await service.createUser({ userName: 'ada' })
  await service.createGroup({ members: [{ value: 'u1' }] })
  return { ...service, users: users.state, groups: groups.state }
}

const title = { schemas: [urns.patchOp], Operations: [{ op: 'replace', path: 'title', value: 'x' }] }
const noMembers = { schemas: [urns.patchOp], Operations: [{ op: 'remove', path: 'members' }] }
const search = { schemas: [urns.searchRequest], filter: 'title pr' }

const requests: readonly (readonly [string, string, unknown, string])[] = [
  ['GET', '/Users/u1', undefined, 'read'],
  ['HEAD', '/Users/u1', undefined, 'read'],
  ['GET', '/Me', undefined, 'read'],
  ['PATCH', '/Me', title, 'modify'],
  ['GET', '/Users', undefined, 'list'],
  ['GET', '/Users?cursor', undefined, 'list'],
  ['POST', '/Users/.search', search, 'list'],
  ['GET', '/', undefined, 'list'],
  ['POST', '/.search', search, 'list'],
  ['POST', '/Users', { schemas: [urns.user], userName: 'bob' }, 'create'],
  ['PUT', '/Users/u1', { schemas: [urns.user], userName: 'ada', title: 'x' }, 'replace'],
  ['PATCH', '/Users/u1', title, 'modify'],
  ['DELETE', '/Users/u1', undefined, 'remove'],
  ['PATCH', '/Groups/g1', noMembers, 'modify'],
]

describe('a 503 with a cause', () => {
  it.each(requests)('is reported once for %s %s', async (method, path, body, operation) => {
    const service = await begin()
    service.users.isDown = true
    service.groups.isDown = true
    const response = await service.scim.fetch(
      new Request(base + path, {
        method,
        headers: { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    const [first, ...others] = service.errors
    expect(others).toEqual([])
    expect(first?.error).toMatchObject({ status: 503, cause })
    expect(first?.context).toEqual({
      errorId: expect.stringMatching(/^[\da-f-]{36}$/),
      requestId: service.events.at(-1)?.requestId,
      tenant: 'acme',
      operation,
    })
    expect(await response.text()).not.toContain('ECONNREFUSED')
  })

  it('is reported where only the groups of a user cannot be read', async () => {
    const service = await begin()
    service.groups.isDown = true
    for (const path of ['/Users/u1', '/Users', '/Users?filter=groups%20pr']) {
      service.errors.length = 0
      expect((await service.get(path)).status).toBe(503)
      expect(service.errors).toMatchObject([{ error: { cause } }])
    }
  })

  it('is reported for each operation of a bulk request that it keeps from being done', async () => {
    const users = breaking<User>(() => crypto.randomUUID())
    const service = serveBulk({ users: users.store })
    users.state.isDown = true
    const reply = await service.bulk([postUser('ada'), postUser('bob')])
    expect(reply.statuses).toEqual(['503', '503'])
    expect(service.errors).toMatchObject([
      { error: { cause }, context: { operation: 'create' } },
      { error: { cause }, context: { operation: 'create' } },
    ])
  })

  it('is reported where callbacks throw it, and where writes are given up', async () => {
    const thrown = await begin({
      authorize: ({ operation }) => {
        if (operation === 'discover') throw down()
        return true
      },
      identify: () => {
        throw down()
      },
    })
    expect((await thrown.get('/Me')).status).toBe(503)
    expect((await thrown.get('/Schemas')).status).toBe(503)
    expect(thrown.errors).toMatchObject([{ error: { cause } }, { error: { cause } }])
    const users = memoryStore<User>()
    const contended = serve({
      users: { ...users, replace: () => Promise.reject(ScimError.versionMismatch()) },
      limits: { maxAttempts: 3 },
    })
    const { id } = await contended.createUser()
    expect((await contended.patch(`/Users/${id}`, title.Operations)).status).toBe(503)
    expect(contended.errors).toMatchObject([{ error: { status: 503, cause: { status: 412 } } }])
  })

  it('is reported for what is answered with another status from 500 on too', async () => {
    const service = serve({
      users: {
        ...memoryStore<User>(),
        get: () => Promise.reject(new ScimError(502, undefined, 'The directory is away', { cause })),
      },
    })
    expect((await service.get('/Users/u1')).status).toBe(502)
    expect(service.errors).toMatchObject([{ error: { cause } }])
  })
})

describe('not reported is', () => {
  it('a 503 without a cause: the host has thrown it as an answer', async () => {
    const unavailable = ScimError.unavailable('Closed for the night', { retryAfter: 3600 })
    const users = { ...memoryStore<User>(), get: () => Promise.reject(unavailable) }
    const service = serve({ users })
    expect((await service.get('/Users/u1')).status).toBe(503)
    expect(service.errors).toEqual([])
  })
})

describe('a cursor', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('is not to blame where the platform has no key for it', async () => {
    const service = serve()
    await service.createUser()
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('no keys'))
    const reply = await service.get('/Users?cursor=dGhpcyBpcyBubyBjdXJzb3IgYXQgYWxs')
    expect(reply.status).toBe(500)
    expect(service.errors.map(({ error }) => String(error))).toEqual(['Error: no keys'])
  })
})

describe('without onError', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('the console names the cause of a 503 by its code, without its message', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const scim = createScim({
      authenticate,
      users: { ...memoryStore<User>(), list: () => Promise.reject(down()) },
    })
    const headers = { authorization: 'Bearer acme-token' }
    expect((await scim.fetch(new Request(`${base}/Users`, { headers }))).status).toBe(503)
    expect(log).toHaveBeenCalledTimes(1)
    const line = String(log.mock.calls[0]?.[0])
    expect(line).toMatch(
      /^scimkit: list failed with Error ECONNREFUSED and was answered with 503 \([\da-f-]{36}\)\n\s+at /,
    )
    expect(line).not.toContain('10.0.0.7')
  })
})
