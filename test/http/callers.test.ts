import { describe, expect, test } from 'vitest'
import { bearerTokens, entra, okta, type ScimOptions, strict, urns } from '../../src/index.js'
import { serve } from './service.js'

// What a service makes of who calls: which deviations it forgives, what it allows, and who "I" am.

describe('profile', () => {
  test('is chosen by who calls', async () => {
    const callers: unknown[] = []
    const scim = serve({
      profile: (caller) => {
        callers.push(caller)
        return caller.tenant === 'acme' ? entra() : strict()
      },
    })
    const body = { schemas: [urns.user], userName: 'ada', active: 'True' }
    const forgiven = await scim.post('/Users', body)
    expect([forgiven.status, forgiven.body.active]).toEqual([201, true])
    expect(forgiven.trace).toContainEqual(expect.objectContaining({ rule: 'booleanStrings' }))
    const refused = await scim.post('/Users', body, { token: 'globex-token' })
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue'])
    expect(callers).toEqual([
      { tenant: 'acme', actor: 'okta' },
      { tenant: 'globex', actor: undefined },
    ])
  })

  test('decides about a token without its scheme too', async () => {
    const scim = serve({ profile: ({ tenant }) => (tenant === 'acme' ? okta() : entra()) })
    const raw = (token: string) => scim.get('/Users', { token: '', headers: { authorization: token } })
    expect((await raw('acme-token')).status).toBe(200)
    expect((await raw('globex-token')).status).toBe(401)
    expect((await raw('wrong')).status).toBe(401)
  })

  test('that throws is a 500', async () => {
    const scim = serve({
      profile: () => {
        throw new Error('no such tenant')
      },
    })
    const reply = await scim.get('/Users')
    expect(reply.status).toBe(500)
    expect(reply.text).not.toContain('no such tenant')
  })
})

describe('authorize', () => {
  type Asked = Parameters<NonNullable<ScimOptions['authorize']>>[0]

  test('is asked about each operation by its name, before anything is read', async () => {
    const asked: Asked[] = []
    const scim = serve({ authorize: (request) => asked.push(request) > 0 })
    const user = await scim.createUser()
    const path = `/Users/${user.id}`
    const about = { resourceType: 'User', tenant: 'acme', actor: 'okta' }
    asked.length = 0
    await scim.post('/Users', { schemas: [urns.user], userName: 'ben' })
    await scim.get(path)
    await scim.send('HEAD', path)
    await scim.get('/Users')
    await scim.put(path, { schemas: [urns.user], userName: 'ada' })
    await scim.patch(path, [{ op: 'add', path: 'title', value: 'x' }])
    await scim.delete(path)
    await scim.get('/Schemas')
    expect(asked).toEqual([
      { ...about, operation: 'create', id: undefined },
      { ...about, operation: 'read', id: user.id },
      { ...about, operation: 'read', id: user.id },
      { ...about, operation: 'list', id: undefined },
      { ...about, operation: 'replace', id: user.id },
      { ...about, operation: 'modify', id: user.id },
      { ...about, operation: 'remove', id: user.id },
      { ...about, operation: 'discover', resourceType: undefined, id: undefined },
    ])
  })

  test('is answered with 403, and nothing is done', async () => {
    const mayRead = ({ operation }: Asked) => operation === 'read' || operation === 'list'
    const open = serve()
    const user = await open.createUser({ title: 'Engineer' })
    const group = await open.createGroup()
    const scim = serve({ users: open.users, groups: open.groups, authorize: mayRead })
    const path = `/Users/${user.id}`
    expect((await scim.get(path)).status).toBe(200)
    for (const reply of [
      await scim.post('/Users', { schemas: [urns.user], userName: 'ben' }),
      await scim.put(path, { schemas: [urns.user], userName: 'other' }),
      await scim.patch(path, [{ op: 'remove', path: 'title' }]),
      await scim.delete(path),
      await scim.delete(`/Groups/${group.id}`),
      await scim.get('/ServiceProviderConfig'),
    ]) {
      expect(reply.status).toBe(403)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '403' })
    }
    expect(await open.storedUser(user.id)).toMatchObject({ userName: user.userName, title: 'Engineer' })
    expect((await open.get('/Users')).body.totalResults).toBe(1)
    expect((await open.get('/Groups')).body.totalResults).toBe(1)
  })

  test('does not tell who may not look whether something is there', async () => {
    const scim = serve({ authorize: async () => false })
    const known = await scim.get('/Users/1')
    const list = await scim.get('/Users?filter=%22')
    expect([known.status, list.status]).toEqual([403, 403])
  })

  test('that throws is a 500, and nothing is done', async () => {
    const open = serve()
    const scim = serve({
      users: open.users,
      authorize: () => {
        throw new Error('the policy server is down')
      },
    })
    const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'ada' })
    expect(reply.status).toBe(500)
    expect(reply.text).not.toContain('policy')
    expect((await open.get('/Users')).body.totalResults).toBe(0)
  })
})

