import { describe, expect, it } from 'vitest'
import { createScim, memoryStore, strict, urns } from '../../../src/index.js'
import { patchOf, postGroup, postUser, serveBulk } from '../../operations/bulk/bulk.js'
import { authenticate, base } from '../service.js'

const etag = /^W\/".+"$/

describe('the examples of RFC 7644', () => {
  /** The request of section 3.7.3, its PATCH without `schemas` as it is printed there. */
  function operations(bob: string, dave: string, gone: string, versions: readonly (string | undefined)[]) {
    const [one, two, three] = versions
    return [
      { method: 'POST', path: '/Users', bulkId: 'qwerty', data: { schemas: [urns.user], userName: 'Alice' } },
      {
        method: 'PUT',
        path: `/Users/${bob}`,
        version: one,
        data: { schemas: [urns.user], id: bob, userName: 'Bob' },
      },
      {
        method: 'PATCH',
        path: `/Users/${dave}`,
        version: two,
        data: {
          Operations: [
            { op: 'remove', path: 'nickName' },
            { op: 'replace', path: 'userName', value: 'Dave' },
          ],
        },
      },
      { method: 'DELETE', path: `/Users/${gone}`, version: three },
    ]
  }

  async function three(service: ReturnType<typeof serveBulk>) {
    const users = [
      await service.createUser({ userName: 'robert' }),
      await service.createUser({ userName: 'david', nickName: 'D' }),
      await service.createUser({ userName: 'gone' }),
    ]
    return { ids: users.map(({ id }) => id), versions: users.map(({ meta }) => meta.version) }
  }

  it('3.7.3: four methods, each with its outcome, in the order of the request', async () => {
    const service = serveBulk()
    const { ids, versions } = await three(service)
    const [bob = '', dave = '', gone = ''] = ids
    const { status, results } = await service.bulk(operations(bob, dave, gone, versions), { failOnErrors: 1 })
    expect(status).toBe(200)
    expect(results).toEqual([
      {
        location: expect.stringMatching(new RegExp(`^${base}/Users/.+`)),
        method: 'POST',
        bulkId: 'qwerty',
        version: expect.stringMatching(etag),
        status: '201',
      },
      {
        location: `${base}/Users/${bob}`,
        method: 'PUT',
        version: expect.stringMatching(etag),
        status: '200',
      },
      {
        location: `${base}/Users/${dave}`,
        method: 'PATCH',
        version: expect.stringMatching(etag),
        status: '200',
      },
      { location: `${base}/Users/${gone}`, method: 'DELETE', status: '204' },
    ])
    for (const result of results.slice(0, 3)) {
      const { body, headers } = await service.get(`/Users/${service.idIn(result)}`)
      expect(headers.get('etag')).toBe(result.version)
      expect(body.meta.location).toBe(result.location)
    }
    expect(await service.names('/Users', 'userName')).toEqual(['Bob', 'Dave', 'Alice'])
    expect(await service.storedUser(dave)).not.toHaveProperty('nickName')
  })

  it('3.7.3: with failOnErrors 1, the reply ends with the first error', async () => {
    const service = serveBulk()
    const { ids, versions } = await three(service)
    await service.createUser({ userName: 'alice' })
    const [bob = '', dave = '', gone = ''] = ids
    const { status, results } = await service.bulk(operations(bob, dave, gone, versions), { failOnErrors: 1 })
    expect(status).toBe(200)
    expect(results).toEqual([
      {
        method: 'POST',
        bulkId: 'qwerty',
        status: '409',
        response: {
          schemas: [urns.error],
          status: '409',
          scimType: 'uniqueness',
          detail: expect.stringContaining('userName'),
        },
      },
    ])
    expect(await service.names('/Users', 'userName')).toEqual(['robert', 'david', 'gone', 'alice'])
  })

  it('3.7.3: without failOnErrors, each of four errors is told, and all but a POST have a location', async () => {
    const service = serveBulk()
    const { ids } = await three(service)
    await service.createUser({ userName: 'Alice' })
    const [bob = '', dave = ''] = ids
    const wrong = ['W/"3694e05e9dff591"', 'W/"edac3253e2c0ef2"', 'W/"0ee8add0a938e1a"']
    const { results, statuses } = await service.bulk(operations(bob, dave, 'e9025315', wrong))
    expect(statuses).toEqual(['409', '412', '412', '404'])
    expect(results.map(({ location }) => location)).toEqual([
      undefined,
      `${base}/Users/${bob}`,
      `${base}/Users/${dave}`,
      `${base}/Users/e9025315`,
    ])
    for (const { status, version, response } of results) {
      expect(response).toMatchObject({ schemas: [urns.error], status, detail: expect.stringMatching(/./) })
      expect(version).toBeUndefined()
    }
  })

  it('3.7.1: two groups that refer to each other', async () => {
    const service = serveBulk()
    const group = (bulkId: string, displayName: string, other: string) => ({
      method: 'POST',
      path: '/Groups',
      bulkId,
      data: { schemas: [urns.group], displayName, members: [{ type: 'Group', value: `bulkId:${other}` }] },
    })
    const { results, statuses } = await service.bulk([
      group('qwerty', 'Group A', 'ytrewq'),
      group('ytrewq', 'Group B', 'qwerty'),
    ])
    expect(statuses).toEqual(['201', '201'])
    const [a = '', b = ''] = results.map(service.idIn)
    expect((await service.get(`/Groups/${a}`)).body.members).toMatchObject([{ value: b, type: 'Group' }])
    expect((await service.get(`/Groups/${b}`)).body.members).toMatchObject([{ value: a, type: 'Group' }])
    for (const { location, version } of results) {
      expect((await service.get(location?.slice(base.length) ?? '')).headers.get('etag')).toBe(version)
    }
  })

  it('3.7.2: a user, and a group that has it as a member', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([
      { method: 'POST', path: '/Users', bulkId: 'qwerty', data: { schemas: [urns.user], userName: 'Alice' } },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'ytrewq',
        data: {
          schemas: [urns.group],
          displayName: 'Tour Guides',
          members: [{ type: 'User', value: 'bulkId:qwerty' }],
        },
      },
    ])
    const [alice = '', guides = ''] = results.map(service.idIn)
    expect((await service.get(`/Groups/${guides}`)).body.members).toEqual([
      { type: 'User', value: alice, $ref: `${base}/Users/${alice}`, display: 'Alice' },
    ])
    expect((await service.get(`/Users/${alice}`)).body.groups).toMatchObject([{ value: guides }])
  })

  it('3.7.2: a user whose manager comes with the same request', async () => {
    const service = serveBulk()
    const { results } = await service.bulk([
      postUser('qwerty'),
      postUser('ytrewq', {
        schemas: [urns.user, urns.enterpriseUser],
        [urns.enterpriseUser]: { employeeNumber: '11250', manager: { value: 'bulkId:qwerty' } },
      }),
    ])
    const [manager = '', bob = ''] = results.map(service.idIn)
    const { body } = await service.get(`/Users/${bob}`)
    expect(body[urns.enterpriseUser]).toEqual({
      employeeNumber: '11250',
      manager: { value: manager, $ref: `${base}/Users/${manager}` },
    })
  })

  it('3.7.4: a request over a limit is 413 and names the limit', async () => {
    const service = serveBulk({ limits: { maxBulkPayloadBytes: 1000 } })
    const large = await service.bulk([postUser('a', { title: 'x'.repeat(1000) })])
    expect(large).toMatchObject({ status: 413, detail: expect.stringMatching(/maxPayloadSize \(1000\b/) })
    const { bulk, get } = serveBulk()
    const many = await bulk(Array.from({ length: 1001 }, (_, index) => postUser(`u${index}`)))
    expect(many).toMatchObject({
      status: 413,
      detail: expect.stringMatching(/maxOperations \(1000\)/),
      results: [],
    })
    expect((await get('/Users')).body.totalResults).toBe(0)
  })
})

