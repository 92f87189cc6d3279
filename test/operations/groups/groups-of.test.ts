import { describe, expect, test } from 'vitest'
import { createScim, memoryStore, type User, urns } from '../../../src/index.js'
import { authenticate, base, serve } from '../../http/service.js'
import { openKinds } from './kinds.js'

const kinds = openKinds()

// Which groups a user belongs to is not kept with the user. It is the same wherever it is looked at.

describe.each(kinds)('User.groups, with $kind', ({ makeStores }) => {
  async function company() {
    const scim = serve(makeStores())
    const [ada, ben, eve] = [
      await scim.createUser({ userName: 'ada' }),
      await scim.createUser({ userName: 'ben' }),
      await scim.createUser({ userName: 'eve' }),
    ]
    const team = await scim.createGroup({ displayName: 'Team', members: [{ value: ada.id }] })
    const unit = await scim.createGroup({
      displayName: 'Unit',
      members: [{ value: team.id }, { value: ben.id }],
    })
    const firm = await scim.createGroup({ displayName: 'Firm', members: [{ value: unit.id }] })
    const names = new Map([ada, ben, eve].map(({ id, userName }) => [id, userName]))
    const find = async (filter: string) => {
      const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      expect(status).toBe(200)
      expect(body.totalResults).toBe(body.Resources.length)
      return body.Resources.map(({ id }) => names.get(id)).sort()
    }
    return { scim, ada, ben, eve, team, unit, firm, find }
  }

  test('is direct and indirect, the same in a read, in a list and in the replies to changes', async () => {
    const { scim, ada, ben, eve, team, unit, firm } = await company()
    const expected = [
      { value: team.id, display: 'Team', type: 'direct', $ref: team.meta.location },
      { value: unit.id, display: 'Unit', type: 'indirect', $ref: unit.meta.location },
      { value: firm.id, display: 'Firm', type: 'indirect', $ref: firm.meta.location },
    ]
    expect((await scim.get(`/Users/${ada.id}`)).body.groups).toEqual(expected)
    const { Resources } = (await scim.get('/Users')).body
    expect(Resources.find(({ id }) => id === ada.id)?.groups).toEqual(expected)
    expect(Resources.find(({ id }) => id === ben.id)?.groups).toMatchObject([
      { value: unit.id, type: 'direct' },
      { value: firm.id, type: 'indirect' },
    ])
    expect(Resources.find(({ id }) => id === eve.id)).not.toHaveProperty('groups')
    const patched = await scim.patch(`/Users/${ada.id}`, [{ op: 'replace', path: 'title', value: 'x' }])
    expect(patched.body.groups).toEqual(expected)
    const put = await scim.put(`/Users/${ada.id}`, { schemas: [urns.user], userName: 'ada', groups: [] })
    expect(put.body.groups).toEqual(expected)
    expect(await scim.storedUser(ada.id)).not.toHaveProperty('groups')
  })

  test('is direct where somebody is both a member and a member of a member', async () => {
    const { scim, ada, firm } = await company()
    await scim.patch(`/Groups/${firm.id}`, [{ op: 'add', path: 'members', value: [{ value: ada.id }] }])
    const groups = (await scim.get(`/Users/${ada.id}`)).body.groups as readonly {
      value: string
      type: string
    }[]
    expect(groups.filter(({ value }) => value === firm.id).map(({ type }) => type)).toEqual(['direct'])
    expect(groups).toHaveLength(3)
  })

  test('is what filters look at', async () => {
    const { find, team, unit, firm } = await company()
    expect(await find(`groups eq "${team.id}"`)).toEqual(['ada'])
    expect(await find(`groups.value eq "${unit.id}"`)).toEqual(['ada', 'ben'])
    expect(await find(`groups[value eq "${firm.id}"]`)).toEqual(['ada', 'ben'])
    expect(await find(`groups[value eq "${unit.id}" and type eq "direct"]`)).toEqual(['ben'])
    expect(await find(`groups[value eq "${unit.id}" and type eq "indirect"]`)).toEqual(['ada'])
    expect(await find('groups.display eq "firm"')).toEqual(['ada', 'ben'])
    expect(await find('groups.display sw "T"')).toEqual(['ada'])
    expect(await find('groups pr')).toEqual(['ada', 'ben'])
    expect(await find('not (groups pr)')).toEqual(['eve'])
    expect(await find('groups eq "nobody"')).toEqual([])
    expect(await find(`groups.display eq "Firm" and userName ne "ada"`)).toEqual(['ben'])
    expect(await find(`userName eq "eve" or groups.type eq "direct" and groups.display eq "Team"`)).toEqual([
      'ada',
      'eve',
    ])
  })

  test('is not what a client can write', async () => {
    const { scim, eve, team } = await company()
    const groups = [{ value: team.id }]
    const put = await scim.put(`/Users/${eve.id}`, { schemas: [urns.user], userName: 'eve', groups })
    expect(put.status).toBe(200)
    const refused = await scim.patch(`/Users/${eve.id}`, [{ op: 'add', path: 'groups', value: groups }])
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability'])
    expect((await scim.get(`/Users/${eve.id}`)).body).not.toHaveProperty('groups')
    const posted = await scim.createUser({ groups })
    expect(posted).not.toHaveProperty('groups')
    expect((await scim.storedGroup(team.id)).members).toHaveLength(1)
  })

  test('can be asked for and left out', async () => {
    const { scim, ada, team } = await company()
    const only = await scim.get(`/Users/${ada.id}?attributes=groups.value`)
    expect(only.body.groups).toContainEqual({ value: team.id })
    expect(only.body).not.toHaveProperty('userName')
    const without = await scim.get(`/Users/${ada.id}?excludedAttributes=groups`)
    expect(without.body).not.toHaveProperty('groups')
  })

  test('is found by ids and members from the side of the groups too', async () => {
    const { scim, ada, team, unit } = await company()
    const count = async (filter: string) =>
      (await scim.get(`/Groups?filter=${encodeURIComponent(filter)}`)).body.totalResults
    expect(await count(`members eq "${ada.id}"`)).toBe(1)
    expect(await count(`members[value eq "${ada.id}"]`)).toBe(1)
    expect(await count(`members.value eq "${ada.id}" or members.value eq "${team.id}"`)).toBe(2)
    expect(await count(`id eq "${unit.id}" and members eq "${ada.id}"`)).toBe(0)
    expect(await count(`members.type eq "Group"`)).toBe(2)
    expect(await count(`members[type eq "User" and value eq "${team.id}"]`)).toBe(0)
  })
})

