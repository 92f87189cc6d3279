import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createConnections, memoryConnections } from '../../src/connections/index.js'
import { ScimError } from '../../src/index.js'
import type { TokenEndpointOptions } from '../../src/oauth/index.js'
import { createTokenEndpoint } from '../../src/oauth/index.js'
import type { ConnectionsStore } from '../../src/stores/index.js'
import type { Fields, Service } from './service.js'
import {
  answerOf,
  ask,
  basic,
  connect,
  listUsers,
  makeService,
  origin,
  tokenRequest,
  tokenUrl,
} from './service.js'

const grant = { grant_type: 'client_credentials' }

async function withClient(given: Parameters<typeof makeService>[0] = {}) {
  const service = await makeService(given)
  const client = await service.connections.addClient(service.connection)
  const { id, secret = '' } = client
  return { ...service, client, id, secret, inBody: { ...grant, client_id: id, client_secret: secret } }
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-28T10:00:00.000Z'), toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a client with a secret', () => {
  it('receives a token that lives an hour and opens the service, from its body', async () => {
    const service = await withClient()
    const { status, headers, body } = await ask(service, service.inBody)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^scim_access_[0-9A-Za-z]{38}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'scim',
    })
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect((await listUsers(service, body.access_token)).status).toBe(200)
    vi.setSystemTime(Date.now() + 3_599_999)
    expect((await listUsers(service, body.access_token)).status).toBe(200)
    vi.setSystemTime(Date.now() + 1)
    expect((await listUsers(service, body.access_token)).status).toBe(401)
  })

  it.each<[string, (id: string, secret: string) => Readonly<Record<string, string>>]>([
    ['as RFC 6749 encodes it', basic],
    ['as it is', (id, secret) => ({ authorization: `bASIC  ${btoa(`${id}:${secret}`)}` })],
    [
      'encoded as much as possible',
      (id, secret) => {
        const encode = (text: string) => [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')
        return { authorization: `Basic ${btoa(`${encode(id)}:${encode(secret)}`)}` }
      },
    ],
  ])('receives one from its header, %s', async (_, header) => {
    const service = await withClient()
    expect((await ask(service, grant, header(service.id, service.secret))).status).toBe(200)
    const named = { ...grant, client_id: service.id }
    expect((await ask(service, named, header(service.id, service.secret))).status).toBe(200)
  })

  it.each(['scim', 'scim scim.readwrite'])('may ask for the scope %s', async (scope) => {
    const service = await withClient()
    expect((await ask(service, { ...service.inBody, scope })).body).toMatchObject({ scope: 'scim' })
  })

  it('may send what is not known, and parameters without a value', async () => {
    const service = await withClient()
    const fields = { ...service.inBody, baseAddress: `${origin}/scim/v2`, scope: '', client_assertion: '' }
    expect(
      (await ask(service, fields, { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' }))
        .status,
    ).toBe(200)
  })

  it('receives tokens that live six hours where the host says so', async () => {
    const service = await withClient({ tokens: { lifetime: 6 * 3_600_000 } })
    expect((await ask(service, service.inBody)).body).toMatchObject({ expires_in: 21_600 })
  })

  it('is known by its connection and tenant', async () => {
    const service = await withClient()
    const { body } = await ask(service, service.inBody)
    const caller = await service.connections.authenticate({
      method: 'GET',
      path: '/Users',
      header: () => `Bearer ${body.access_token}`,
      raw: undefined,
      note: () => {},
    })
    expect(caller).toMatchObject({ tenant: 'acme', connection: service.connection.connection })
  })

  it('loses its tokens when it is revoked, and receives no more', async () => {
    const service = await withClient()
    const other = await service.connections.addClient(service.connection)
    const fields = { ...grant, client_id: other.id, client_secret: other.secret ?? '' }
    const [first, second] = [await ask(service, service.inBody), await ask(service, fields)]
    expect((await listUsers(service, first.body.access_token)).status).toBe(200)
    await service.connections.revokeClient({ tenant: 'acme', client: service.id })
    expect((await listUsers(service, first.body.access_token)).status).toBe(401)
    expect((await ask(service, service.inBody)).status).toBe(401)
    // The other one of the connection goes on: so secrets are exchanged.
    expect((await listUsers(service, second.body.access_token)).status).toBe(200)
    expect((await ask(service, fields)).status).toBe(200)
  })

  it('receives no token when its secret has expired, or its connection is disconnected', async () => {
    const service = await withClient()
    const expires = new Date(Date.now() + 1000)
    const brief = await service.connections.addClient({ ...service.connection, expires })
    const fields = { ...grant, client_id: brief.id, client_secret: brief.secret ?? '' }
    expect((await ask(service, fields)).status).toBe(200)
    vi.setSystemTime(expires)
    expect((await ask(service, fields)).body).toMatchObject({ error: 'invalid_client' })
    await service.connections.disconnect(service.connection)
    expect((await ask(service, service.inBody)).body).toMatchObject({ error: 'invalid_client' })
  })
})

/** A request that is refused: what is sent, made from a service whose client and secret are right. */
type Wrong = (service: Awaited<ReturnType<typeof withClient>>) => readonly [Fields, Record<string, string>?]

function mistyped(secret: string): string {
  const at = secret.length - 20
  return secret.slice(0, at) + (secret[at] === 'a' ? 'b' : 'a') + secret.slice(at + 1)
}

const wrongs: readonly (readonly [string, number, string, Wrong])[] = [
  [
    'a mistyped secret',
    401,
    'invalid_client',
    ({ inBody, secret }) => [{ ...inBody, client_secret: mistyped(secret) }],
  ],
  ['a secret of no shape', 401, 'invalid_client', ({ inBody }) => [{ ...inBody, client_secret: 'hunter2' }]],
  [
    'an unknown client',
    401,
    'invalid_client',
    ({ inBody }) => [{ ...inBody, client_id: crypto.randomUUID() }],
  ],
  ['a client of no shape', 401, 'invalid_client', ({ inBody }) => [{ ...inBody, client_id: "' or 1=1 --" }]],
  ['no credential', 401, 'invalid_client', () => [grant]],
  ['a client without a secret', 401, 'invalid_client', ({ id }) => [{ ...grant, client_id: id }]],
  ['a header with an empty secret', 401, 'invalid_client', ({ id }) => [grant, basic(id, '')]],
  [
    'a header of another scheme',
    401,
    'invalid_client',
    ({ secret }) => [grant, { authorization: `Bearer ${secret}` }],
  ],
  ['a header that is no Base64', 401, 'invalid_client', () => [grant, { authorization: 'Basic §' }]],
  [
    'a header without a colon',
    401,
    'invalid_client',
    ({ id }) => [grant, { authorization: `Basic ${btoa(id)}` }],
  ],
  [
    'a header with half an escape',
    401,
    'invalid_client',
    ({ id }) => [grant, { authorization: `Basic ${btoa(`${id}:%E0%A4%A`)}` }],
  ],
  ['a header that is a scheme only', 401, 'invalid_client', () => [grant, { authorization: 'Basic' }]],
  [
    'both a header and a secret in the body',
    400,
    'invalid_request',
    ({ inBody, id, secret }) => [inBody, basic(id, secret)],
  ],
  [
    'both a secret and an assertion',
    400,
    'invalid_request',
    ({ inBody }) => [{ ...inBody, client_assertion: 'a.b.c' }],
  ],
  [
    'both a header and an assertion',
    400,
    'invalid_request',
    ({ id, secret }) => [{ ...grant, client_assertion: 'a.b.c' }, basic(id, secret)],
  ],
  [
    'another client in the body',
    400,
    'invalid_request',
    ({ id, secret }) => [{ ...grant, client_id: crypto.randomUUID() }, basic(id, secret)],
  ],
  ['no grant', 400, 'invalid_request', ({ inBody: { grant_type: _, ...rest } }) => [rest]],
  ['an empty grant', 400, 'invalid_request', ({ inBody }) => [{ ...inBody, grant_type: '' }]],
  [
    'an unknown grant',
    400,
    'unsupported_grant_type',
    ({ inBody }) => [{ ...inBody, grant_type: 'password' }],
  ],
  [
    'a grant in other letters',
    400,
    'unsupported_grant_type',
    ({ inBody }) => [{ ...inBody, grant_type: 'Client_Credentials' }],
  ],
  ['an unknown scope', 400, 'invalid_scope', ({ inBody }) => [{ ...inBody, scope: 'billing' }]],
  [
    'a parameter twice',
    400,
    'invalid_request',
    ({ inBody }) => [`${new URLSearchParams(inBody)}&scope=scim&scope=scim`],
  ],
  [
    'a parameter once with and once without a value',
    400,
    'invalid_request',
    ({ inBody }) => [`${new URLSearchParams(inBody)}&client_id=`],
  ],
  [
    'an unknown parameter twice',
    400,
    'invalid_request',
    ({ inBody }) => [`${new URLSearchParams(inBody)}&x=1&x=2`],
  ],
  [
    'JSON',
    400,
    'invalid_request',
    ({ inBody }) => [JSON.stringify(inBody), { 'content-type': 'application/json' }],
  ],
  [
    'a media type that only begins right',
    400,
    'invalid_request',
    ({ inBody }) => [inBody, { 'content-type': 'application/x-www-form-urlencodedx' }],
  ],
  ['an empty body', 401, 'invalid_client', () => ['']],
  ['a body that is too large', 413, 'invalid_request', () => [`x=${'x'.repeat(65_536)}`]],
]

describe('a token request is refused with', () => {
  it.each(wrongs)('%s', async (_, status, error, wrong) => {
    const service = await withClient()
    const [fields, headers] = wrong(service)
    const answer = await ask(service, fields, headers)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    expect(Object.keys(answer.body)).toEqual(['error', 'error_description'])
    // RFC 6749 section 5.2: neither quotation marks nor backslashes.
    expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('www-authenticate')?.startsWith('Basic ') ?? false).toBe(status === 401)
    expect(service.refusals.length).toBe(status === 401 ? 1 : 0)
    const told = JSON.stringify([answer.body, service.refusals, service.errors])
    expect(told).not.toContain(service.secret)
    expect(told).not.toContain('hunter2')
    expect(service.errors).toEqual([])
  })

  it('a secret of another client, of whatever tenant', async () => {
    const service = await withClient()
    const beside = await service.connections.addClient(service.connection)
    const other = await service.connections.addClient(await connect(service.connections, 'globex'))
    for (const { secret = '' } of [beside, other]) {
      const answer = await ask(service, { ...service.inBody, client_secret: secret })
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    }
    expect(service.refusals).toEqual(
      Array(2).fill({
        reason: 'secret',
        time: '2026-11-28T10:00:00.000Z',
        client: service.id,
        ...service.connection,
      }),
    )
  })

  it('a token in place of the secret, and the other way round', async () => {
    const service = await withClient()
    const token = await service.connections.issueToken(service.connection)
    expect((await ask(service, { ...service.inBody, client_secret: token.secret })).status).toBe(401)
    expect((await listUsers(service, service.secret)).status).toBe(401)
  })

  it.each(['GET', 'PUT', 'OPTIONS', 'HEAD'])('%s', async (method) => {
    const service = await withClient()
    const reply = await service.tokens.fetch(new Request(tokenUrl, { method }))
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
    if (method !== 'HEAD') expect(await reply.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('its parameters in the URL', async () => {
    const service = await withClient()
    const url = `${tokenUrl}?${new URLSearchParams(service.inBody)}`
    const answer = await answerOf(await service.tokens.fetch(tokenRequest('', {}, url)))
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
  })

  it('a path that is another one', async () => {
    const service = await withClient()
    const answer = await answerOf(
      await service.tokens.fetch(tokenRequest(service.inBody, {}, `${origin}/oauth/other`)),
    )
    expect([answer.status, answer.body.error]).toEqual([404, 'invalid_request'])
  })
})

describe('metadata', () => {
  it.each([
    ['at the place of RFC 8414', `${origin}/.well-known/oauth-authorization-server/oauth`],
    ['below the issuer', `${origin}/oauth/.well-known/oauth-authorization-server`],
  ])('is found %s', async (_, url) => {
    const { tokens } = await makeService()
    const { status, headers, body } = await answerOf(await tokens.fetch(new Request(url)))
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toMatchObject({
      issuer: `${origin}/oauth`,
      token_endpoint: tokenUrl,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      scopes_supported: ['scim'],
    })
    expect(tokens.issuer).toBe(body.issuer)
    expect((await tokens.fetch(new Request(url, { method: 'POST' }))).status).toBe(405)
    expect((await tokens.fetch(new Request(url, { method: 'HEAD' }))).status).toBe(200)
  })

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/other',
    '/.well-known/oauth-authorization-serverx/oauth',
  ])('is not at %s, which is of another issuer', async (path) => {
    const { tokens } = await makeService()
    expect((await tokens.fetch(new Request(`${origin}${path}`))).status).toBe(404)
  })

  it('is at the root where the endpoint has but one segment', async () => {
    const { tokens } = await makeService({ tokens: { url: `${origin}/token` } })
    expect(tokens.issuer).toBe(origin)
    const url = `${origin}/.well-known/oauth-authorization-server`
    expect((await answerOf(await tokens.fetch(new Request(url)))).body.issuer).toBe(origin)
  })
})

describe('wrong credentials', () => {
  /** A store that never finds an answer about clients that it does not know. */
  async function stuck() {
    const store = memoryConnections()
    const asked: string[] = []
    const stuckStore: ConnectionsStore = {
      ...store,
      async findClients(ids) {
        asked.push(...ids)
        const found = await store.findClients(ids)
        return found.length > 0 ? found : new Promise(() => {})
      },
    }
    return { asked, service: await withClient({ connections: { store: stuckStore } }) }
  }

  it('do not slow valid ones: a thousand unknown clients keep nobody waiting', async () => {
    const { asked, service } = await stuck()
    expect((await ask(service, service.inBody)).status).toBe(200)
    for (let count = 0; count < 1000; count++)
      void ask(service, { ...service.inBody, client_id: crypto.randomUUID() })
    expect((await ask(service, service.inBody)).status).toBe(200)
    // A few at a time, and the valid client twice.
    expect(asked.length).toBe(2 + 4)
  })

  it('are refused without a query where the secret or the client cannot be one', async () => {
    const { asked, service } = await stuck()
    await ask(service, { ...service.inBody, client_secret: mistyped(service.secret) })
    await ask(service, { ...service.inBody, client_id: 'nobody' })
    expect(asked).toEqual([])
  })

  it('of one client are one query at a time', async () => {
    const { asked, service } = await stuck()
    const other = await service.connections.addClient(service.connection)
    const wrong = { ...service.inBody, client_secret: other.secret ?? '' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(service, wrong)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(asked.length).toBeLessThan(10)
  })
})

describe('a store that fails', () => {
  async function failing(error: unknown) {
    const store = memoryConnections()
    let isDown = false
    const findClients: ConnectionsStore['findClients'] = async (ids) => {
      if (isDown) throw error
      return store.findClients(ids)
    }
    const service = await withClient({ connections: { store: { ...store, findClients } } })
    isDown = true
    return service
  }

  it.each<[unknown, number, string, string | null]>([
    [new Error('password=hunter2'), 500, 'server_error', null],
    [new ScimError(503, undefined, 'down', { retryAfter: 7 }), 503, 'temporarily_unavailable', '7'],
    [new ScimError(503, undefined, 'down'), 503, 'temporarily_unavailable', '30'],
  ])('is answered and reported: %s', async (error, status, code, retryAfter) => {
    const service = await failing(error)
    const answer = await ask(service, service.inBody)
    expect([answer.status, answer.body.error, answer.headers.get('retry-after')]).toEqual([
      status,
      code,
      retryAfter,
    ])
    expect(JSON.stringify(answer.body)).not.toContain('hunter2')
    expect(service.errors).toEqual([error])
    expect(service.refusals).toEqual([])
  })

  it('is told on the console without its message, where the host has no place for it', async () => {
    const lines: unknown[] = []
    const spy = vi.spyOn(console, 'error').mockImplementation((...line) => void lines.push(...line))
    const service = await failing(new RangeError('password=hunter2'))
    const tokens = createTokenEndpoint({ connections: service.connections, url: tokenUrl })
    expect((await ask({ tokens }, service.inBody)).status).toBe(500)
    spy.mockRestore()
    expect(lines).toEqual(['scimkit: the token endpoint could not answer: RangeError'])
  })

  it('keeps no client from its token where a listener of refusals throws', async () => {
    const fault = new Error('listener')
    const onRefused = () => {
      throw fault
    }
    const service: Service = await makeService({ tokens: { onRefused } })
    expect((await ask(service, grant)).status).toBe(401)
    expect(service.errors).toEqual([fault])
  })
})

describe('an option that cannot be is refused', () => {
  const connections = createConnections({ store: memoryConnections() })
  it.each<[Partial<Record<keyof TokenEndpointOptions, unknown>>, string]>([
    [{ connections: {} }, 'connections must be what createConnections returned'],
    [{ url: undefined }, 'url must be the http or https URL of the token endpoint'],
    [{ url: '/oauth/token' }, 'url must be the http or https URL of the token endpoint'],
    [{ url: 'https://a:b@app.example.com/token' }, 'without a query'],
    [{ url: 'https://app.example.com/token?x' }, 'without a query'],
    [{ lifetime: 3_599_999 }, 'lifetime must be a whole number of milliseconds from 3600000 to 21600000'],
    [{ lifetime: 21_600_001 }, 'lifetime must be'],
    [{ lifetime: Number.NaN }, 'lifetime must be'],
    [{ onRefused: true }, 'onRefused must be a function'],
    [{ onError: 'x' }, 'onError must be a function'],
  ])('%o', (options, message) => {
    const all = { connections, url: tokenUrl, ...options } as TokenEndpointOptions
    expect(() => createTokenEndpoint(all)).toThrow(message)
    expect(() => createTokenEndpoint(all)).toThrow(TypeError)
  })
})
