import { describe, expect, it } from 'vitest'
import { fetchHandler } from '../../../src/adapters/fetch.js'
import type { Group, ListQuery, ListResult, ResourceStore, User } from '../../../src/index.js'
import { attribute, defineResourceType, defineSchema, memoryStore, strict, urns } from '../../../src/index.js'
import type { Body, Reply } from '../service.js'
import { base, serve } from '../service.js'

const message = (more: object = {}) => ({ schemas: [urns.searchRequest], ...more })
const query = (asked: Readonly<Record<string, unknown>>) =>
  `?${new URLSearchParams(Object.entries(asked).map(([key, value]): [string, string] => [key, String(value)]))}`
const labels = ({ body }: Reply) => body.Resources.map((one) => one.userName ?? one.displayName)

/** A service with three users and three groups, by names that sort among each other. */
async function filled(options = {}) {
  const service = serve(options)
  const ids: Record<string, string> = {}
  for (const [userName, displayName] of [
    ['charlie', 'b'],
    ['alice', 'd'],
    ['eve', undefined],
  ]) {
    const user = await service.createUser({ userName, displayName, password: 'correct horse' })
    ids[user.userName as string] = user.id
  }
  for (const displayName of ['c', 'e', 'a']) {
    const group = await service.createGroup({ displayName, members: [{ value: ids.alice }] })
    ids[displayName] = group.id
  }
  return { ...service, ids }
}

describe('a search by POST', () => {
  const asked = {
    filter: 'userName ew "e"',
    sortBy: 'userName',
    sortOrder: 'descending',
    startIndex: 2,
    count: 1,
  }

  it('at an endpoint is the list that a query asks for', async () => {
    const { post, get } = await filled()
    for (const path of ['/Users', '/users']) {
      const reply = await post(`${path}/.search`, message({ ...asked, attributes: ['userName', 'active'] }))
      expect(reply.status).toBe(200)
      expect(reply.text).toBe((await get(`/Users${query({ ...asked, attributes: 'userName,active' })}`)).text)
      expect(reply.body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 })
      expect(labels(reply)).toEqual(['charlie'])
      expect(Object.keys(reply.body.Resources[0] ?? {})).toEqual(['schemas', 'id', 'userName', 'active'])
    }
    const all = await post('/Groups/.search', message())
    expect(all.text).toBe((await get('/Groups')).text)
  })

  it('at the root is the list of the root', async () => {
    const { post, get } = await filled()
    for (const more of [
      {},
      { sortBy: 'displayName', count: 4, startIndex: 2 },
      { filter: 'displayName pr' },
    ]) {
      const reply = await post('/.search', message(more))
      expect(reply.status).toBe(200)
      expect(reply.text).toBe((await get(`/${query(more)}`)).text)
    }
  })

  it('names attributes in an array or as a query does', async () => {
    const { post } = await filled()
    const keys = async (more: object) => {
      const { body } = await post('/Users/.search', message({ filter: 'userName eq "alice"', ...more }))
      return Object.keys(body.Resources[0] ?? {})
    }
    const both = ['schemas', 'id', 'userName', 'displayName']
    expect(await keys({ attributes: ['userName', 'displayName'] })).toEqual(both)
    expect(await keys({ attributes: 'userName,displayName' })).toEqual(both)
    expect(await keys({ attributes: ['groups[value pr].display', 'userName'] })).toEqual([
      'schemas',
      'id',
      'userName',
      'groups',
    ])
    expect(await keys({ excludedAttributes: ['displayName', 'groups', 'meta'] })).not.toContain('displayName')
    expect(await keys({ attributes: [], excludedAttributes: null })).toContain('meta')
  })

  it('reads names of members in any case, and null as missing', async () => {
    const { post } = await filled()
    const body = {
      SCHEMAS: [urns.searchRequest.toUpperCase()],
      FILTER: 'userName sw "a"',
      StartIndex: null,
      count: null,
      sortBy: null,
      cursor: null,
    }
    expect(labels(await post('/Users/.search', body))).toEqual(['alice'])
  })

  it('goes on by cursors at an endpoint', async () => {
    const { post } = await filled()
    const first = await post('/Users/.search', message({ cursor: '', count: 2, sortBy: 'userName' }))
    expect(labels(first)).toEqual(['alice', 'charlie'])
    const cursor = first.body.nextCursor
    const next = await post('/Users/.search', message({ cursor, count: 2, sortBy: 'userName' }))
    expect(labels(next)).toEqual(['eve'])
  })

  it.each([
    ['no object', [], 'invalidSyntax', 'SearchRequest'],
    ['another message', { schemas: [urns.bulkRequest] }, 'invalidSyntax', 'schemas'],
    ['a filter that is no text', message({ filter: true }), 'invalidValue', 'filter'],
    ['an empty filter', message({ filter: '' }), 'invalidFilter', 'empty'],
    ['a filter that does not parse', message({ filter: 'userName eq' }), 'invalidFilter', 'filter'],
    ['sortBy that is no text', message({ sortBy: ['userName'] }), 'invalidValue', 'sortBy'],
    ['sortBy that nobody has', message({ sortBy: 'nosuch' }), 'invalidPath', 'nosuch'],
    ['sortBy of a secret', message({ sortBy: 'password' }), 'invalidPath', 'password'],
    ['a wrong sortOrder', message({ sortBy: 'displayName', sortOrder: 'up' }), 'invalidValue', 'sortOrder'],
    ['sortOrder that is no text', message({ sortOrder: 1 }), 'invalidValue', 'sortOrder'],
    ['a startIndex that is no number', message({ startIndex: 'one' }), 'invalidValue', 'startIndex'],
    ['a count with a fraction', message({ count: 1.5 }), 'invalidValue', 'count'],
    ['attributes that are no names', message({ attributes: [1] }), 'invalidValue', 'attributes'],
    ['attributes that are an object', message({ attributes: {} }), 'invalidValue', 'attributes'],
    ['both lists', message({ attributes: ['id'], excludedAttributes: ['meta'] }), 'invalidValue', 'exclude'],
    ['a cursor that is no text', message({ cursor: 1 }), 'invalidValue', 'cursor'],
    ['a forged cursor', message({ cursor: 'x' }), 'invalidCursor', 'cursor'],
  ])('with %s is 400', async (_, body, scimType, word) => {
    const { post } = await filled()
    for (const path of ['/Users/.search', '/.search']) {
      const detail = expect.stringContaining(word)
      expect((await post(path, body)).body).toMatchObject({ status: '400', scimType, detail })
    }
  })

  it('answers POST only', async () => {
    const { send, createUser } = serve()
    await createUser()
    for (const path of ['/.search', '/Users/.search', '/Groups/.search']) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const reply = await send(method, path)
        expect(reply.status, `${method} ${path}`).toBe(405)
        expect(reply.headers.get('allow')).toBe('POST')
      }
    }
    expect((await send('POST', '/Schemas/.search', { body: message() })).status).toBe(405)
    expect((await send('POST', '/Doors/.search', { body: message() })).status).toBe(404)
  })

  it('is a list to the host, which may forbid it', async () => {
    const asked: unknown[] = []
    const { post } = serve({
      authorize({ operation, resourceType }) {
        asked.push([operation, resourceType])
        return resourceType !== 'User'
      },
    })
    const { status, event } = await post('/Users/.search', message())
    expect(status).toBe(403)
    expect(asked).toEqual([['list', 'User']])
    expect(event).toMatchObject({ operation: 'list', resourceType: 'User', path: '/Users/.search' })
  })
})

