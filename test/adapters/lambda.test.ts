import { describe, expect, it, test } from 'vitest'
import { type LambdaEvent, type LambdaReply, lambdaHandler } from '../../src/adapters/lambda.js'
import type { Group, GroupStore, Member, ScimOptions, User, UserStore } from '../../src/index.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../src/index.js'
import { bodyLimit, echo, type Seen } from './echo.js'

/** An event of an HTTP API or a function URL. */
const http = (
  method: string,
  rawPath: string,
  more: Partial<LambdaEvent> = {},
  stage = '$default',
): LambdaEvent => ({
  rawPath,
  rawQueryString: '',
  headers: { host: 'api.example.com' },
  requestContext: { http: { method }, stage, domainName: 'api.example.com' },
  ...more,
})
/** An event of payload 1.0. */
const rest = (path: string, more: Partial<LambdaEvent> = {}): LambdaEvent => ({
  httpMethod: 'GET',
  path,
  headers: { Host: 'api.example.com' },
  multiValueHeaders: { Host: ['api.example.com'] },
  requestContext: { path: `/prod${path}`, stage: 'prod' },
  ...more,
})
const balanced = (path: string, more: Partial<LambdaEvent> = {}): LambdaEvent => ({
  httpMethod: 'GET',
  path,
  headers: { host: 'app.example.com', 'x-forwarded-proto': 'http' },
  requestContext: { elb: {} },
  ...more,
})

const seenIn = ({ body }: LambdaReply) => JSON.parse(body) as Seen
const see = async (event: LambdaEvent, options = {}) => seenIn(await lambdaHandler(echo(), options)(event))

describe('where the service is', () => {
  it('a stage is part of the mount, whether the path of the event has it or not', async () => {
    const expected = { path: '/Users/1', baseUrl: 'https://api.example.com/prod/scim/v2' }
    for (const options of [{}, { basePath: '/scim/v2' }]) {
      expect(await see(rest('/scim/v2/Users/1'), options)).toMatchObject(expected)
      expect(await see(http('GET', '/prod/scim/v2/Users/1', {}, 'prod'), options)).toMatchObject(expected)
    }
    expect(await see(rest('/Users/1'))).toMatchObject({
      path: '/Users/1',
      baseUrl: 'https://api.example.com/prod',
    })
    expect(await see(http('GET', '/prod', {}, 'prod'), { basePath: '' })).toMatchObject({ path: '/' })
  })

  it('a domain of the host’s own has no stage', async () => {
    const requestContext = { path: '/base/scim/v2/Users', stage: 'prod' }
    expect(await see(rest('/base/scim/v2/Users', { requestContext }))).toMatchObject({
      path: '/Users',
      baseUrl: 'https://api.example.com/base/scim/v2',
    })
  })

  it('a load balancer says which protocol the client used', async () => {
    expect(await see(balanced('/scim/v2/Users'))).toMatchObject({ baseUrl: 'http://app.example.com/scim/v2' })
    const headers = { host: 'app.example.com', 'x-forwarded-proto': 'https' }
    expect(await see(balanced('/scim/v2/Users', { headers }))).toMatchObject({
      baseUrl: 'https://app.example.com/scim/v2',
    })
  })

  it('a path that an HTTP API has decoded is encoded again, and one that is encoded is kept', async () => {
    for (const [raw, path] of [
      ['/scim/v2/Users/a b?c#é', '/Users/a%20b%3Fc%23%C3%A9'],
      ['/scim/v2/Users/100%', '/Users/100%25'],
      ['/scim/v2/Users/a%2Fb%20c', '/Users/a%2Fb%20c'],
      ['/scim/v2/Users/\ud800', '/Users/%EF%BF%BD'],
    ] as const) {
      expect((await see(http('GET', raw))).path).toBe(path)
    }
  })
})

describe('the query', () => {
  const filter = 'userName eq "é&=+"'
  const encoded = `filter=${encodeURIComponent(filter)}&attributes=a&attributes=b`

  it('of payload 1.0 has been decoded', async () => {
    const event = rest('/scim/v2/Users', {
      queryStringParameters: { filter, attributes: 'b' },
      multiValueQueryStringParameters: { filter: [filter], attributes: ['a', 'b'] },
    })
    expect((await see(event)).query).toBe(encoded)
    const single = rest('/scim/v2/Users', { queryStringParameters: { filter } })
    expect((await see(single)).query).toBe(`filter=${encodeURIComponent(filter)}`)
    expect((await see(rest('/scim/v2/Users', { queryStringParameters: null }))).query).toBe('')
  })

  it('of a load balancer has not', async () => {
    const lists = { filter: [encodeURIComponent(filter)], attributes: ['a', 'b'] }
    const event = balanced('/scim/v2/Users', { multiValueQueryStringParameters: lists })
    expect((await see(event)).query).toBe(encoded)
  })
})

