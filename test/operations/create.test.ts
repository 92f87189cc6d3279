import { describe, expect, it } from 'vitest'
import { strict, urns } from '../../src/index.js'
import { base, serve, usersWith } from '../http/service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }

describe('a POST', () => {
  it('answers with the new resource, where it is and its version', async () => {
    const service = serve()
    const reply = await service.post('/Users', { ...user, title: 'Guide' })
    expect(reply.status).toBe(201)
    const location = `${base}/Users/${reply.body.id}`
    expect(reply.headers.get('location')).toBe(location)
    expect(reply.headers.get('etag')).toBe('W/"1"')
    expect(reply.headers.get('content-type')).toBe('application/scim+json')
    expect(reply.body).toEqual({
      ...user,
      id: reply.body.id,
      title: 'Guide',
      active: true,
      meta: {
        resourceType: 'User',
        created: reply.body.meta.lastModified,
        lastModified: reply.body.meta.lastModified,
        version: 'W/"1"',
        location,
      },
    })
    expect(reply.body.meta.lastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('shows what the query asks for, and stores everything', async () => {
    const service = serve()
    const { body } = await service.post('/Users?attributes=userName', { ...user, title: 'Guide' })
    expect(Object.keys(body)).toEqual(['schemas', 'id', 'userName'])
    expect((await service.storedUser(body.id)).title).toBe('Guide')
  })

  it('of a unique value that exists is 409, in any case, and creates nothing', async () => {
    const service = serve()
    await service.createUser(user)
    for (const userName of ['bjensen', 'BJENSEN']) {
      const reply = await service.post('/Users', { ...user, userName })
      expect(reply.status).toBe(409)
      expect(reply.body).toEqual({
        schemas: [urns.error],
        status: '409',
        scimType: 'uniqueness',
        detail: 'userName is already in use by another resource',
      })
    }
    await service.createGroup({ displayName: 'Guides' })
    const twin = { schemas: [urns.group], displayName: 'guides' }
    expect((await service.post('/Groups', twin)).status).toBe(409)
    expect((await service.get('/Users')).body.totalResults).toBe(1)
    expect((await service.get('/Groups')).body.totalResults).toBe(1)
  })

  it('may use a value again that its owner has given up', async () => {
    const service = serve()
    const first = await service.createUser(user)
    await service.patch(`/Users/${first.id}`, [{ op: 'replace', path: 'userName', value: 'barbara' }])
    const second = await service.createUser(user)
    await service.delete(`/Users/${second.id}`)
    expect((await service.post('/Users', user)).status).toBe(201)
  })

  it('ignores what only the service may write', async () => {
    const service = serve()
    const { status, body, trace } = await service.post('/Users', {
      ...user,
      id: 'mine',
      meta: { resourceType: 'User', created: 'yesterday', version: '7' },
      groups: [{ value: 'admins' }],
    })
    expect(status).toBe(201)
    expect(body.id).not.toBe('mine')
    expect(body.groups).toBeUndefined()
    expect(body.meta.version).toBe('W/"1"')
    expect(trace.map(({ path }) => path).sort()).toEqual(['groups', 'id', 'meta'])
  })

  it('reads names in any case and stores them in their own', async () => {
    const service = serve({ users: usersWith('m1') })
    const { body } = await service.post('/Users', {
      SCHEMAS: [urns.enterpriseUser.toUpperCase(), urns.user.toLowerCase()],
      USERNAME: 'bjensen',
      Emails: [{ Primary: true, Value: 'a@b.c' }],
      [urns.enterpriseUser.toLowerCase()]: { Department: 'Tours', Manager: { Value: 'm1' } },
    })
    const { meta: _meta, id, ...stored } = await service.storedUser(body.id)
    expect(stored).toEqual({
      schemas: [urns.user, urns.enterpriseUser],
      userName: 'bjensen',
      active: true,
      emails: [{ primary: true, value: 'a@b.c' }],
      [urns.enterpriseUser]: { department: 'Tours', manager: { value: 'm1' } },
    })
    expect(id).toBe(body.id)
  })

  it('names the schemas that are in use, whatever the client lists', async () => {
    const service = serve()
    const listed = { ...user, schemas: [urns.user, urns.enterpriseUser] }
    expect((await service.post('/Users', listed)).body.schemas).toEqual([urns.user])
    const unlisted = { ...user, userName: 'b', [urns.enterpriseUser]: { department: 'D' } }
    expect((await service.post('/Users', unlisted)).body.schemas).toEqual([urns.user, urns.enterpriseUser])
  })

  it('drops what has no value', async () => {
    const service = serve()
    const { body } = await service.post('/Users', {
      ...user,
      title: '',
      nickName: null,
      name: { givenName: '', familyName: null },
      emails: [],
      phoneNumbers: [{}, { value: '' }, null],
      addresses: [{ country: null, formatted: '18522 Lisa Unions', type: 'other' }],
      [urns.enterpriseUser]: { manager: { value: '' } },
    })
    const { meta: _meta, id: _id, ...stored } = await service.storedUser(body.id)
    expect(stored).toEqual({
      ...user,
      active: true,
      addresses: [{ formatted: '18522 Lisa Unions', type: 'other' }],
    })
  })

  it('is refused with a word for what is wrong, and without the value', async () => {
    const service = serve({ profile: strict() })
    const wrong: readonly (readonly [unknown, string, string])[] = [
      [{ schemas: [urns.user] }, 'invalidValue', 'userName is required'],
      [{ userName: 'hunter2' }, 'invalidSyntax', 'schemas must be an array of schema URNs'],
      [{ ...user, schemas: [] }, 'invalidSyntax', `schemas must contain "${urns.user}"`],
      [{ ...user, schemas: urns.user }, 'invalidSyntax', 'schemas must be an array of schema URNs'],
      [{ ...user, schemas: [urns.user, 'urn:x'] }, 'invalidSyntax', 'User has no schema "urn:x"'],
      [{ ...user, nosuch: 'hunter2' }, 'invalidSyntax', 'There is no attribute "nosuch"'],
      [{ ...user, name: { nosuch: 1 } }, 'invalidSyntax', 'There is no attribute "name.nosuch"'],
      [{ ...user, UserName: 'x' }, 'invalidSyntax', 'userName is given twice, in different case'],
      [{ ...user, userName: 7 }, 'invalidValue', 'userName must be string'],
      [{ ...user, active: 'hunter2' }, 'invalidValue', 'active must be boolean'],
      [{ ...user, emails: 'hunter2' }, 'invalidValue', 'emails must be array'],
      [{ ...user, emails: ['hunter2'] }, 'invalidValue', 'emails[0] must be object'],
      [{ ...user, emails: [{ value: ['hunter2'] }] }, 'invalidValue', 'emails[0].value must be string'],
      [
        { ...user, [urns.enterpriseUser]: { manager: 'hunter2' } },
        'invalidValue',
        `${urns.enterpriseUser}:manager must be object`,
      ],
      [
        {
          ...user,
          emails: [
            { value: 'a', primary: true },
            { value: 'b', primary: true },
          ],
        },
        'invalidValue',
        'emails: primary may be true for one value only',
      ],
      ['hunter2', 'invalidSyntax', 'The body must be a JSON object: a User'],
      [null, 'invalidSyntax', 'The body must be a JSON object: a User'],
    ]
    for (const [body, scimType, detail] of wrong) {
      const reply = await service.send('POST', '/Users', { body: JSON.stringify(body) })
      expect(reply.status, JSON.stringify(body)).toBe(400)
      expect(reply.body).toEqual({ schemas: [urns.error], status: '400', scimType, detail })
    }
    expect((await service.get('/Users')).body.totalResults).toBe(0)
  })
})

describe('a DELETE', () => {
  it('answers 204 without a body; afterwards there is nobody, and a second one is 404', async () => {
    const service = serve()
    const { id } = await service.createUser(user)
    const reply = await service.delete(`/Users/${id}`)
    expect(reply.status).toBe(204)
    expect(reply.text).toBe('')
    expect(reply.headers.get('content-type')).toBeNull()
    expect((await service.get(`/Users/${id}`)).status).toBe(404)
    expect((await service.delete(`/Users/${id}`)).status).toBe(404)
    expect((await service.get('/Users')).body).toMatchObject({ totalResults: 0, Resources: [] })
  })

  it('of a user takes it out of its groups; of a group leaves its members', async () => {
    const service = serve()
    const one = await service.createUser()
    const two = await service.createUser()
    const group = await service.createGroup({ members: [{ value: one.id }, { value: two.id }] })
    await service.delete(`/Users/${one.id}`)
    expect((await service.storedGroup(group.id)).members?.map(({ value }) => value)).toEqual([two.id])
    await service.delete(`/Groups/${group.id}`)
    expect((await service.get(`/Users/${two.id}`)).status).toBe(200)
    expect((await service.get(`/Users/${two.id}`)).body.groups).toBeUndefined()
  })

  it('is told to the host even where a membership can not be removed', async () => {
    const happened: string[] = []
    const service = serve({
      on: {
        'user.deactivated': () => void happened.push('deactivated'),
        'user.deleted': () => void happened.push('deleted'),
      },
    })
    const { id } = await service.createUser()
    await service.createGroup({ members: [{ value: id }] })
    service.groups.groupsOf = () => Promise.reject(new Error('the database is away'))
    expect((await service.delete(`/Users/${id}`)).status).toBe(500)
    expect(happened).toEqual(['deactivated', 'deleted'])
    expect((await service.get(`/Users/${id}`)).status).toBe(404)
  })
})
