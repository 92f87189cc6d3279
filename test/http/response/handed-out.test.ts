import { describe, expect, it } from 'vitest'
import type { Group, ResourceStore, User } from '../../../src/index.js'
import { memoryStore, ScimError, urns } from '../../../src/index.js'
import { base, serve } from '../service.js'

// One row of a host with half a surrogate pair in it made every list a 500.

const half = '\ud800'
const meta = {
  resourceType: 'User',
  created: '2020-01-01T00:00:00Z',
  lastModified: '2020-01-01T00:00:00Z',
  version: `v${half}`,
}
const enterprise = urns.enterpriseUser

/** A user with half of a pair wherever there can be one. */
const odd = {
  schemas: [urns.user, enterprise],
  id: `odd-${half}`,
  userName: `name-${half}`,
  title: `\\ud800 ${half}\\`,
  emails: [{ value: `${half}@b.c` }],
  [enterprise]: { manager: { value: `boss-${half}` } },
  meta,
} as unknown as User

/** A store that hands out what a host's table may hold. */
function handingOut(resource: User, inner: ResourceStore<User> = memoryStore<User>()): ResourceStore<User> {
  return {
    ...inner,
    get: async (id, ...rest) => (id === 'odd' ? resource : inner.get(id, ...rest)),
    list: async (query, context) => {
      const page = await inner.list(query, context)
      return { ...page, resources: [resource, ...page.resources], totalResults: page.totalResults + 1 }
    },
  }
}

const isWellFormed = (text: string): boolean =>
  text.isWellFormed() && (JSON.stringify(JSON.parse(text)) ?? '').search(/\\ud/) === -1

describe('a row with half a surrogate pair', () => {
  it('is shown with U+FFFD in its place, and hides no other row', async () => {
    const scim = serve({ users: handingOut(odd) })
    const { id } = await scim.createUser({ userName: 'ada' })
    for (const path of ['/Users', '/Users?sortBy=userName', '/', '/Users?attributes=userName,emails,meta']) {
      const { status, text, body } = await scim.get(path)
      expect([path, status]).toEqual([path, 200])
      expect(body.Resources.some((resource) => resource.id === id)).toBe(true)
      const shown = body.Resources.find((resource) => resource.userName === 'name-\ufffd')
      expect(shown).toMatchObject({
        id: 'odd-\ufffd',
        emails: [{ value: '\ufffd@b.c' }],
        meta: { location: `${base}/Users/odd-%EF%BF%BD`, version: 'W/"v%EF%BF%BD"' },
      })
      expect(text).not.toContain('\\ud800"')
      // What only looks like an escape stays as it is.
      if (shown?.title !== undefined) expect(shown.title).toBe('\\ud800 \ufffd\\')
    }
    const one = await scim.get('/Users/odd')
    expect(one.status).toBe(200)
    expect([one.headers.get('etag'), one.headers.get('location')]).toEqual([
      'W/"v%EF%BF%BD"',
      `${base}/Users/odd-%EF%BF%BD`,
    ])
    expect(one.body[enterprise]).toEqual({
      manager: { value: 'boss-\ufffd', $ref: `${base}/Users/boss-%EF%BF%BD` },
    })
    const headers = { 'if-none-match': 'W/"v%EF%BF%BD"' }
    expect((await scim.get('/Users/odd?excludedAttributes=groups', { headers })).status).toBe(304)
    expect(scim.errors).toEqual([])
  })

  it('can be a member and have members', async () => {
    const groups = memoryStore<Group>()
    const scim = serve({
      groups: {
        ...groups,
        get: async () => undefined,
        list: async () => ({
          resources: [
            {
              schemas: [urns.group],
              id: half,
              displayName: half,
              members: [{ value: half, display: half, type: 'User' }],
              meta: { ...meta, resourceType: 'Group' },
            },
          ],
          totalResults: 1,
        }),
      } as unknown as ResourceStore<Group>,
    })
    const { status, text } = await scim.get('/Groups')
    expect(status).toBe(200)
    expect(isWellFormed(text.replaceAll('\\ufffd', ''))).toBe(true)
  })

  it('does not hide that a bulk request was done', async () => {
    const users = { ...memoryStore<User>({ newId: () => `made-${half}` }) }
    const scim = serve({ users })
    const reply = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [urns.user], userName: 'ada' } },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'g',
          data: {
            schemas: [urns.group],
            displayName: 'g',
            members: [{ value: 'bulkId:a', $ref: '/Users/bulkId:a' }],
          },
        },
      ],
    })
    expect(reply.status).toBe(200)
    expect(reply.body.Operations).toMatchObject([
      { status: '201', location: `${base}/Users/made-%EF%BF%BD` },
      { status: '201' },
    ])
    expect(scim.errors).toEqual([])
  })
})