describe('a list at the root', () => {
  it('has the resources of every type, one type after the other', async () => {
    const { get, send, ids } = await filled()
    for (const path of ['', '/', '/?']) {
      const reply = await get(path)
      expect(reply.body).toMatchObject({ totalResults: 6, startIndex: 1, itemsPerPage: 6 })
      expect(labels(reply)).toEqual(['charlie', 'alice', 'eve', 'c', 'e', 'a'])
      expect(reply.text).not.toContain('correct horse')
      expect(reply.body.Resources.map((one) => (one.meta as { resourceType?: string }).resourceType)).toEqual(
        [...Array(3).fill('User'), ...Array(3).fill('Group')],
      )
    }
    const { body } = await get('/')
    for (const { meta } of body.Resources)
      expect((await get(meta.location.slice(base.length))).status).toBe(200)
    const [, alice] = body.Resources
    expect(alice).toEqual((await get(`/Users/${ids.alice}`)).body)
    expect(alice?.groups).toHaveLength(3)
    expect((await send('HEAD', '/')).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await send(method, '/')).status).toBe(405)
  })

  it('is paged across the border of types', async () => {
    const { get } = await filled()
    const all = labels(await get('/'))
    for (let startIndex = 1; startIndex <= 8; startIndex++) {
      for (let count = 0; count <= 7; count++) {
        const reply = await get(`/${query({ startIndex, count })}`)
        expect(labels(reply)).toEqual(all.slice(startIndex - 1, startIndex - 1 + count))
        expect(reply.body).toMatchObject({ totalResults: 6, startIndex })
      }
    }
    expect((await get(`/${query({ startIndex: -3, count: -1 })}`)).body).toMatchObject({
      totalResults: 6,
      startIndex: 1,
      itemsPerPage: 0,
    })
  })

  it('is sorted across types, those without a value last, and paged in that order', async () => {
    const { get } = await filled()
    const byName = async (more: object) => labels(await get(`/${query({ sortBy: 'displayName', ...more })}`))
    const ascending = ['a', 'charlie', 'c', 'alice', 'e', 'eve']
    expect(await byName({})).toEqual(ascending)
    expect(await byName({ sortOrder: 'descending' })).toEqual([...ascending].reverse())
    for (let startIndex = 1; startIndex <= 7; startIndex++) {
      expect(await byName({ startIndex, count: 2 })).toEqual(ascending.slice(startIndex - 1, startIndex + 1))
      // What is sorted by need not be shown.
      const shown = await get(
        `/${query({ sortBy: 'displayName', attributes: 'userName', startIndex, count: 2 })}`,
      )
      const names = ascending.slice(startIndex - 1, startIndex + 1).filter((name) => name.length > 1)
      expect(shown.body.Resources.flatMap(({ userName }) => userName ?? [])).toEqual(names)
      expect(shown.body.Resources.every((one) => !('displayName' in one))).toBe(true)
    }
  })

  it('is sorted by what is neither shown nor loaded for itself', async () => {
    const { get, ids, createGroup } = await filled()
    const members = [{ value: ids.eve }, { value: ids.charlie }].map((member) => [member])
    for (const [index, one] of members.entries())
      await createGroup({ displayName: `m${index}`, members: one })
    const reply = await get('/?sortBy=members.value&attributes=displayName&filter=members%20pr')
    const plain = await get('/Groups?sortBy=members.value&attributes=displayName')
    expect(reply.body.Resources).toEqual(plain.body.Resources)
    const both = await get('/?sortBy=members.value&attributes=displayName&count=5')
    expect(both.body.Resources).toEqual(plain.body.Resources)
  })

  it('sorted by what one type has, lists the other types by id', async () => {
    // Not in the order in which they are created.
    let count = 10
    const newId = () => `g${--count}`
    const { get, ids } = await filled({ groups: memoryStore<Group>({ newId }) })
    const groups = [ids.a, ids.c, ids.e].sort()
    expect(groups).toEqual(['g7', 'g8', 'g9'])
    const shown = async (sortOrder: string) =>
      (await get(`/${query({ sortBy: 'userName', sortOrder })}`)).body.Resources.map(
        ({ userName, id }) => userName ?? id,
      )
    expect(await shown('ascending')).toEqual(['alice', 'charlie', 'eve', ...groups])
    expect(await shown('descending')).toEqual([...groups, 'eve', 'charlie', 'alice'])
    const meta = await get(`/${query({ sortBy: 'meta.resourceType' })}`)
    expect(meta.body.Resources.map((one) => 'userName' in one)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ])
  })

  it.each([
    ['meta.resourceType eq "User"', ['charlie', 'alice', 'eve']],
    ['meta.resourceType ne "User"', ['c', 'e', 'a']],
    ['meta.resourceType eq "Group" and displayName gt "b"', ['c', 'e']],
    ['meta.resourceType eq "Door"', []],
    ['displayName ge "c"', ['alice', 'c', 'e']],
    ['userName eq "ALICE"', ['alice']],
    ['userName eq "alice" or displayName eq "a"', ['alice', 'a']],
    ['not (userName pr)', ['c', 'e', 'a']],
    ['groups.display eq "c"', ['alice']],
  ])('is filtered by %s', async (filter, expected) => {
    const { get } = await filled()
    const reply = await get(`/${query({ filter })}`)
    expect(labels(reply)).toEqual(expected)
    expect(reply.body.totalResults).toBe(expected.length)
    expect(labels(await get(`/${query({ filter, sortBy: 'id' })}`)).sort()).toEqual([...expected].sort())
  })

  it('finds members, as groups do', async () => {
    const { get, ids } = await filled()
    const reply = await get(`/${query({ filter: `members.value eq "${ids.alice}"` })}`)
    expect(labels(reply)).toEqual(['c', 'e', 'a'])
  })

  it.each([
    ['filter=nosuch pr', 'invalidFilter'],
    ['filter=password eq "correct horse"', 'invalidFilter'],
    ['filter=displayName eq "x" or password pr', 'invalidFilter'],
    ['filter=active eq "x"', 'invalidFilter'],
    ['filter=', 'invalidFilter'],
    ['sortBy=nosuch', 'invalidPath'],
    ['sortBy=password', 'invalidPath'],
    ['sortBy=userName&sortOrder=up', 'invalidValue'],
    ['count=x', 'invalidValue'],
    ['cursor=', 'invalidCursor'],
    ['cursor=x', 'invalidCursor'],
  ])('is refused with %s', async (asked, scimType) => {
    const { get } = await filled()
    expect((await get(`/?${asked}`)).body).toMatchObject({ status: '400', scimType })
  })

  it('shows attributes of each type that has them', async () => {
    const { get } = await filled()
    const keys = (one: Body | undefined) => Object.keys(one ?? {})
    const some = await get('/?attributes=userName,members.value')
    expect(keys(some.body.Resources[0])).toEqual(['schemas', 'id', 'userName'])
    expect(keys(some.body.Resources[3])).toEqual(['schemas', 'id', 'members'])
    expect(some.trace).toEqual([])
    const others = await get('/?excludedAttributes=userName,members,meta')
    expect(keys(others.body.Resources[1])).toEqual(['schemas', 'id', 'displayName', 'active', 'groups'])
    expect(keys(others.body.Resources[3])).toEqual(['schemas', 'id', 'displayName'])
    const unknown = await get('/?attributes=nosuch,userName')
    expect(unknown.trace).toMatchObject([{ rule: 'unknownAttributes', path: 'nosuch' }])
    expect((await get('/?attributes=password')).text).not.toContain('correct')
    expect((await get('/?attributes=id&excludedAttributes=meta')).status).toBe(400)
  })

  it('with a strict profile refuses attributes that no type has, and no others', async () => {
    const { get } = await filled({ profile: strict() })
    expect((await get('/?attributes=userName,members')).status).toBe(200)
    expect((await get('/?attributes=userName,nosuch')).body).toMatchObject({ scimType: 'invalidPath' })
  })

  it('has no resources of another tenant', async () => {
    const { get } = await filled()
    expect((await get('/', { token: 'globex-token' })).body.totalResults).toBe(0)
    expect((await get('/', { token: 'wrong' })).status).toBe(401)
  })

  it('leaves out the types that the caller may not list', async () => {
    const allowed = new Set(['User', 'Group'])
    const { get, post } = await filled({
      authorize: ({ operation, resourceType }: { operation: string; resourceType?: string }) =>
        operation !== 'list' || allowed.has(resourceType ?? 'nothing'),
    })
    expect((await get('/')).body.totalResults).toBe(6)
    allowed.delete('User')
    for (const reply of [
      await get('/'),
      await get('/?sortBy=displayName'),
      await post('/.search', message()),
    ]) {
      expect(labels(reply).sort()).toEqual(['a', 'c', 'e'])
      expect(reply.body.totalResults).toBe(3)
    }
    expect((await get('/?filter=userName%20pr')).body.totalResults).toBe(0)
    allowed.delete('Group')
    const { status, event } = await get('/')
    expect(status).toBe(403)
    expect(event).toMatchObject({ operation: 'list', resourceType: undefined, path: '/' })
  })

  it('has the resources of types of a service’s own', async () => {
    const schema = defineSchema('urn:example:door', { displayName: attribute.string({ required: true }) })
    const Door = defineResourceType({ name: 'Door', endpoint: '/Doors', schema, store: memoryStore<never>() })
    const { get, post } = await filled({ resourceTypes: [Door] })
    await post('/Doors', { schemas: [schema.urn], displayName: 'bb' })
    expect(labels(await get('/?filter=meta.resourceType%20eq%20%22Door%22'))).toEqual(['bb'])
    expect(labels(await get('/?sortBy=displayName&count=3'))).toEqual(['a', 'charlie', 'bb'])
  })
})

