import { afterEach, describe, expect, it, vi } from 'vitest'
import { createScim, memoryStore, type ResourceStore, ScimError, type User, urns } from '../../src/index.js'
import { authenticate, base, serve } from './service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }
const body = { schemas: [urns.patchOp], Operations: [{ op: 'replace', path: 'title', value: 'x' }] }
const secret = 'connect ECONNREFUSED 10.0.0.7:5432 for hunter2'

/** A store that holds one user and then fails at one of its methods. */
function failing(method: keyof ResourceStore<User>, thrown: unknown): ResourceStore<User> {
  return {
    ...memoryStore<User>({ newId: () => 'u1' }),
    [method]: async () => {
      throw thrown
    },
  }
}

const requests: readonly (readonly [keyof ResourceStore<User>, string, string, unknown])[] = [
  ['get', 'GET', '/Users/u1', undefined],
  ['get', 'PATCH', '/Users/u1', body],
  ['get', 'PUT', '/Users/u1', user],
  ['get', 'DELETE', '/Users/u1', undefined],
  ['list', 'GET', '/Users', undefined],
  ['create', 'POST', '/Users', user],
  ['replace', 'PATCH', '/Users/u1', body],
  ['replace', 'PUT', '/Users/u1', { ...user, title: 'x' }],
  ['delete', 'DELETE', '/Users/u1', undefined],
]

describe.each(requests)('a store whose %s fails at %s %s', (method, verb, path, sent) => {
  async function answer(thrown: unknown) {
    const service = serve({ users: failing(method, thrown) })
    if (method !== 'create') await service.createUser(user)
    return { ...service, reply: await service.send(verb, path, { body: sent }) }
  }

  it('is a 500 with an id that the host is told too, and never a 404 or a message', async () => {
    for (const thrown of [
      new Error(secret),
      Object.assign(new Error(secret), { status: 404, code: 'ENOENT' }),
      new TypeError(secret),
      secret,
      undefined,
      null,
      { status: 404, detail: secret },
    ]) {
      const { reply, errors } = await answer(thrown)
      expect(reply.status).toBe(500)
      expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '500' })
      expect(reply.text).not.toMatch(/ECONNREFUSED|hunter2/)
      expect(JSON.stringify(reply.event)).not.toMatch(/ECONNREFUSED|hunter2/)
      expect(errors).toHaveLength(1)
      const [{ error, context } = { error: 'none', context: undefined }] = errors
      expect(error).toBe(thrown)
      expect(reply.body.detail).toContain(context?.errorId)
      expect(context).toMatchObject({ tenant: 'acme', requestId: reply.event.requestId })
      expect(context?.operation).toBe(reply.event.operation)
    }
  })

  it('with an error of the protocol is answered with that', async () => {
    for (const [thrown, status] of [
      [ScimError.unavailable('The directory is read-only at the moment', { retryAfter: 29.5 }), 503],
      [ScimError.forbidden('Users of this tenant are managed elsewhere'), 403],
      [ScimError.tooMany('Too many users; use a filter'), 400],
      [ScimError.uniqueness('userName', { cause: new Error(secret) }), 409],
      [new ScimError(429, undefined, 'Slow down', { retryAfter: 7 }), 429],
    ] as const) {
      const { reply, errors } = await answer(thrown)
      expect(reply.status).toBe(status)
      expect(reply.body).toEqual({
        schemas: [urns.error],
        status: String(status),
        ...(thrown.scimType && { scimType: thrown.scimType }),
        detail: thrown.detail,
      })
      if (thrown.retryAfter !== undefined) expect(reply.headers.get('retry-after')).toMatch(/^(?:30|7)$/)
      expect(errors).toEqual([])
      expect(reply.text).not.toContain('hunter2')
    }
  })
})

describe('an error', () => {
  it('of another copy of the package is known as one', async () => {
    const foreign = Object.assign(new Error('elsewhere'), {
      status: 409,
      scimType: 'uniqueness',
      detail: 'userName is taken',
      toMessage: () => ({ schemas: [urns.error], status: '409', detail: 'userName is taken' }),
      [Symbol.for('scimkit.ScimError')]: true,
    })
    const service = serve({ users: failing('create', foreign) })
    const reply = await service.post('/Users', user)
    expect(reply.status).toBe(409)
    expect(service.errors).toEqual([])
  })

  it('has its status as a text', async () => {
    const service = serve()
    for (const [path, status] of [
      ['/Users/nobody', '404'],
      ['/Users?filter=x', '400'],
    ]) {
      expect((await service.get(path ?? '')).body.status).toBe(status)
    }
  })
})

