import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createScim,
  lenient,
  memoryStore,
  type ScimOptions,
  strict,
  type User,
  urns,
} from '../../src/index.js'
import { authenticate, base, serve } from '../http/service.js'

// What a host's hook returns is believed only when it is of the right kind: `true` was a caller without a tenant once,
// 'no' allowed everything, and a decision that was forgotten gave an account away.

class Session {
  readonly tenant = 'acme'
}

/** A service with one user and one group, and then with these hooks over the same stores. */
async function withHooks(hooks: object) {
  const open = serve()
  const user = await open.createUser({ userName: 'ada', title: 'Countess' })
  const group = await open.createGroup({ displayName: 'Team', members: [{ value: user.id }] })
  const state = async () => [
    (await open.get('/Users')).body.Resources,
    (await open.get('/Groups')).body.Resources,
    (await open.storedUser(user.id)).password,
  ]
  const heard: string[] = []
  const listen = ({ name }: { readonly name: string }) => void heard.push(name)
  const on = {
    'user.created': listen,
    'user.updated': listen,
    'user.deactivated': listen,
    'user.reactivated': listen,
    'user.deleted': listen,
    'group.updated': listen,
  }
  // As hosts without TypeScript may write it.
  const scim = serve({ users: open.users, groups: open.groups, on, ...(hooks as Partial<ScimOptions>) })
  return { ...scim, open, user, group, before: await state(), state, heard }
}

type Service = Awaited<ReturnType<typeof withHooks>>

const ben = { schemas: [urns.user], userName: 'ben' }

/** A request of each kind that asks the hooks. */
const requests: Readonly<Record<string, (service: Service) => ReturnType<Service['get']>>> = {
  'POST /Users': ({ post }) => post('/Users', ben),
  'GET /Users/id': ({ get, user }) => get(`/Users/${user.id}`),
  'GET /Users': ({ get }) => get('/Users'),
  'GET /': ({ get }) => get('/'),
  'POST /.search': ({ post }) => post('/.search', { schemas: [urns.searchRequest], filter: 'id pr' }),
  'PUT /Users/id': ({ put, user }) => put(`/Users/${user.id}`, { schemas: [urns.user], userName: 'eve' }),
  'PATCH /Users/id': ({ patch, user }) => patch(`/Users/${user.id}`, [{ op: 'remove', path: 'title' }]),
  'PATCH /Groups/id': ({ patch, group }) => patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members' }]),
  'DELETE /Users/id': ({ delete: remove, user }) => remove(`/Users/${user.id}`),
  'GET /Schemas': ({ get }) => get('/Schemas'),
  'POST /Bulk': ({ post, user }) =>
    post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [{ method: 'DELETE', path: `/Users/${user.id}` }],
    }),
}

/** 500, with everything as it was, and the hook named to the host. */
async function expectFault(service: Service, reply: Awaited<ReturnType<Service['get']>>, hook: string) {
  expect(reply.status).toBe(500)
  expect(reply.body).toMatchObject({ schemas: [urns.error], status: '500' })
  expect(reply.text).not.toContain(hook)
  expect(service.errors).toHaveLength(1)
  const [{ error, context } = { error: undefined, context: undefined }] = service.errors
  expect(error).toBeInstanceOf(TypeError)
  expect((error as Error).message).toMatch(new RegExp(`^${hook} must return .*, and returned `))
  expect(reply.body.detail).toContain(context?.errorId)
  expect(await service.state()).toEqual(service.before)
  expect(service.heard).toEqual([])
}

afterEach(() => void vi.restoreAllMocks())

