import { describe, expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { serve } from '../http/service.js'

const full = {
  title: 'Guide',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  [urns.enterpriseUser]: { department: 'Tours' },
}

describe('the query of a PATCH shapes the reply and not what is stored', () => {
  for (const query of [
    'attributes=userName',
    'attributes=title',
    'attributes=emails[type eq "work"]',
    `attributes=${urns.enterpriseUser}:department`,
    'excludedAttributes=emails',
    'excludedAttributes=emails[type eq "home"],name.givenName,title',
    `excludedAttributes=${urns.enterpriseUser}`,
  ]) {
    it(query, async () => {
      const { createUser, patch, storedUser } = serve()
      const { id } = await createUser(full)
      const before = await storedUser(id)
      const reply = await patch(`/Users/${id}?${encodeURI(query)}`, [
        { op: 'replace', path: 'title', value: 'Chief' },
      ])
      expect(reply.status).toBe(200)
      const after = await storedUser(id)
      expect(after).toEqual({ ...before, title: 'Chief', meta: after.meta })
    })
  }

  it('and is looked at before anything is written', async () => {
    const { createUser, patch, storedUser } = serve()
    const { id } = await createUser(full)
    for (const query of ['attributes=title&excludedAttributes=name', 'attributes=emails[type eq']) {
      const reply = await patch(`/Users/${id}?${encodeURI(query)}`, [{ op: 'remove', path: 'title' }])
      expect(reply.status).toBe(400)
      expect((await storedUser(id)).title).toBe('Guide')
    }
  })
})

describe('all operations of a PATCH happen, or none', () => {
  const good = [
    { op: 'replace', path: 'title', value: 'Chief' },
    { op: 'add', path: 'emails', value: [{ value: 'x@y.z' }] },
    { op: 'replace', path: 'active', value: false },
  ]
  for (const bad of [
    { op: 'replace', path: 'no such', value: 'x' },
    { op: 'replace', path: 'id', value: 'x' },
    { op: 'remove', path: 'userName' },
    { op: 'remove' },
    { op: 'replace', path: 'active', value: 'perhaps' },
    { op: 'replace', path: 'emails', value: [{ value: 7, type: { a: 1 } }] },
    { op: 'replace', path: 'emails[type eq "other" or type eq "x"].value', value: 'x' },
    { op: 'replace', path: 'title' },
    { op: 'nosuch', path: 'title', value: 'x' },
    { op: 'add', path: 'emails[', value: 'x' },
  ]) {
    it(`not with ${JSON.stringify(bad)}`, async () => {
      const happened: string[] = []
      const { createUser, patch, storedUser } = serve({
        on: {
          'user.updated': () => void happened.push('updated'),
          'user.deactivated': () => void happened.push('deactivated'),
        },
      })
      const { id } = await createUser(full)
      const before = await storedUser(id)
      for (const operations of [
        [...good, bad],
        [bad, ...good],
      ]) {
        const reply = await patch(`/Users/${id}`, operations)
        expect(reply.status).toBe(400)
        expect(reply.body.schemas).toEqual([urns.error])
      }
      expect(await storedUser(id)).toBe(before)
      expect(happened).toEqual([])
    })
  }

  it('nor where the outcome would not be unique', async () => {
    const { createUser, patch, storedUser } = serve()
    await createUser({ userName: 'taken' })
    const { id } = await createUser(full)
    const before = await storedUser(id)
    const reply = await patch(`/Users/${id}`, [...good, { op: 'replace', path: 'userName', value: 'TAKEN' }])
    expect(reply.status).toBe(409)
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' })
    expect(await storedUser(id)).toBe(before)
  })
})

describe('a PATCH that changes nothing', () => {
  it('keeps version and lastModified, and nobody is told', async () => {
    const happened: string[] = []
    const { createUser, patch, storedUser } = serve({ on: { 'user.updated': () => void happened.push('x') } })
    const { id } = await createUser(full)
    const before = await storedUser(id)
    for (const operations of [
      [{ op: 'replace', path: 'title', value: 'Guide' }],
      [{ op: 'replace', value: { active: true } }],
      [{ op: 'add', path: 'emails', value: [{ value: 'babs@jensen.org', type: 'home' }] }],
      [{ op: 'remove', path: 'nickName' }],
      [{ op: 'replace', value: { nosuch: 1, id: 'x', meta: {}, password: null } }],
      [
        { op: 'remove', path: 'title' },
        { op: 'add', path: 'title', value: 'Guide' },
      ],
      [],
    ]) {
      const reply = await patch(`/Users/${id}`, operations)
      expect(reply.status, JSON.stringify(operations)).toBe(200)
      expect(reply.headers.get('etag')).toBe('W/"1"')
      expect(reply.body.meta.lastModified).toBe(before.meta.lastModified)
    }
    expect(await storedUser(id)).toBe(before)
    expect(happened).toEqual([])
  })
})

describe('a PATCH', () => {
  it('answers with the whole resource, its location and its new version', async () => {
    const { createUser, patch } = serve()
    const { id, meta } = await createUser(full)
    const reply = await patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Chief' }])
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ ...full, title: 'Chief', id, meta: { version: 'W/"2"' } })
    expect(reply.headers.get('location')).toBe(meta.location)
    expect(reply.headers.get('etag')).toBe('W/"2"')
  })

  it('of nobody is 404', async () => {
    const { patch } = serve()
    const reply = await patch('/Users/nobody', [{ op: 'replace', path: 'title', value: 'x' }])
    expect(reply.status).toBe(404)
    expect(reply.body).toMatchObject({ schemas: [urns.error], status: '404' })
  })

  it('may hold a bounded number of operations', async () => {
    const { createUser, patch } = serve({ limits: { maxPatchOperations: 2 } })
    const { id } = await createUser(full)
    const operation = { op: 'replace', path: 'title', value: 'x' }
    expect((await patch(`/Users/${id}`, [operation, operation])).status).toBe(200)
    expect((await patch(`/Users/${id}`, [operation, operation, operation])).status).toBe(413)
  })

  it('leaves a deactivated user where it can be read, listed and found', async () => {
    const { createUser, patch, get } = serve()
    const { id, userName } = await createUser(full)
    await patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }])
    expect((await get(`/Users/${id}`)).body).toMatchObject({ active: false, ...full })
    expect((await get('/Users')).body.totalResults).toBe(1)
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    expect((await get(`/Users?filter=${filter}`)).body.Resources).toMatchObject([{ id, active: false }])
    await patch(`/Users/${id}`, [{ op: 'replace', value: { active: true } }])
    expect((await get(`/Users/${id}`)).body).toMatchObject({ active: true, ...full })
  })
})