describe('a caller who is not known', () => {
  it('is told so in SCIM’s words, and learns nothing else', async () => {
    const service = serve()
    const { id } = await service.createUser()
    for (const [method, path] of [
      ['GET', '/Users'],
      ['GET', `/Users/${id}`],
      ['GET', '/Users/nobody'],
      ['GET', '/nosuch'],
      ['OPTIONS', '/Users'],
      ['POST', '/Users'],
      ['DELETE', `/Users/${id}`],
      ['GET', '/ServiceProviderConfig'],
      ['GET', '/Schemas'],
    ] as const) {
      for (const token of ['', 'wrong']) {
        const reply = await service.send(method, path, { token })
        expect(reply.status, `${method} ${path}`).toBe(401)
        expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
        expect(reply.headers.get('allow')).toBeNull()
        expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/)
        expect(reply.body).toEqual({
          schemas: [urns.error],
          status: '401',
          detail: 'The request carries no valid credential',
        })
      }
    }
    expect((await service.get(`/Users/${id}`)).status).toBe(200)
  })

  it('may read discovery where the host says so, and nothing else', async () => {
    const { get } = serve({ publicDiscovery: true })
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes/User', '/schemas/']) {
      expect((await get(path, { token: '' })).status, path).toBe(200)
    }
    for (const path of ['/Users', '/Me', '/nosuch', '/', '/Schemas/x/y']) {
      expect((await get(path, { token: '' })).status, path).toBe(401)
    }
    expect((await get('/Users', { token: 'wrong' })).status).toBe(401)
  })

  it('is whatever authenticate says, and its failure is a 500', async () => {
    for (const [answer, status] of [
      [() => undefined, 401],
      [() => null, 401],
      [async () => false as const, 401],
      [() => ({}), 200],
      [async () => ({ tenant: 'x' }), 200],
      [() => Promise.reject(ScimError.forbidden('Not from this network')), 403],
      [() => Promise.reject(new Error(secret)), 500],
      [
        () => {
          throw new Error(secret)
        },
        500,
      ],
    ] as const) {
      const service = serve({ authenticate: answer })
      const reply = await service.get('/Users')
      expect(reply.status).toBe(status)
      expect(reply.text).not.toContain('hunter2')
      expect(service.errors).toHaveLength(status === 500 ? 1 : 0)
    }
  })

  it('is asked for with the request that the platform knows', async () => {
    const seen: unknown[] = []
    const service = serve({
      authenticate: ({ method, path, header, raw }) => {
        seen.push({ method, path, agent: header('user-agent'), isRequest: raw instanceof Request })
        return {}
      },
    })
    await service.get('/Users/1?count=1', { headers: { 'User-Agent': 'Okta SCIM Client 1.0.0' } })
    expect(seen).toEqual([
      { method: 'GET', path: '/Users/1', agent: 'Okta SCIM Client 1.0.0', isRequest: true },
    ])
  })
})

describe('a caller who may not', () => {
  it('is 403, before anything is done', async () => {
    const asked: unknown[] = []
    const service = serve({
      authorize: (request) => {
        asked.push(request)
        return request.operation !== 'remove'
      },
    })
    const { id } = await service.createUser()
    const reply = await service.delete(`/Users/${id}`)
    expect(reply.status).toBe(403)
    expect(reply.body).toMatchObject({ schemas: [urns.error], status: '403' })
    expect((await service.get(`/Users/${id}`)).status).toBe(200)
    expect(asked).toContainEqual({
      operation: 'remove',
      resourceType: 'User',
      id,
      tenant: 'acme',
      actor: 'okta',
    })
  })
})

describe('the host’s own functions', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('may fail at being told of a request without consequence for it', async () => {
    for (const onRequest of [
      () => {
        throw new Error(secret)
      },
      () => Promise.reject(new Error(secret)),
    ]) {
      const service = serve({ onRequest })
      expect((await service.get('/Users')).status).toBe(200)
      expect(service.errors).toMatchObject([{ context: { operation: 'onRequest', tenant: 'acme' } }])
    }
  })

  it('may fail at being told of an error, whether at once or later', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    for (const onError of [
      () => {
        throw new Error('the log is full')
      },
      async () => {
        throw new Error('the log is full')
      },
    ]) {
      const service = serve({
        users: failing('get', new Error(secret)),
        on: { 'user.created': () => Promise.reject(new Error(secret)) },
        onRequest: () => Promise.reject(new Error(secret)),
        onError,
      })
      expect((await service.post('/Users', user)).status).toBe(201)
      expect((await service.get('/Users/u1')).status).toBe(500)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it.each([
    ['one line', secret],
    ['lines that look like places', `no user\n    at hunter2:1:2\n    at async hunter2 (hunter2:3:4)`],
  ])('left out, a line on the console names the place, and not the message: %s', async (_, message) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const scim = createScim({ authenticate, users: failing('list', new RangeError(message)) })
    const headers = { authorization: 'Bearer acme-token' }
    const response = await scim.fetch(new Request(`${base}/Users`, { headers }))
    expect(response.status).toBe(500)
    expect(log).toHaveBeenCalledTimes(1)
    const line = String(log.mock.calls[0]?.[0])
    expect(line).toMatch(/^scimkit: list failed with RangeError \([0-9a-f-]{36}\)\n\s+at /)
    expect(line).not.toContain('hunter2')
    const { detail } = (await response.json()) as { detail: string }
    expect(line).toContain(/[0-9a-f-]{36}/.exec(detail)?.[0])
  })
})