describe('what a list at the root costs', () => {
  /** A store that remembers how much it was asked for. */
  function counting<R extends User | Group>(store: ResourceStore<R>) {
    const cost = { calls: 0, resources: 0 }
    const counted: ResourceStore<R> = {
      ...store,
      async list(asked: ListQuery, context): Promise<ListResult<R>> {
        const page = await store.list(asked, context)
        cost.calls += 1
        cost.resources += page.resources.length
        return page
      },
    }
    return { counted, cost }
  }

  it('is a page of each store at the most, and little more when it is sorted', async () => {
    const users = counting(memoryStore<User>())
    const groups = counting(memoryStore<Group>())
    const { createUser, createGroup, get } = serve({ users: users.counted, groups: groups.counted })
    for (let index = 0; index < 1500; index++) {
      const displayName = String(index).padStart(4, '0')
      if (index % 3 === 0) await createGroup({ displayName })
      else await createUser({ userName: displayName, displayName })
    }
    const spent = async (path: string) => {
      for (const { cost } of [users, groups]) Object.assign(cost, { calls: 0, resources: 0 })
      const reply = await get(path)
      const calls = users.cost.calls + groups.cost.calls
      return { reply, calls, resources: users.cost.resources + groups.cost.resources }
    }
    const number = ({ displayName }: Body) => Number(displayName)
    for (const startIndex of [1, 500, 990, 1200, 1490]) {
      const plain = await spent(`/?startIndex=${startIndex}&count=20&attributes=displayName`)
      expect(plain.calls).toBe(2)
      expect(plain.resources).toBeLessThanOrEqual(20)
      expect(plain.reply.body.totalResults).toBe(1500)
      const sorted = await spent(
        `/?sortBy=displayName&startIndex=${startIndex}&count=20&attributes=displayName`,
      )
      expect(sorted.reply.body.Resources.map(number)).toEqual(
        Array.from({ length: 1500 }, (_, index) => index).slice(startIndex - 1, startIndex + 19),
      )
      expect(sorted.calls).toBeLessThan(30)
      expect(sorted.resources).toBeLessThan(300)
    }
    const nothing = await spent('/?count=0')
    expect(nothing.resources).toBe(0)
    const most = await spent('/?count=100000')
    expect(most.reply.body.itemsPerPage).toBe(1000)
  })

  it('a store that gives less than it was asked for ends the page, so that nothing is passed over', async () => {
    const users = memoryStore<User>()
    const short: ResourceStore<User> = {
      ...users,
      list: (asked, context) => users.list({ ...asked, count: Math.min(asked.count, 2) }, context),
    }
    const { get } = await filled({ users: short })
    const seen: unknown[] = []
    for (let startIndex = 1; startIndex <= 6; ) {
      const reply = await get(`/?startIndex=${startIndex}`)
      expect(reply.body.totalResults).toBe(6)
      expect(reply.body.itemsPerPage).toBeGreaterThan(0)
      seen.push(...labels(reply))
      startIndex += reply.body.itemsPerPage
    }
    expect(seen).toEqual(['charlie', 'alice', 'eve', 'c', 'e', 'a'])
  })

  it('a store that can not sort says so, and is not asked to', async () => {
    const { sorts: _sorts, ...plain } = memoryStore<Group>()
    const { get } = await filled({ groups: plain })
    expect((await get('/?sortBy=displayName')).status).toBe(501)
    expect((await get('/?sortBy=userName&filter=userName%20pr')).status).toBe(200)
  })
})