describe('authenticate', () => {
  test.each<[string, unknown]>([
    ['true', true],
    ['a number', 1],
    ['zero', 0],
    ['the name of a tenant', 'acme'],
    ['an empty text', ''],
    ['a symbol', Symbol('acme')],
    ['a bigint', 1n],
    ['a function', () => ({ tenant: 'acme' })],
    ['a list', []],
    ['a list with a caller', [{ tenant: 'acme' }]],
    ['an error', new Error('denied')],
    ['a date', new Date()],
    ['a map', new Map([['tenant', 'acme']])],
    ['an instance of a class', new Session()],
    ['an object with a prototype of its own', Object.create({ tenant: 'acme' })],
    ['a promise of true', Promise.resolve(true)],
    // biome-ignore lint/suspicious/noThenProperty: what is awaited may be anything.
    ['a thenable of a text', { then: (resolve: (value: unknown) => void) => resolve('acme') }],
    ['an empty tenant', { tenant: '' }],
    ['a tenant that is null', { tenant: null }],
    ['a tenant that is a number', { tenant: 7 }],
    ['a tenant that is a list', { tenant: ['acme'] }],
    ['a tenant that is an object', { tenant: { id: 'acme' } }],
    ['a tenant that is a promise', { tenant: Promise.resolve('acme') }],
    ['a tenant in a box', { tenant: new String('acme') }],
    ['an empty actor', { tenant: 'acme', actor: '' }],
    ['an actor that is an object', { tenant: 'acme', actor: { name: 'okta' } }],
  ])('that returns %s lets nobody in', async (_, returned) => {
    for (const [name, request] of Object.entries(requests)) {
      const service = await withHooks({ authenticate: () => returned })
      const reply = await request(service)
      expect(reply.status, name).toBe(500)
      await expectFault(service, reply, 'authenticate')
    }
  })

  test.each<[string, unknown, number]>([
    ['nothing', undefined, 401],
    ['null', null, 401],
    ['false', false, 401],
    ['a promise of nothing', Promise.resolve(undefined), 401],
    ['a caller without a tenant', {}, 200],
    ['a caller with more than is asked for', { tenant: 'acme', actor: 'okta', roles: ['admin'] }, 200],
    ['a caller without a prototype', Object.assign(Object.create(null), { tenant: 'acme' }), 200],
    ['a promise of a caller', Promise.resolve({ tenant: 'acme' }), 200],
  ])('that returns %s is answered as ever', async (_, returned, status) => {
    const { get, errors } = serve({ authenticate: () => returned as never })
    expect((await get('/Users')).status).toBe(status)
    expect(errors).toEqual([])
  })

  test('gives its whole caller to the other hooks', async () => {
    const caller = { tenant: 'acme', actor: 'okta', roles: ['admin'] }
    const seen: unknown[] = []
    const see = (given: unknown) => void seen.push(given)
    const { get } = serve({
      authenticate: () => caller,
      profile: (given) => see(given) ?? lenient(),
      identify: (given) => see(given) ?? undefined,
    })
    expect((await get('/Me')).status).toBe(404)
    expect(seen).toEqual([caller, caller])
  })
})

describe('authorize', () => {
  test.each<[string, unknown]>([
    ['a text', 'no'],
    ['an empty text', ''],
    ['an object', {}],
    ['an object that says so', { allowed: false }],
    ['a list', []],
    ['a number', 1],
    ['zero', 0],
    ['nothing', undefined],
    ['null', null],
    ['a boolean in a box', new Boolean(false)],
    ['a promise of a text', Promise.resolve('false')],
    ['a function', () => false],
    ['an error', new Error('denied')],
  ])('that returns %s allows nothing', async (_, returned) => {
    for (const [name, request] of Object.entries(requests)) {
      const service = await withHooks({ authorize: () => returned })
      const reply = await request(service)
      expect(reply.status, name).toBe(500)
      await expectFault(service, reply, 'authorize')
    }
  })

  test('is asked in a bulk request whether it is one, and for each operation', async () => {
    const service = await withHooks({
      authorize: ({ operation }: { readonly operation: string }) => (operation === 'bulk' ? true : 'no'),
    })
    const reply = await requests['POST /Bulk']?.(service)
    expect(reply?.body.Operations).toMatchObject([{ status: '500', response: { status: '500' } }])
    expect(service.errors.map(({ error }) => String(error))).toEqual([
      'HostFault: authorize must return true or false, and returned text',
    ])
    expect(await service.state()).toEqual(service.before)
  })
})