describe('a reply that fails after the write', () => {
  /** A store whose resources cannot be written as JSON. */
  const unspeakable = (): ResourceStore<User> => {
    const inner = memoryStore<User>()
    const spoil = (user: User) => ({ ...user, nickName: 1n as unknown as string })
    return {
      ...inner,
      create: async (...asked) => spoil(await inner.create(...asked)),
      replace: async (...asked) => spoil(await inner.replace(...asked)),
    }
  }
  const ada = { schemas: [urns.user], userName: 'ada' }

  it('says that it was done, where the resource is, and tells the host', async () => {
    const scim = serve({ users: unspeakable() })
    const made = await scim.post('/Users', ada)
    expect([made.status, made.headers.get('location'), made.headers.get('etag')]).toEqual([
      201,
      `${base}/Users/${made.body.id}`,
      'W/"1"',
    ])
    expect(made.body).toEqual({
      schemas: [urns.user],
      id: made.body.id,
      meta: expect.objectContaining({ resourceType: 'User', location: made.headers.get('location') }),
    })
    const path = `/Users/${made.body.id}`
    expect((await scim.put(path, { ...ada, title: 'x' })).status).toBe(200)
    expect((await scim.patch(path, [{ op: 'add', path: 'title', value: 'y' }])).status).toBe(200)
    expect(scim.errors.map(({ context }) => context.operation)).toEqual(['create', 'replace', 'modify'])
    expect((await scim.get('/Users')).body).toMatchObject({ totalResults: 1, Resources: [{ title: 'y' }] })
  })

  it('shows the resource without its groups where those cannot be read', async () => {
    const groups = { ...memoryStore(), groupsOf: () => Promise.reject(new Error('away')) }
    const scim = serve({ groups: groups as unknown as ResourceStore<Group> })
    const { id } = await scim.createUser(ada)
    const reply = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    expect([reply.status, reply.body.active, reply.body.userName]).toEqual([200, false, 'ada'])
    expect(scim.errors.map(({ error }) => String(error))).toEqual(['Error: away'])
    // A reply to which nothing was written is a failure as before.
    expect((await scim.get(`/Users/${id}`)).status).toBe(500)
  })

  it('fails one operation of a bulk request at most', async () => {
    const inner = memoryStore<User>()
    let count = 0
    const scim = serve({
      users: {
        ...inner,
        create: async (...asked) => {
          const made = await inner.create(...asked)
          if (++count !== 2) return made
          const version = { ...made.meta }
          return { ...made, meta: Object.defineProperty(version, 'version', { get: flaky('1') }) }
        },
      },
    })
    const Operations = ['a', 'b', 'c'].map((userName) => ({
      method: 'POST',
      path: '/Users',
      bulkId: userName,
      data: { schemas: [urns.user], userName },
    }))
    const reply = await scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations })
    expect(reply.status).toBe(200)
    expect(reply.body.Operations).toMatchObject(Operations.map(({ bulkId }) => ({ bulkId, status: '201' })))
    expect(scim.errors).toHaveLength(1)
    expect((await scim.get('/Users')).body.totalResults).toBe(3)
  })

  /** A property that is there when it is first read, and fails from then on. */
  function flaky(value: string) {
    let reads = 0
    return () => {
      if (++reads > 1) throw new Error('gone')
      return value
    }
  }
})

describe('text that is no Unicode', () => {
  it('is sent with U+FFFD in its place, in an error of a host and in a user with U+0000', async () => {
    const failing = async () => {
      throw ScimError.invalidValue(`title: ${half}`)
    }
    const scim = serve({ users: { ...memoryStore<User>(), get: failing } })
    expect((await scim.get('/Users/1')).body.detail).toBe('title: \ufffd')
    const data = { schemas: [urns.patchOp], Operations: [{ op: 'remove', path: 'title' }] }
    const operations = [{ method: 'PATCH', path: '/Users/1', data }]
    const bulk = await scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations: operations })
    expect(bulk.text).toContain('title: \\ufffd')
    expect(isWellFormed(bulk.text)).toBe(true)
    const nul = { ...odd, title: 'a\u0000b', displayName: '\\u0000' } as unknown as User
    const { body } = await serve({ users: handingOut(nul) }).get('/Users/odd')
    expect([body.title, body.displayName]).toEqual(['a\ufffdb', '\\u0000'])
  })
})
