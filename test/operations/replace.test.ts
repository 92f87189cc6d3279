import { describe, expect, it } from 'vitest'
import {
  attribute,
  createScim,
  defineExtension,
  memoryStore,
  type ResourceStore,
  type User,
  type UserWith,
  urns,
} from '../../src/index.js'
import { authenticate, type Body, type Options, serve as serveStores, usersWith } from '../http/service.js'

/** A service whose users have a manager. */
const serve = (options: Options = {}) => serveStores({ users: usersWith('m1'), ...options })

const user = { schemas: [urns.user], userName: 'bjensen' }
const full = {
  ...user,
  externalId: 'x1',
  title: 'Guide',
  name: { givenName: 'Barbara', familyName: 'Jensen', formatted: 'Barbara Jensen' },
  emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
  [urns.enterpriseUser]: { department: 'Tours', manager: { value: 'm1' } },
}

describe('a PUT', () => {
  it('of what a GET has shown changes nothing: meta, groups, references and all', async () => {
    const happened: string[] = []
    const service = serve({ on: { 'user.updated': () => void happened.push('updated') } })
    const { id } = await service.createUser(full)
    await service.createGroup({ members: [{ value: id }] })
    const before = await service.storedUser(id)
    const echo = (await service.get(`/Users/${id}`)).body
    expect(echo).toMatchObject({
      groups: [{ type: 'direct' }],
      [urns.enterpriseUser]: { manager: { value: 'm1', $ref: expect.stringContaining('/Users/m1') } },
      meta: { resourceType: 'User' },
    })
    for (const body of [
      echo,
      { ...echo, meta: { created: '05-17-2018 00:00:00', version: 'nonsense' }, groups: [] },
      { ...echo, id: 'another', schemas: [urns.enterpriseUser, urns.user] },
    ]) {
      const reply = await service.put(`/Users/${id}`, body)
      expect(reply.status).toBe(200)
      expect(reply.body.meta).toEqual(echo.meta)
      expect(reply.body).toEqual(echo)
    }
    expect(await service.storedUser(id)).toBe(before)
    expect(happened).toEqual([])
  })

  it('clears what it leaves out, and what it gives no value', async () => {
    const service = serve()
    for (const body of [
      user,
      {
        ...user,
        title: '',
        name: { givenName: null },
        emails: [],
        externalId: null,
        [urns.enterpriseUser]: {},
      },
      { ...user, title: null, name: {}, emails: [{}], [urns.enterpriseUser]: null },
    ]) {
      const { id } = await service.createUser(full)
      const reply = await service.put(`/Users/${id}`, body)
      expect(reply.status).toBe(200)
      const { meta, ...stored } = await service.storedUser(id)
      expect(stored).toEqual({ ...user, id, active: true })
      expect(meta.version).toBe('2')
      await service.delete(`/Users/${id}`)
    }
  })

  it('keeps what a stale part of it says, as it comes', async () => {
    const service = serve()
    const { id } = await service.createUser(full)
    const name = { givenName: 'Jane', familyName: 'Doe', formatted: 'Barbara Jensen' }
    expect((await service.put(`/Users/${id}`, { ...full, name })).body.name).toEqual(name)
  })

  it('that does not say whether the user is active leaves it so', async () => {
    const service = serve()
    const { id } = await service.createUser({ ...full, active: false })
    await service.put(`/Users/${id}`, full)
    expect((await service.storedUser(id)).active).toBe(false)
    await service.put(`/Users/${id}`, { ...full, active: null })
    expect((await service.storedUser(id)).active).toBe(false)
    await service.put(`/Users/${id}`, { ...full, active: 'True' })
    expect((await service.storedUser(id)).active).toBe(true)
  })

  it('that leaves the password out keeps it', async () => {
    const service = serve({ hashPassword: (password) => `hash of ${password}` })
    const { id } = await service.createUser({ ...full, password: 'hunter2' })
    for (const body of [full, { ...full, password: '' }, { ...full, title: 'x', password: null }]) {
      expect((await service.put(`/Users/${id}`, body)).status).toBe(200)
      expect((await service.storedUser(id)).password).toBe('hash of hunter2')
    }
    await service.put(`/Users/${id}`, { ...full, password: 'hunter3' })
    expect((await service.storedUser(id)).password).toBe('hash of hunter3')
  })

  it('needs what is required', async () => {
    const service = serve()
    const { id } = await service.createUser(full)
    const before = await service.storedUser(id)
    for (const body of [
      { schemas: [urns.user], userame: 'misspelt' },
      { ...user, userName: '' },
      { ...user, userName: null },
      {
        ...user,
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      { ...user, active: 'perhaps' },
      { ...user, schemas: [urns.group] },
      { ...user, schemas: ['urn:example:other'] },
      [user],
      null,
    ]) {
      const reply = await service.put(`/Users/${id}`, body)
      expect(reply.status, JSON.stringify(body)).toBe(400)
      expect(reply.body.schemas).toEqual([urns.error])
    }
    expect(await service.storedUser(id)).toBe(before)
  })

  it('of nobody is 404, and makes nobody', async () => {
    const service = serveStores()
    expect((await service.put('/Users/nobody', user)).status).toBe(404)
    expect((await service.get('/Users')).body.totalResults).toBe(0)
  })

  it('of another’s unique value is 409, and of its own is not', async () => {
    const service = serve()
    await service.createUser({ userName: 'taken' })
    const { id } = await service.createUser(full)
    const reply = await service.put(`/Users/${id}`, { ...full, userName: 'Taken' })
    expect(reply.status).toBe(409)
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' })
    expect((await service.put(`/Users/${id}`, { ...full, userName: 'BJensen' })).status).toBe(200)
    expect((await service.storedUser(id)).userName).toBe('BJensen')
    const group = await service.createGroup({ displayName: 'One' })
    await service.createGroup({ displayName: 'Two' })
    const body = { schemas: [urns.group], displayName: 'ONE' }
    expect((await service.put(`/Groups/${group.id}`, body)).status).toBe(200)
    expect((await service.put(`/Groups/${group.id}`, { ...body, displayName: 'two' })).status).toBe(409)
  })

  it('ignores what no schema defines, with a line in the trace for each', async () => {
    const service = serve()
    const { id } = await service.createUser(full)
    const reply = await service.put(`/Users/${id}`, { ...full, adreses: [{ country: 'DE' }], Custom: 1 })
    expect(reply.status).toBe(200)
    expect(reply.body).not.toHaveProperty('adreses')
    expect(reply.trace.map(({ path }) => path)).toEqual(['adreses', 'Custom'])
  })
})

describe('what a store adds', () => {
  it('to a reference, and only it may write, stays through a PUT of what was shown', async () => {
    const inner = usersWith('m1')
    const named = (user: User): User => {
      const extension = user[urns.enterpriseUser]
      if (!extension?.manager) return user
      const manager = { ...extension.manager, displayName: 'The boss' }
      return { ...user, [urns.enterpriseUser]: { ...extension, manager } }
    }
    const users: ResourceStore<User> = {
      ...inner,
      get: async (...given) => {
        const found = await inner.get(...given)
        return found && named(found)
      },
      create: async (...given) => named(await inner.create(...given)),
      replace: async (...given) => named(await inner.replace(...given)),
    }
    const changes: (readonly string[])[] = []
    const service = serve({ users, on: { 'user.updated': ({ changed }) => void changes.push(changed) } })
    const { id } = await service.createUser(full)
    const echo = (await service.get(`/Users/${id}`)).body
    expect(echo).toMatchObject({ [urns.enterpriseUser]: { manager: { displayName: 'The boss' } } })
    expect((await service.put(`/Users/${id}`, echo)).body).toEqual(echo)
    await service.put(`/Users/${id}`, { ...echo, title: 'Chief' })
    expect(changes).toEqual([['title']])
  })

  it('as keys without a value makes no difference', async () => {
    const inner = usersWith('m1')
    const users: ResourceStore<User> = {
      ...inner,
      get: async (...given) => {
        const found = await inner.get(...given)
        return found && { ...found, nickName: undefined, name: { ...found.name, middleName: undefined } }
      },
    }
    const service = serve({ users })
    const { id } = await service.createUser(full)
    const echo = (await service.get(`/Users/${id}`)).body
    expect((await service.put(`/Users/${id}`, echo)).headers.get('etag')).toBe('W/"1"')
  })
})

describe('an immutable attribute of an extension', () => {
  const Badge = defineExtension('urn:example:badge:2.0:User', {
    code: attribute.string({ mutability: 'immutable', uniqueness: 'server', caseExact: true }),
    level: attribute.integer(),
    issued: attribute.dateTime({ mutability: 'readOnly' }),
    secret: attribute.string({ returned: 'request' }),
  })
  const extensions = { User: [Badge] } as const
  type BadgedUser = UserWith<typeof extensions>

  function badged() {
    const users = memoryStore<BadgedUser>()
    const scim = createScim({ authenticate, users, extensions })
    return async (method: string, path: string, body?: object) => {
      const response = await scim.fetch(
        new Request(`https://app.example.com/scim/v2${path}`, {
          method,
          headers: { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' },
          ...(body && { body: JSON.stringify(body) }),
        }),
      )
      return { status: response.status, body: (await response.json()) as Body }
    }
  }
  const with_ = (badge: object) => ({ ...user, [Badge.urn]: badge })

  it('is set once, kept when it is left out, and not changed', async () => {
    const send = badged()
    const { id } = (await send('POST', '/Users', with_({ code: 'A', level: 1 }))).body
    expect((await send('PUT', `/Users/${id}`, with_({ code: 'B', level: 1 }))).body.scimType).toBe(
      'mutability',
    )
    expect((await send('PUT', `/Users/${id}`, with_({ level: 2 }))).body[Badge.urn]).toEqual({
      code: 'A',
      level: 2,
    })
    expect((await send('PUT', `/Users/${id}`, user)).body[Badge.urn]).toEqual({ code: 'A' })
    expect(
      (await send('PUT', `/Users/${id}`, with_({ issued: '2024-01-01T00:00:00Z' }))).body[Badge.urn],
    ).toEqual({
      code: 'A',
    })
  })

  it('is unique among the users where it says so, with regard to case', async () => {
    const send = badged()
    await send('POST', '/Users', with_({ code: 'A' }))
    const twin = await send('POST', '/Users', { ...with_({ code: 'A' }), userName: 'other' })
    expect(twin.status).toBe(409)
    expect(twin.body.detail).toBe(`${Badge.urn}:code is already in use by another resource`)
    expect((await send('POST', '/Users', { ...with_({ code: 'a' }), userName: 'other' })).status).toBe(201)
  })

  it('what is returned on request only is neither shown nor lost', async () => {
    const send = badged()
    const { id } = (await send('POST', '/Users', with_({ code: 'A', secret: 's' }))).body
    const query = `?attributes=${Badge.urn}:secret`
    expect((await send('GET', `/Users/${id}`)).body[Badge.urn]).toEqual({ code: 'A' })
    expect((await send('GET', `/Users/${id}${query}`)).body[Badge.urn]).toEqual({ secret: 's' })
    const patch = { op: 'replace', path: 'title', value: 'x' }
    await send('PATCH', `/Users/${id}`, { schemas: [urns.patchOp], Operations: [patch] })
    expect((await send('GET', `/Users/${id}${query}`)).body[Badge.urn]).toEqual({ secret: 's' })
  })
})