describe('identify', () => {
  test('leads /Me to the own resource, with every verb', async () => {
    const ids = new Map<string | undefined, string>()
    const scim = serve({
      authenticate: bearerTokens([
        { token: 'acme-token', tenant: 'acme', actor: 'ada' },
        { token: 'stranger-token', tenant: 'acme', actor: 'stranger' },
      ]),
      identify: ({ actor }) => {
        const id = ids.get(actor)
        return id === undefined ? undefined : { id }
      },
    })
    const created = await scim.post('/Me', { schemas: [urns.user], userName: 'ada' })
    expect(created.status).toBe(201)
    const { location } = created.body.meta
    expect(location).toMatch(new RegExp(`/Users/${created.body.id}$`))
    ids.set('ada', created.body.id)

    const read = await scim.get('/Me')
    expect(read.body).toEqual((await scim.get(`/Users/${created.body.id}`)).body)
    expect(read.headers.get('location')).toBe(location)
    expect((await scim.get('/Me?attributes=userName')).body).not.toHaveProperty('meta')
    const stale = { 'if-none-match': read.headers.get('etag') ?? '' }
    expect((await scim.get('/Me?attributes=userName', { headers: stale })).status).toBe(304)
    const patched = await scim.patch('/Me', [{ op: 'add', path: 'title', value: 'Countess' }])
    expect(patched.body).toMatchObject({ id: created.body.id, title: 'Countess' })
    const put = await scim.put('/Me', { schemas: [urns.user], userName: 'ada.l' })
    expect(put.body).toMatchObject({ id: created.body.id, userName: 'ada.l' })
    expect(put.body).not.toHaveProperty('title')

    for (const reply of [
      await scim.get('/Me', { token: 'stranger-token' }),
      await scim.patch('/Me', [{ op: 'add', path: 'title', value: 'x' }], { token: 'stranger-token' }),
      await scim.delete('/Me', { token: 'stranger-token' }),
    ]) {
      expect(reply.status).toBe(404)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '404' })
    }
    expect((await scim.delete('/Me')).status).toBe(204)
    expect((await scim.get(`/Users/${created.body.id}`)).status).toBe(404)
    expect((await scim.get('/Me')).status).toBe(404)
  })

  test('may name another resource type', async () => {
    let id = ''
    const scim = serve({ identify: () => ({ resourceType: 'Group', id }) })
    const group = await scim.createGroup({ displayName: 'Bots' })
    id = group.id
    expect((await scim.get('/Me')).body).toMatchObject({ id, displayName: 'Bots' })
  })

  test('is asked for the tenant of the caller only', async () => {
    const scim = serve({ identify: () => ({ id: mine.id }) })
    const mine = await scim.createUser()
    expect((await scim.get('/Me')).status).toBe(200)
    expect((await scim.get('/Me', { token: 'globex-token' })).status).toBe(404)
  })

  test('is authorised like a request for the resource itself', async () => {
    const open = serve()
    const user = await open.createUser()
    const asked: unknown[] = []
    const scim = serve({
      users: open.users,
      identify: () => ({ id: user.id }),
      authorize: ({ operation, id }) => {
        asked.push([operation, id])
        return operation !== 'remove'
      },
    })
    expect((await scim.delete('/Me')).status).toBe(403)
    expect((await scim.get('/Me')).status).toBe(200)
    expect(asked).toEqual([
      ['remove', user.id],
      ['read', user.id],
    ])
  })

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('without it %s /Me is 501', async (method) => {
    const scim = serve()
    const reply = await scim.send(method, '/Me', method === 'GET' || method === 'DELETE' ? {} : { body: {} })
    expect([reply.status, reply.body.schemas]).toEqual([501, [urns.error]])
    expect((await scim.get('/ResourceTypes')).text).not.toContain('/Me')
  })
})