describe('what a service says of its limits', () => {
  it('is what it enforces', async () => {
    const { body } = await serveBulk().get('/ServiceProviderConfig')
    expect(body.bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 })
    const small = serveBulk({ limits: { maxBulkOperations: 2, maxBulkPayloadBytes: 5000 } })
    const config = await small.get('/ServiceProviderConfig')
    expect(config.body.bulk).toEqual({ supported: true, maxOperations: 2, maxPayloadSize: 5000 })
    expect((await small.bulk([postUser('a'), postUser('b')])).statuses).toEqual(['201', '201'])
    expect((await small.bulk([postUser('c'), postUser('d'), postUser('e')])).status).toBe(413)
  })

  it('a limit that is no whole number is refused when the service is made', () => {
    const make = (maxBulkOperations: number) =>
      createScim({ authenticate, users: memoryStore(), limits: { maxBulkOperations } })
    for (const wrong of [0, -1, 1.5, Number.NaN])
      expect(() => make(wrong)).toThrow(/limits\.maxBulkOperations/)
  })
})

describe('a request that is none', () => {
  it.each([
    ['no object', [postUser('a')]],
    ['another message', { schemas: [urns.patchOp], Operations: [postUser('a')] }],
    ['no operations', { schemas: [urns.bulkRequest] }],
    ['an empty list of operations', { schemas: [urns.bulkRequest], Operations: [] }],
    ['operations that are no list', { schemas: [urns.bulkRequest], Operations: postUser('a') }],
  ])('is 400 invalidSyntax: %s', async (_, body) => {
    const { post, get } = serveBulk()
    expect((await post('/Bulk', body)).body).toMatchObject({ status: '400', scimType: 'invalidSyntax' })
    expect((await get('/Users')).body.totalResults).toBe(0)
  })

  it('takes failOnErrors of any length', async () => {
    const { status } = await serveBulk().bulk([postUser('a')], { failOnErrors: 1e21 })
    expect(status).toBe(200)
  })

  it.each([0, -1, 1.5, '1', true, []])('is 400 where failOnErrors is %j', async (failOnErrors) => {
    const reply = await serveBulk().bulk([postUser('a')], { failOnErrors })
    expect(reply).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      detail: expect.stringMatching(/failOnErrors/),
    })
  })

  it('names of members are read in any case, and so is the path of the endpoint', async () => {
    const { post, names } = serveBulk()
    const operation = { METHOD: 'POST', Path: '/Users', BULKID: 'a', Data: postUser('a').data }
    const body = { Schemas: [urns.bulkRequest.toUpperCase()], FAILONERRORS: null, operations: [operation] }
    expect((await post('/bulk', body)).status).toBe(200)
    expect(await names('/Users', 'userName')).toEqual(['a'])
  })

  it('answers POST only', async () => {
    const { send } = serveBulk()
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await send(method, '/Bulk')
      expect(reply.status).toBe(405)
      expect(reply.headers.get('allow')).toBe('POST')
    }
  })

  it('nests as deep as a request of its own may, and no deeper', async () => {
    const nest = (depth: number): unknown => (depth === 0 ? 'x' : { a: nest(depth - 1) })
    const service = serveBulk({ limits: { maxJsonDepth: 8 } })
    const data = (depth: number) => ({ ...postUser(`d${depth}`).data, title: 'x', unknown: nest(depth) })
    for (const depth of [6, 7, 8, 9]) {
      const alone = await service.post('/Users', { ...data(depth), userName: `alone${depth}` })
      const { status } = await service.bulk([{ ...postUser('a'), data: data(depth) }])
      expect(status, `depth ${depth}`).toBe(alone.status === 201 ? 200 : 400)
    }
  })
})

