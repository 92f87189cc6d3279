import { describe, expect, test } from 'vitest'
import { ScimError, type ScimOptions, urns } from '../../../src/index.js'
import { serve } from '../../http/service.js'
import { openKinds } from './kinds.js'

const kinds = openKinds()

type Asked = Parameters<NonNullable<ScimOptions['authorize']>>[0]

// A caller who may not read a group learned its name from its members, and by asking who is in a group of some name.

describe.each(kinds)('a group that the caller may not read, with $kind', ({ makeStores }) => {
  async function company(
    deny: (hidden: ReadonlySet<string>, asked: Asked) => boolean = ({ size }) => size < 0,
  ) {
    const stores = makeStores()
    const open = serve(stores)
    const [ada, ben, eve] = [
      await open.createUser({ userName: 'ada' }),
      await open.createUser({ userName: 'ben' }),
      await open.createUser({ userName: 'eve' }),
    ]
    const team = await open.createGroup({ displayName: 'Team', members: [{ value: ada.id }] })
    const layoffs = await open.createGroup({
      displayName: 'Layoffs',
      members: [{ value: team.id }, { value: ben.id }],
    })
    const firm = await open.createGroup({ displayName: 'Firm', members: [{ value: layoffs.id }] })
    const hidden = new Set([layoffs.id])
    const asked: Asked[] = []
    const scim = serve({
      ...stores,
      authorize: async (request) => {
        asked.push(request)
        if (deny(hidden, request)) throw ScimError.forbidden('not for you')
        return request.resourceType !== 'Group' || !hidden.has(request.id ?? '')
      },
    })
    const groupsAsked = () =>
      asked.flatMap(({ resourceType, operation, id }) =>
        resourceType === 'Group' && operation === 'read' ? [id] : [],
      )
    const names = new Map([ada, ben, eve].map(({ id, userName }) => [id, userName]))
    const find = async (filter: string, at = '/Users') => {
      const { status, body } = await scim.get(`${at}?filter=${encodeURIComponent(filter)}`)
      expect(status).toBe(200)
      expect(body.totalResults).toBe(body.Resources.length)
      return body.Resources.map(({ id }) => names.get(id)).sort()
    }
    return { open, scim, asked, groupsAsked, hidden, ada, ben, eve, team, layoffs, firm, find }
  }

  test('is in no user that is read, listed, searched or changed', async () => {
    const { scim, ada, ben, team, firm } = await company()
    const path = `/Users/${ada.id}`
    const search = { schemas: [urns.searchRequest], filter: 'userName eq "ada"' }
    const shown = [
      (await scim.get(path)).body,
      (await scim.get(`${path}?attributes=groups`)).body,
      ...(await scim.get('/Users?filter=userName%20eq%20%22ada%22')).body.Resources,
      ...(await scim.post('/Users/.search', search)).body.Resources,
      ...(await scim.post('/.search', search)).body.Resources,
      (await scim.patch(path, [{ op: 'add', path: 'title', value: 'x' }])).body,
      (await scim.put(path, { schemas: [urns.user], userName: 'ada' })).body,
    ]
    expect(shown).toHaveLength(7)
    for (const { groups } of shown) {
      expect(groups).toMatchObject([
        { value: team.id, type: 'direct' },
        { value: firm.id, type: 'indirect' },
      ])
    }
    // Who belongs to a group only through a hidden one belongs to it all the same.
    expect((await scim.get(`/Users/${ben.id}`)).body.groups).toMatchObject([
      { value: firm.id, type: 'indirect' },
    ])
    expect((await scim.get('/Users')).text).not.toContain('Layoffs')
  })

  test('leaves no trace in a user who is in no other', async () => {
    const { scim, open, eve, ada, hidden, team, firm } = await company()
    for (const id of [team.id, firm.id]) hidden.add(id)
    expect((await scim.get(`/Users/${ada.id}`)).body).not.toHaveProperty('groups')
    expect((await scim.get(`/Users/${eve.id}`)).body).not.toHaveProperty('groups')
    expect((await open.get(`/Users/${ada.id}`)).body.groups).toHaveLength(3)
  })

  test('is found by no filter', async () => {
    const { find, layoffs, team, firm } = await company()
    for (const filter of [
      'groups.display eq "Layoffs"',
      'groups.display sw "lay"',
      `groups eq "${layoffs.id}"`,
      `groups.value eq "${layoffs.id}"`,
      `groups[value eq "${layoffs.id}" and type eq "direct"]`,
      'groups[display co "off"]',
    ]) {
      expect(await find(filter), filter).toEqual([])
      expect(await find(`not (${filter})`), filter).toEqual(['ada', 'ben', 'eve'])
      expect(await find(filter, '/'), filter).toEqual([])
    }
    expect(await find('groups pr')).toEqual(['ada', 'ben'])
    expect(await find('groups.type eq "direct"')).toEqual(['ada'])
    expect(await find(`groups.value eq "${firm.id}"`)).toEqual(['ada', 'ben'])
    expect(await find('groups.display ne "Layoffs"')).toEqual(['ada', 'ben', 'eve'])
    expect(await find(`groups.display eq "Layoffs" or groups.value eq "${team.id}"`)).toEqual(['ada'])
  })

  test('is as little there when authorize throws its 403', async () => {
    const { scim, find, ada } = await company((hidden, { id = '' }) => hidden.has(id))
    expect((await scim.get(`/Users/${ada.id}`)).body.groups).toHaveLength(2)
    expect(await find('groups.display eq "Layoffs"')).toEqual([])
  })

  test('is asked about once per request, and only where groups are shown or looked for', async () => {
    const { scim, asked, groupsAsked, find, ada, team, layoffs, firm } = await company()
    await scim.get('/Users')
    expect(groupsAsked().sort()).toEqual([team.id, layoffs.id, firm.id].sort())
    asked.length = 0
    await find('groups.display eq "Firm"')
    // The page shows other groups than the filter names.
    expect(groupsAsked().sort()).toEqual([team.id, layoffs.id, firm.id].sort())
    asked.length = 0
    await scim.get('/Users?attributes=userName&filter=groups.display%20eq%20%22Firm%22')
    expect(groupsAsked()).toEqual([firm.id])
    asked.length = 0
    await scim.get(`/Users/${ada.id}?excludedAttributes=groups`)
    await scim.get('/Users?attributes=userName&filter=userName%20eq%20%22ada%22')
    expect(groupsAsked()).toEqual([])
    await scim.get(`/Users/${ada.id}`)
    expect(asked).toContainEqual({
      operation: 'read',
      resourceType: 'Group',
      id: layoffs.id,
      tenant: 'acme',
      actor: 'okta',
    })
  })

  test('is 500 to the client where the host cannot say', async () => {
    const stores = makeStores()
    const open = serve(stores)
    const user = await open.createUser()
    await open.createGroup({ members: [{ value: user.id }] })
    for (const answer of ['no', undefined]) {
      const scim = serve({
        ...stores,
        authorize: ({ resourceType }) => (resourceType === 'Group' ? (answer as never) : true),
      })
      for (const path of [`/Users/${user.id}`, '/Users', '/Users?filter=groups%20pr']) {
        expect((await scim.get(path)).status, path).toBe(500)
      }
      expect(scim.errors).toHaveLength(3)
    }
  })
})

test('authorize is asked about a few groups at a time, however many there are', async () => {
  const open = serve()
  const user = await open.createUser()
  for (let index = 0; index < 50; index++) await open.createGroup({ members: [{ value: user.id }] })
  let [count, atOnce, most] = [0, 0, 0]
  const scim = serve({
    users: open.users,
    groups: open.groups,
    authorize: async ({ resourceType }) => {
      if (resourceType !== 'Group') return true
      count += 1
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 1))
      atOnce -= 1
      return true
    },
  })
  expect((await scim.get(`/Users/${user.id}`)).body.groups).toHaveLength(50)
  expect(count).toBe(50)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(20)
})