describe('where the root is', () => {
  const list = async (answer: (request: Request) => Promise<Response>, path: string, method = 'GET') => {
    const headers = { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' }
    const init = { method, headers, ...(method === 'POST' && { body: JSON.stringify(message()) }) }
    return (await answer(new Request(`https://app.example.com${path}`, init))).status
  }

  it('is told by the host', async () => {
    const answer = fetchHandler(serve().scim, { basePath: '/provisioning' })
    for (const path of ['/provisioning', '/provisioning/', '/provisioning?count=1'])
      expect(await list(answer, path)).toBe(200)
    expect(await list(answer, '/provisioning/.search', 'POST')).toBe(200)
    for (const path of ['/', '/scim/v2', '/provisioning/v2', '/provisioningx'])
      expect(await list(answer, path)).toBe(404)
  })

  it('or is seen where a path ends as nearly everybody’s does; nothing else is taken for it', async () => {
    const { fetch } = serve().scim
    for (const path of ['/', '/scim', '/scim/v2', '/scim/v2/', '/tenants/1/SCIM', '/api/v1']) {
      expect(await list(fetch, path), path).toBe(200)
      expect(await list(fetch, `${path.replace(/\/$/, '')}/.search`, 'POST'), path).toBe(200)
    }
    for (const path of ['/scim/v2/Doors', '/scim/v2/v', '/nosuch', '/scim/v2/nosuch/']) {
      expect(await list(fetch, path), path).toBe(404)
      expect(await list(fetch, `${path.replace(/\/$/, '')}/.search`, 'POST'), path).toBe(404)
    }
  })
  it('no resource type may live where something else does', () => {
    const schema = defineSchema('urn:example:door', { displayName: attribute.string() })
    for (const endpoint of ['/Bulk', '/me', '/.search', '/Schemas', '/ServiceProviderConfig']) {
      const Door = defineResourceType({ name: 'Door', endpoint, schema, store: memoryStore<never>() })
      expect(() => serve({ resourceTypes: [Door] })).toThrow(`cannot live at ${endpoint}`)
    }
  })
})