describe('the body', () => {
  const post = (body: string | null, isBase64Encoded = false) =>
    see(http('POST', '/scim/v2/Users', { body, isBase64Encoded }))
  const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

  it('is text or Base64', async () => {
    const text = '{"userName":"é"}'
    expect((await post(text)).body).toEqual({ kind: 'text', text })
    expect((await post(base64(text), true)).body).toEqual({ kind: 'text', text })
    expect((await post(null)).body).toEqual({ kind: 'none' })
    expect((await post('', true)).body).toEqual({ kind: 'none' })
    expect(await post(base64(new Uint8Array([0x22, 0xc3, 0x28])), true)).toMatchObject({
      scimType: 'invalidSyntax',
    })
  })

  it('is held to the limit in bytes, in either form', async () => {
    const largest = 'x'.repeat(bodyLimit)
    for (const [body, isBase64] of [
      [largest, false],
      [base64(largest), true],
    ] as const) {
      expect((await post(body, isBase64)).body).toEqual({ kind: 'text', text: largest })
    }
    expect(await post(`${largest}x`)).toMatchObject({ status: '413' })
    expect(await post('é'.repeat(bodyLimit / 2 + 1))).toMatchObject({ status: '413' })
    for (const more of [1, 2, 3]) {
      expect(await post(base64(largest + 'x'.repeat(more)), true)).toMatchObject({ status: '413' })
    }
  })
})

test('a load balancer with multi-value headers gets lists back, and others do not', async () => {
  const handler = lambdaHandler(echo())
  const { headers: _, ...bare } = balanced('/scim/v2/Users')
  const reply = await handler({
    ...bare,
    multiValueHeaders: { host: ['app.example.com'], accept: ['a/b', 'c/d'] },
  })
  expect(reply).toMatchObject({
    statusCode: 200,
    multiValueHeaders: { 'content-type': ['application/scim+json'] },
    isBase64Encoded: false,
  })
  expect(reply).not.toHaveProperty('headers')
  expect(seenIn(reply)).toMatchObject({ accept: 'a/b, c/d', baseUrl: 'https://app.example.com/scim/v2' })
  expect(await handler(rest('/scim/v2/None'))).toEqual({
    statusCode: 204,
    headers: { 'content-type': 'application/scim+json' },
    body: '',
    isBase64Encoded: false,
  })
})

test('cookies are one header, wherever the platform has them', async () => {
  const expected = 'session=abc; theme="a, b"'
  const lines = expected.split('; ')
  for (const event of [
    http('GET', '/scim/v2/Users', { cookies: lines }),
    http('GET', '/scim/v2/Users', { headers: { cookie: expected }, cookies: null }),
    rest('/scim/v2/Users', { multiValueHeaders: { Cookie: lines } }),
    rest('/scim/v2/Users', { multiValueHeaders: { Cookie: [expected] } }),
    balanced('/scim/v2/Users', { headers: { cookie: expected } }),
    balanced('/scim/v2/Users', { headers: null, multiValueHeaders: { cookie: lines } }),
  ]) {
    const scim = echo()
    await lambdaHandler(scim)(event)
    expect(scim.requests[0]?.header('cookie')).toBe(expected)
  }
})

test('an event that is no request is refused', async () => {
  for (const event of [{}, { Records: [] }, { path: '/Users' }, { rawPath: '/Users', requestContext: {} }]) {
    await expect(lambdaHandler(echo())(event as LambdaEvent)).rejects.toThrow(
      'lambdaHandler: the event is no request of API Gateway',
    )
  }
})

test('authenticate sees the event', async () => {
  const scim = echo()
  const event = http('GET', '/scim/v2/Users')
  await lambdaHandler(scim)(event)
  expect(scim.requests[0]?.raw).toBe(event)
})

test('a service that breaks its promise is told of, and answered with 500', async () => {
  const reported: unknown[] = []
  const fault = new Error('secret')
  const scim = {
    ...echo(),
    handle: () => Promise.reject(fault),
    report: (error: unknown) => reported.push(error),
  }
  const reply = await lambdaHandler(scim)(http('GET', '/scim/v2/Users'))
  expect([reply.statusCode, reply.body.includes('secret'), reported]).toEqual([500, false, [fault]])
})

// A reply over the platform's limit was a 502 of the gateway's own, without a word of why.

const megabyte = 1024 * 1024
const headers = { authorization: 'Bearer a-token', 'content-type': 'application/scim+json' }

function serve(options: Partial<ScimOptions> = {}) {
  const errors: string[] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'a-token' }]),
    users: memoryStore(),
    onError: (error) => errors.push(String(error)),
    limits: { maxTextLength: 20 * megabyte, maxResourceBytes: 30 * megabyte },
    ...options,
  })
  return { call: lambdaHandler(scim), errors }
}

const userOf = (length: number, character = 'x') =>
  JSON.stringify({ schemas: [urns.user], userName: `u${length}`, nickName: character.repeat(length) })

/** Users with a text of this length each, of which the service has so many. */
function stored(count: number, length: number, character = 'x'): UserStore {
  const nickName = character.repeat(length)
  const meta = { resourceType: 'User', created: '2020-01-01T00:00:00Z', lastModified: '2020-01-01T00:00:00Z' }
  const resources = Array.from({ length: count }, (_, index) => {
    const id = `u${index}`
    return {
      schemas: [urns.user],
      id,
      userName: id,
      nickName,
      meta: { ...meta, version: '1' },
    } as unknown as User
  })
  return {
    ...memoryStore<User>(),
    list: async ({ startIndex, count }) => ({
      resources: resources.slice(startIndex - 1, startIndex - 1 + count),
      totalResults: resources.length,
    }),
  }
}

