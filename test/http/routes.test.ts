import { describe, expect, it } from 'vitest'
import { createScim, memoryStore, urns } from '../../src/index.js'
import { authenticate, base, serve } from './service.js'

describe('methods', () => {
  it('that a path does not answer are 405 and told those that it does', async () => {
    const { send, createUser } = serve()
    const { id } = await createUser()
    for (const [method, path, allow] of [
      ['PUT', '/Users', 'GET, HEAD, POST'],
      ['PATCH', '/Users', 'GET, HEAD, POST'],
      ['DELETE', '/Users', 'GET, HEAD, POST'],
      ['OPTIONS', '/Groups', 'GET, HEAD, POST'],
      ['POST', `/Users/${id}`, 'GET, HEAD, PUT, PATCH, DELETE'],
      ['POST', '/Schemas', 'GET, HEAD'],
      ['PUT', '/ServiceProviderConfig', 'GET, HEAD'],
      ['DELETE', '/ResourceTypes/User', 'GET, HEAD'],
      ['PURGE', `/Users/${id}`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ] as const) {
      const reply = await send(method, path)
      expect(reply.status, `${method} ${path}`).toBe(405)
      expect(reply.headers.get('allow')).toBe(allow)
      expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '405' })
    }
  })

  it('HEAD is GET without the body', async () => {
    const { send, get, createUser } = serve()
    const { id } = await createUser()
    for (const path of [
      `/Users/${id}`,
      '/Users',
      '/Users/nobody',
      '/Schemas',
      '/Users?filter=x',
      '/nosuch',
    ]) {
      // Each reply to a request that failed has an id, which is its own unless the client has given it one.
      const headers = { 'x-request-id': 'one' }
      const [head, whole] = [await send('HEAD', path, { headers }), await get(path, { headers })]
      expect(head.text, path).toBe('')
      expect(head.status, path).toBe(whole.status)
      expect([...head.headers], path).toEqual([...whole.headers])
    }
  })
})

describe('paths', () => {
  it('are found with a slash at the end or two at the beginning, and in any case', async () => {
    const { get, createUser, patch } = serve()
    const { id, meta } = await createUser()
    for (const path of [`/Users/${id}`, `/Users/${id}/`, `/users/${id}`, `/USERS/${id}`, `//Users/${id}`]) {
      const reply = await get(path)
      expect(reply.status, path).toBe(200)
      expect(reply.body.meta.location).toBe(meta.location)
    }
    for (const path of ['/Users/', '/users', '/Users?count=1', '/Users/?count=1']) {
      expect((await get(path)).body.totalResults, path).toBe(1)
    }
    for (const path of ['/serviceproviderconfig', '/SCHEMAS/', '/resourcetypes/user', '/Schemas']) {
      expect((await get(path)).status, path).toBe(200)
    }
    expect((await patch(`/users/${id}/`, [{ op: 'replace', path: 'title', value: 'x' }])).status).toBe(200)
  })

  it('that lead nowhere are 404 as SCIM errors', async () => {
    const { get, createUser } = serve()
    const { id } = await createUser()
    for (const path of [
      '/nosuch',
      '/nosuch/1',
      `/Users/${id}/emails`,
      `/Users/${id.toUpperCase()}`,
      '/Users/nobody',
      '/Users/%00',
      '/Users/%zz',
      '/Users/..%2FGroups',
      '/Users/%E0%A4',
      '/Schemas/nosuch',
      '/ResourceTypes/nosuch',
      '/ServiceProviderConfig/1',
    ]) {
      const reply = await get(path)
      expect(reply.status, path).toBe(404)
      expect(reply.headers.get('content-type'), path).toMatch(/^application\/scim\+json/)
      expect(reply.body, path).toMatchObject({ schemas: [urns.error], status: '404' })
    }
  })

  it('with an id of any characters lead to its resource, and say so in its location', async () => {
    for (const id of ['a b', 'a/b', 'å@b.c', '100%', '?x#y', '.search.', "it's"]) {
      const { createUser, get, delete: remove } = serve({ users: memoryStore({ newId: () => id }) })
      const { meta } = await createUser()
      expect(meta.location).toBe(`${base}/Users/${encodeURIComponent(id)}`)
      const reply = await get(meta.location.slice(base.length))
      expect(reply.status, id).toBe(200)
      expect(reply.body.id).toBe(id)
      expect(reply.headers.get('location')).toBe(meta.location)
      expect((await remove(meta.location.slice(base.length))).status).toBe(204)
    }
  })

  it('of groups are 404 in a service without them, and discovery does not name them', async () => {
    const scim = createScim({ authenticate, users: memoryStore() })
    const get = async (path: string) => {
      const headers = { authorization: 'Bearer acme-token' }
      const response = await scim.fetch(new Request(`${base}${path}`, { headers }))
      return { status: response.status, text: await response.text() }
    }
    for (const path of ['/Groups', '/Groups/1']) expect((await get(path)).status).toBe(404)
    expect((await get('/ResourceTypes')).text).not.toContain('Group"')
    expect((await get('/Schemas')).text).not.toContain(urns.group)
  })
})

describe('/Me', () => {
  it('is 501 for every verb where nobody says who the caller is', async () => {
    const { send } = serve()
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await send(method, '/Me')
      expect(reply.status, method).toBe(501)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '501' })
    }
  })

  it('is the caller’s own resource, for every verb', async () => {
    const ids = new Map<string | undefined, string>()
    const { send, createUser, get, patch } = serve({
      identify: ({ actor }) => {
        const id = ids.get(actor)
        return id === undefined ? undefined : { id }
      },
    })
    const { id, meta, userName } = await createUser()
    await createUser()
    expect((await get('/Me')).status).toBe(404)
    ids.set('okta', id)
    const reply = await get('/Me')
    expect(reply.body).toMatchObject({ id, meta: { location: meta.location } })
    expect((await patch('/me/', [{ op: 'replace', path: 'title', value: 'x' }])).body).toMatchObject({
      id,
      title: 'x',
    })
    const body = { schemas: [urns.user], userName, title: 'y' }
    expect((await send('PUT', '/Me', { body })).body).toMatchObject({ id, title: 'y' })
    expect((await send('DELETE', '/Me')).status).toBe(204)
    expect((await get('/Users')).body.totalResults).toBe(1)
  })
})