describe('an operation that is none', () => {
  const good = postUser('good')
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no object', 'POST', /object/],
    ['no method', { ...good, method: undefined }, /^method/],
    ['a method that only reads', { ...good, method: 'GET' }, /^method/],
    ['a method in lower case', { ...good, method: 'post' }, /^method/],
    ['a method that every object has', { ...good, method: 'constructor' }, /^method/],
    ['no path', { ...good, path: undefined }, /^path/],
    ['a path that is no text', { ...good, path: ['/Users'] }, /^path/],
    ['a path with a query', { ...good, path: '/Users?attributes=id' }, /^path/],
    ['a POST to a resource', { ...good, path: '/Users/1' }, /^path/],
    ['a PUT of a resource type', { ...good, method: 'PUT' }, /^path/],
    ['a bulk inside of a bulk', { ...good, path: '/Bulk' }, /^path/],
    ['a write to discovery', { ...good, path: '/Schemas' }, /^path/],
    ['a POST without a bulkId', { ...good, bulkId: undefined }, /bulkId/],
    ['a bulkId that is no text', { ...good, bulkId: 7 }, /bulkId/],
    ['an empty bulkId', { ...good, bulkId: '' }, /bulkId/],
    ['no data', { ...good, data: undefined }, /data/],
    ['data that is no object', { ...good, data: 'x' }, /object/],
    ['a version that is no text', { method: 'DELETE', path: '/Users/1', version: 1 }, /^version/],
  ]

  it.each(wrong)('is its own 400, and the others are done: %s', async (_, operation, detail) => {
    const { bulk, names } = serveBulk()
    const { status, results } = await bulk([postUser('before'), operation, postUser('after')])
    expect(status).toBe(200)
    const response = { detail: expect.stringMatching(detail) }
    expect(results).toMatchObject([{ status: '201' }, { status: '400', response }, { status: '201' }])
    expect(await names('/Users', 'userName')).toEqual(['before', 'after'])
  })

  it('at a path where nothing is, it is 404', async () => {
    const { results } = await serveBulk().bulk([
      { ...good, path: '/Doors' },
      { method: 'DELETE', path: '/Users/1/emails' },
      { method: 'DELETE', path: '/Users/nobody' },
    ])
    expect(results).toMatchObject([
      { status: '404', bulkId: 'good', method: 'POST' },
      { status: '404' },
      { status: '404', location: `${base}/Users/nobody` },
    ])
  })

  it('two of one bulkId are both refused, since nobody knows which is meant', async () => {
    const { bulk, names } = serveBulk()
    const { results } = await bulk([
      postUser('a', { userName: 'one' }),
      postUser('a', { userName: 'two' }),
      postGroup('g', 'a'),
      postUser('b'),
    ])
    expect(results).toMatchObject([
      { status: '400', response: { scimType: 'invalidValue', detail: expect.stringMatching(/bulkId/) } },
      { status: '400', response: { scimType: 'invalidValue' } },
      { status: '409' },
      { status: '201' },
    ])
    expect(await names('/Users', 'userName')).toEqual(['b'])
    expect(await names('/Groups', 'displayName')).toEqual([])
  })

  it('says no more of what it holds than where it is wrong', async () => {
    const { bulk } = serveBulk()
    const secret = 'hunter2@example.com'
    const { results, events } = await bulk([
      { method: secret, path: `/${secret}`, bulkId: 'a', data: {} },
      postUser('b', { displayName: `bulkId:${secret}` }),
      { ...postUser(secret), data: {} },
      postGroup('g', secret),
    ])
    expect(results.map(({ status }) => status)).toEqual(['400', '409', '400', '409'])
    expect(JSON.stringify(results.map(({ response }) => response))).not.toContain('hunter2')
    expect(JSON.stringify(events)).not.toContain('hunter2')
  })
})

describe('a profile', () => {
  const user = (id: string) => [{ op: 'add', path: 'nickName', value: id }]

  it('accepts the operations of a PATCH without the message around them, as the RFC prints them', async () => {
    const { bulk, createUser, storedUser } = serveBulk()
    const { id } = await createUser()
    const path = `/Users/${id}`
    for (const data of [user('one'), { Operations: user('two') }]) {
      const { statuses, events } = await bulk([{ method: 'PATCH', path, data }])
      expect(statuses).toEqual(['200'])
      expect(events[0]?.trace).toMatchObject([{ rule: 'bareBulkPatch', path: 'data' }])
    }
    expect((await storedUser(id)).nickName).toBe('two')
    const { statuses, events } = await bulk([patchOf(path, ...user('three'))])
    expect([statuses, events[0]?.trace]).toEqual([['200'], []])
  })

  it('that is strict refuses them', async () => {
    const { bulk, createUser } = serveBulk({ profile: strict() })
    const path = `/Users/${(await createUser()).id}`
    for (const data of [user('one'), { Operations: user('two') }]) {
      const { results } = await bulk([{ method: 'PATCH', path, data }])
      expect(results).toMatchObject([{ status: '400', response: { scimType: 'invalidSyntax' } }])
    }
  })
})