describe('a service without groups', () => {
  const scim = createScim({ authenticate, users: memoryStore<User>() })
  async function send(method: string, path: string, body?: object) {
    const headers = { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const response = await scim.fetch(new Request(`${base}${path}`, init))
    return { status: response.status, json: (await response.json()) as Readonly<Record<string, unknown>> }
  }

  test.each([
    ['GET', '/Groups'],
    ['GET', '/Groups/1'],
    ['POST', '/Groups'],
    ['PATCH', '/groups/1'],
    ['DELETE', '/Groups/1'],
  ])('%s %s is 404, and says why', async (method, path) => {
    const { status, json } = await send(method, path, method === 'GET' ? undefined : {})
    expect([status, json.detail]).toEqual([404, 'This service has no groups'])
  })

  test('does not speak of them in discovery', async () => {
    for (const path of ['/ResourceTypes', '/Schemas']) {
      const { Resources } = (await send('GET', path)).json as {
        Resources: readonly { readonly id: string }[]
      }
      expect(Resources.map(({ id }) => id).filter((id) => /Group/.test(id))).toEqual([])
    }
    expect((await send('GET', '/ResourceTypes/Group')).status).toBe(404)
    expect((await send('GET', `/Schemas/${urns.group}`)).status).toBe(404)
  })

  test('does not guess what a filter on them would find', async () => {
    const { status, json } = await send('GET', '/Users?filter=groups%20eq%20%22x%22')
    expect([status, json.scimType]).toEqual([400, 'invalidFilter'])
    expect(
      (await send('POST', '/Users', { schemas: [urns.user], userName: 'a', groups: [{ value: 'x' }] })).json,
    ).not.toHaveProperty('groups')
  })
})