describe('a reply that is larger than a function can return', () => {
  const list = (query: string) =>
    http('GET', '/scim/v2/Users', {
      rawQueryString: query,
      headers: { ...headers, 'x-request-id': 'req-1' },
    })

  it('is a clear error, which the host is told of; a smaller page is not', async () => {
    const { call, errors } = serve({ users: stored(10, megabyte) })
    const reply = await call(list(''))
    expect(reply).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/scim+json', 'x-request-id': 'req-1' },
    })
    expect(JSON.parse(reply.body)).toMatchObject({
      status: '400',
      scimType: 'tooMany',
      detail: expect.stringMatching(/^The reply is larger than the 6291456 bytes .* count, attributes/),
    })
    expect(errors).toEqual([expect.stringMatching(/^HostFault: .* 6291456 bytes .* limits\.maxPageSize$/)])
    expect(await call(list('count=5'))).toMatchObject({ statusCode: 200 })
    expect(await call(list('attributes=userName'))).toMatchObject({ statusCode: 200 })
    expect(errors).toHaveLength(1)
  })

  it('is measured as the JSON that the runtime makes of it', async () => {
    // Two bytes of a quotation mark in the body are four in the reply, and three of a euro sign remain three.
    for (const [length, character, status] of [
      [1_600_000, '"', 400],
      [1_550_000, '"', 200],
      [2_150_000, '€', 400],
      [2_050_000, '€', 200],
    ] as const) {
      const { call } = serve({ users: stored(1, length, character) })
      const reply = await call(list(''))
      expect(reply.statusCode, `${length} ${character}`).toBe(status)
      expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThanOrEqual(6 * megabyte)
    }
  })

  it('is one of a megabyte for a load balancer', async () => {
    const { call } = serve({ users: stored(2, 600_000) })
    const event = (count: string) => balanced('/scim/v2/Users', { headers, queryStringParameters: { count } })
    expect((await call(event('1'))).statusCode).toBe(200)
    const { statusCode, body } = await call(event('2'))
    expect([statusCode, JSON.parse(body).scimType]).toEqual([400, 'tooMany'])
  })

  it('does not make a failure of a write that was done', async () => {
    const { call } = serve()
    const created = await call(http('POST', '/scim/v2/Users', { headers, body: userOf(7 * megabyte) }))
    expect(created).toMatchObject({ statusCode: 201, body: '' })
    const location = new URL(created.headers?.location ?? '').pathname
    for (const method of ['PUT', 'PATCH']) {
      const operation = { op: 'replace', value: { active: false } }
      const patch = JSON.stringify({ schemas: [urns.patchOp], Operations: [operation] })
      const body = method === 'PUT' ? userOf(7 * megabyte) : patch
      expect(await call(http(method, location, { headers, body }))).toMatchObject({
        statusCode: 204,
        body: '',
      })
    }
    const read = http('GET', location, { headers, rawQueryString: 'excludedAttributes=nickName' })
    expect(JSON.parse((await call(read)).body)).toMatchObject({ active: false })
    expect(await call(http('GET', location, { headers }))).toMatchObject({ statusCode: 400 })
  })
})

describe('a reply in parts', () => {
  /** A group of so many pages of about 40 kB. */
  function group(pages: number, fails = -1) {
    const counts = { pages: 0, closed: 0 }
    const groups: GroupStore = {
      ...memoryStore<Group>(),
      members: async function* () {
        try {
          for (let page = 0; page < pages; page++) {
            if (page === fails) throw new Error('the connection is lost')
            counts.pages += 1
            yield Array.from(
              { length: 1000 },
              (_, at): Member => ({ value: `m-${page}-${at}`, type: 'User' }),
            )
          }
        } finally {
          counts.closed += 1
        }
      },
    }
    const { call, errors } = serve({ groups })
    const create = async () => {
      const body = JSON.stringify({ schemas: [urns.group], displayName: 'all' })
      const created = await call(http('POST', '/scim/v2/Groups', { headers, body }))
      return call(http('GET', new URL(created.headers?.location ?? '').pathname, { headers }))
    }
    return { create, counts, errors }
  }

  it('is put together', async () => {
    const { create, counts } = group(5)
    const reply = await create()
    expect(JSON.parse(reply.body).members).toHaveLength(5000)
    expect(counts).toEqual({ pages: 5, closed: 1 })
  })

  it('that is too large is not read to its end', async () => {
    const { create, counts } = group(100_000)
    expect(await create()).toMatchObject({ statusCode: 400, body: expect.stringContaining('tooMany') })
    expect(counts.closed).toBe(1)
    expect(counts.pages).toBeLessThan(1000)
  })

  it('that fails is a 500, and told of once', async () => {
    const { create, errors } = group(10, 5)
    expect(await create()).toMatchObject({ statusCode: 500 })
    expect(errors).toEqual(['Error: the connection is lost'])
  })
})
