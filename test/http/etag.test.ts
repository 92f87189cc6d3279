import { describe, expect, it } from 'vitest'
import { memoryStore, type ResourceStore, type User, urns } from '../../src/index.js'
import { serve } from './service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }

/** A user that has been changed once, so that its version is 2. */
async function second() {
  const service = serve()
  const { id } = await service.createUser(user)
  const path = `/Users/${id}`
  await service.patch(path, [{ op: 'replace', path: 'title', value: 'Guide' }])
  return { ...service, id, path }
}

const matching = ['W/"2"', '"2"', '2', 'W/"1", W/"2"', '"9","2"', '*', ' * ']
const others = ['W/"1"', '"1"', '1', 'W/"1", W/"3"', '""', 'W/"22"', '"*"']

describe('a GET', () => {
  it('tells the version in the header and in meta, and another one after each change', async () => {
    const { get, patch, path } = await second()
    const reply = await get(path)
    expect(reply.headers.get('etag')).toBe('W/"2"')
    expect(reply.body.meta.version).toBe('W/"2"')
    await patch(path, [{ op: 'replace', path: 'title', value: 'Chief' }])
    expect((await get(path)).headers.get('etag')).toBe('W/"3"')
  })

  it('with If-None-Match is 304 without a body where the version is among those', async () => {
    const { get, send, path } = await second()
    for (const tag of matching) {
      const reply = await get(`${path}?excludedAttributes=groups`, { headers: { 'if-none-match': tag } })
      expect(reply.status, tag).toBe(304)
      expect(reply.text).toBe('')
      expect(reply.headers.get('etag')).toBe('W/"2"')
      const head = await send('HEAD', `${path}?attributes=title`, { headers: { 'if-none-match': tag } })
      expect(head.status).toBe(304)
    }
    for (const tag of others) {
      expect((await get(path, { headers: { 'if-none-match': tag } })).status, tag).toBe(200)
    }
  })

  it('of a user whose groups are shown is never 304: they change without it', async () => {
    const { get, send, path, id, createGroup, patch } = await second()
    const group = await createGroup({ displayName: 'Guides' })
    const etag = (await get(path)).headers.get('etag') ?? ''
    await patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }])
    const headers = { 'if-none-match': etag }
    for (const query of [
      '',
      '?attributes=groups',
      '?attributes=groups.display',
      '?excludedAttributes=title',
    ]) {
      const reply = await get(`${path}${query}`, { headers })
      expect([reply.status, reply.body.groups], query).toMatchObject([200, [{ display: 'Guides' }]])
      expect(reply.headers.get('etag')).toBe(etag)
      expect((await get(`${path}${query}`, { headers: { 'if-none-match': '*' } })).status).toBe(200)
      expect((await send('HEAD', `${path}${query}`, { headers })).status).toBe(200)
    }
    // A group push does not get in the way of a write to a user.
    const operations = [{ op: 'replace', path: 'title', value: 'Chief' }]
    expect((await patch(path, operations, { headers: { 'if-match': etag } })).status).toBe(200)
    const groupPath = `/Groups/${group.id}`
    const groupTag = (await get(groupPath)).headers.get('etag') ?? ''
    expect((await get(groupPath, { headers: { 'if-none-match': groupTag } })).status).toBe(304)
  })

  it('with If-Match is 412 where the version is none of those', async () => {
    const { get, path } = await second()
    for (const tag of matching) {
      expect((await get(path, { headers: { 'if-match': tag } })).status, tag).toBe(200)
    }
    for (const tag of others) {
      expect((await get(path, { headers: { 'if-match': tag } })).status, tag).toBe(412)
    }
  })
})

describe.each(['PUT', 'PATCH', 'DELETE'])('a %s', (method) => {
  const body = {
    PUT: { ...user, title: 'Chief' },
    PATCH: { schemas: [urns.patchOp], Operations: [{ op: 'replace', path: 'title', value: 'Chief' }] },
    DELETE: undefined,
  }[method]

  it('with If-Match happens where the version is among those', async () => {
    for (const tag of matching) {
      const { send, path } = await second()
      expect((await send(method, path, { body, headers: { 'if-match': tag } })).status, tag).toBeLessThan(205)
    }
  })

  it('does not happen where it is not', async () => {
    const { send, storedUser, id, path } = await second()
    const before = await storedUser(id)
    for (const tag of others) {
      const reply = await send(method, path, { body, headers: { 'if-match': tag } })
      expect(reply.status, tag).toBe(412)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '412' })
    }
    expect(await storedUser(id)).toBe(before)
  })

  it('with If-None-Match happens where the version is none of those', async () => {
    const { send, storedUser, id, path } = await second()
    const before = await storedUser(id)
    for (const tag of matching) {
      expect((await send(method, path, { body, headers: { 'if-none-match': tag } })).status, tag).toBe(412)
    }
    const both = { 'if-match': '*', 'if-none-match': 'W/"2"' }
    expect((await send(method, path, { body, headers: both })).status).toBe(412)
    expect(await storedUser(id)).toBe(before)
    expect((await send(method, path, { body, headers: { 'if-none-match': 'W/"1"' } })).status).toBeLessThan(
      205,
    )
  })

  it('needs no condition', async () => {
    const { send, path } = await second()
    expect((await send(method, path, { body, headers: { 'if-match': '' } })).status).toBeLessThan(205)
  })

  it('of nobody is 404, whatever the condition', async () => {
    const { send } = await second()
    expect((await send(method, '/Users/nobody', { body, headers: { 'if-match': '*' } })).status).toBe(404)
  })
})

describe('a version', () => {
  it('may be any text, and comes back as it went', async () => {
    for (const version of ['a "b" c', 'æøå/日本', '2024-05-06T07:08:09Z', '%22', 'a,b', "W/'x'", '']) {
      const inner = memoryStore<User>()
      const users: ResourceStore<User> = {
        ...inner,
        get: async (...given) => {
          const found = await inner.get(...given)
          return found && { ...found, meta: { ...found.meta, version } }
        },
        delete: async (id, expected, context) => {
          expect(expected).toBe(version)
          return inner.delete(id, undefined, context)
        },
      }
      const service = serve({ users })
      const { id } = await service.createUser(user)
      const reply = await service.get(`/Users/${id}`)
      expect(reply.status, version).toBe(200)
      const tag = reply.headers.get('etag') ?? ''
      expect(tag).toMatch(/^W\/"[\x21\x23-\x7e]*"$/)
      expect(reply.body.meta.version).toBe(tag)
      const again = await service.get(`/Users/${id}?attributes=title`, { headers: { 'if-none-match': tag } })
      expect(again.status).toBe(304)
      expect((await service.delete(`/Users/${id}`, { headers: { 'if-match': `"x", ${tag}` } })).status).toBe(
        204,
      )
    }
  })
})