describe('identify', () => {
  test.each<[string, unknown]>([
    ['true', true],
    ['an id', '1'],
    ['a number', 1],
    ['false', false],
    ['a list', []],
    ['an object without an id', { resourceType: 'User' }],
    ['an empty id', { id: '' }],
    ['an id that is a number', { id: 1 }],
    ['an id that is a promise', { id: Promise.resolve('1') }],
    ['a type that is none', { id: '1', resourceType: 7 }],
    ['an empty type', { id: '1', resourceType: '' }],
    ['an error', new Error('unknown')],
    ['a date', new Date()],
  ])('that returns %s leads nowhere', async (_, returned) => {
    for (const request of [
      ({ get }: Service) => get('/Me'),
      ({ post }: Service) => post('/Me', ben),
      ({ put }: Service) => put('/Me', ben),
      ({ patch }: Service) => patch('/Me', [{ op: 'remove', path: 'title' }]),
      ({ delete: remove }: Service) => remove('/Me'),
    ]) {
      const service = await withHooks({ identify: () => returned })
      await expectFault(service, await request(service), 'identify')
    }
  })

  test('may return the host’s own record of the caller, or null for none', async () => {
    class Account {
      constructor(readonly id: string) {}
    }
    const open = serve()
    const { id } = await open.createUser()
    const scim = serve({ users: open.users, identify: () => new Account(id) })
    expect((await scim.get('/Me')).body.id).toBe(id)
    expect((await serve({ identify: () => null as never }).get('/Me')).status).toBe(404)
  })
})

describe('profile', () => {
  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a name', () => 'lenient'],
    ['an object', () => ({})],
    ['a factory', () => lenient],
    ['a copy', () => ({ ...strict() })],
    ['a list of them', () => [strict()]],
    ['a promise of one', async () => strict()],
    ['a promise that fails', () => Promise.reject(new Error('no such tenant'))],
  ])('that returns %s accepts nothing', async (_, profile) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    for (const request of Object.values(requests)) {
      const service = await withHooks({ profile })
      await expectFault(service, await request(service), 'profile')
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('is refused at the start where it is no function and no profile either', () => {
    for (const profile of [{}, { ...lenient() }, { name: 'lenient', rewritePatch: () => [] }]) {
      expect(() => createScim({ authenticate, users: memoryStore(), profile } as ScimOptions)).toThrow(
        new TypeError('createScim: profile must be a profile, such as lenient() or strict()'),
      )
    }
  })
})

describe('hashPassword', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a number', 7],
    ['true', true],
    ['bytes', new Uint8Array([1, 2])],
    ['an object', { hash: 'x' }],
    ['a list', ['x']],
    ['a promise of nothing', Promise.resolve()],
  ])('that returns %s stores nothing', async (_, returned) => {
    const password = 'correct horse'
    for (const request of [
      ({ post }: Service) => post('/Users', { ...ben, password }),
      ({ put, user }: Service) => put(`/Users/${user.id}`, { ...ben, password }),
      ({ patch, user }: Service) =>
        patch(`/Users/${user.id}`, [{ op: 'replace', value: { password, title: 'x' } }]),
    ]) {
      const service = await withHooks({ hashPassword: () => returned })
      await expectFault(service, await request(service), 'hashPassword')
      expect(JSON.stringify(service.errors.map(({ error }) => String(error)))).not.toContain('horse')
    }
  })
})

test('without onError, the console tells which hook it was and what it returned, and no value', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const scim = createScim({ authenticate: () => 'tok3n' as never, users: memoryStore<User>() })
  expect((await scim.fetch(new Request(`${base}/Users`))).status).toBe(500)
  const line = String(log.mock.calls[0]?.[0])
  expect(line).toMatch(/^scimkit: request failed with HostFault \([0-9a-f-]{36}\): authenticate must return /)
  expect(line).toContain('and returned text\n')
  expect(line).not.toContain('tok3n')
})
