import { describe, expect, it } from 'vitest'
import type { User } from '../../src/index.js'
import { createScim, memoryStore, urns } from '../../src/index.js'
import { authenticate, serve } from '../http/service.js'

// A store of one's own said which attributes it keeps by rewriting the definition of the resource type.

const kept = ['userName', 'active', 'name.givenName', 'emails', `${urns.enterpriseUser}:department`]

function open(attributes: readonly string[] = kept) {
  return serve({ users: { ...memoryStore<User>(), attributes } })
}

const ada = {
  schemas: [urns.user, urns.enterpriseUser],
  userName: 'ada',
  externalId: 'okta-1',
  title: 'Countess',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work' }],
  [urns.enterpriseUser]: { department: 'Engines', costCenter: '7' },
}

describe('a store that names the attributes it keeps', () => {
  it('is given those and no others, and the trace says what was left out', async () => {
    const scim = open()
    const reply = await scim.post('/Users', ada)
    const { title: _title, externalId: _externalId, ...rest } = ada
    expect(reply.status).toBe(201)
    expect(await scim.storedUser(reply.body.id)).toMatchObject({
      ...rest,
      name: { givenName: 'Ada' },
      [urns.enterpriseUser]: { department: 'Engines' },
    })
    expect(Object.keys(await scim.storedUser(reply.body.id))).not.toContain('title')
    expect(reply.trace.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['title', 'name.familyName', 'externalId']),
    )
  })

  it('has no others in discovery, nor in filters', async () => {
    const scim = open()
    const schema = await scim.get(`/Schemas/${urns.user}`)
    const names = (schema.body.attributes as { name: string }[]).map(({ name }) => name)
    expect(names.sort()).toEqual(['active', 'emails', 'groups', 'name', 'userName'])
    expect((await scim.get('/Users?filter=title eq "x"')).body.scimType).toBe('invalidFilter')
    expect((await scim.get('/Users?filter=name.givenName eq "x"')).status).toBe(200)
  })

  it('keeps a whole extension by its URN, and finds names whatever their case', async () => {
    const scim = open(['USERNAME', urns.enterpriseUser, 'externalId'])
    const reply = await scim.post('/Users', ada)
    expect(reply.body).toMatchObject({
      ...{ userName: 'ada', externalId: 'okta-1' },
      [urns.enterpriseUser]: { department: 'Engines', costCenter: '7' },
    })
    expect(reply.body.name).toBeUndefined()
  })

  it('without `active`, is not switched off by it', async () => {
    const scim = open(['userName'])
    const { id } = (await scim.post('/Users', ada)).body
    const patch = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    expect(patch.body.active).toBeUndefined()
  })

  it.each([
    [['userName', 'nickname', 'titel'], /has no attribute "titel"; did you mean "title"\?/],
    [['active'], /must name userName, which every User has/],
  ])('is refused where it cannot be: %j', (attributes, message) => {
    const users = { ...memoryStore<User>(), attributes }
    expect(() => createScim({ authenticate, users })).toThrow(message)
  })
})
