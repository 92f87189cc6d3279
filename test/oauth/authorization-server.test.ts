import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnections, memoryConnections } from '../../src/connections/index.js'
import { createScim, memoryStore } from '../../src/index.js'
import { createTokenEndpoint, jwtAuth } from '../../src/oauth/index.js'
import { makeKey } from './issuer.js'
import { answerOf, ask, basic, listUsers, makeService, origin, tokenRequest } from './service.js'

const audience = `${origin}/scim/v2`
/** A client of the authorization server. */
const machine = { id: 'machine', secret: 'a secret of the machine at its own authorization server' }

/** An authorization server that issues JSON Web Tokens to machines, as hosts have one. */
async function startServer() {
  const key = await makeKey('server')
  const { exportJWK } = await import('jose')
  const configuration = {
    jwks: { keys: [{ ...(await exportJWK(key.privateKey)), kid: 'server', alg: 'RS256', use: 'sig' }] },
    clients: [
      {
        client_id: machine.id,
        client_secret: machine.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: 'scim other',
      },
    ],
    scopes: ['scim', 'other'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope: 'scim other',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ org_id: 'acme' }),
  }
  const server = createServer((req, res) => provider(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, configuration).callback()
  return {
    url,
    /** A token for a resource, with some scopes. */
    async token(scope: string, resource = audience): Promise<string> {
      const fields = { grant_type: 'client_credentials', scope, resource }
      const headers = basic(machine.id, machine.secret)
      const { status, body } = await answerOf(await fetch(tokenRequest(fields, headers, `${url}/token`)))
      if (status !== 200) throw new Error(JSON.stringify(body))
      return String(body.access_token)
    },
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

describe('an authorization server that the host has', () => {
  function withJwt(options: Partial<Parameters<typeof jwtAuth>[0]> = {}) {
    const errors: unknown[] = []
    const authenticate = jwtAuth({
      issuer: server.url,
      audience,
      jwks: `${server.url}/jwks`,
      tenant: ({ org_id }) => String(org_id ?? ''),
      onError: (error) => errors.push(error),
      ...options,
    })
    const actors: unknown[] = []
    const scim = createScim({
      authenticate,
      users: memoryStore(),
      onError: () => {},
      onRequest: ({ tenant, actor }) => void actors.push([tenant, actor]),
    })
    return { scim, errors, actors }
  }

  it('opens the service with a token of the scope scim', async () => {
    const service = withJwt()
    expect((await listUsers(service, await server.token('scim'))).status).toBe(200)
    expect((await listUsers(service, await server.token('other scim'))).status).toBe(200)
    expect(service.actors).toEqual(Array(2).fill(['acme', machine.id]))
  })

  it('does not with one of another scope, of which the client is told', async () => {
    const reply = await listUsers(withJwt(), await server.token('other'))
    expect(reply.status).toBe(403)
    expect(await reply.json()).toMatchObject({ detail: 'The access token must have the scope scim' })
  })

  it('does not with one for another service, nor of another server', async () => {
    expect((await listUsers(withJwt(), await server.token('scim', `${origin}/billing`))).status).toBe(401)
    const token = await server.token('scim')
    expect((await listUsers(withJwt({ issuer: 'https://other.example.com' }), token)).status).toBe(401)
    expect(
      (await listUsers(withJwt({ issuer: ['https://other.example.com', server.url] }), token)).status,
    ).toBe(200)
    expect((await listUsers(withJwt({ audience: [`${origin}/x`, audience] }), token)).status).toBe(200)
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['an empty text', () => ''],
    ['a number', () => 7],
  ])('does not where its tenant is %s', async (_, tenant) => {
    const service = withJwt({ tenant: tenant as () => string })
    expect((await listUsers(service, await server.token('scim'))).status).toBe(403)
  })

  it('is told when its keys cannot be fetched', async () => {
    const service = withJwt({ jwks: `${server.url}/nothing-here` })
    const reply = await listUsers(service, await server.token('scim'))
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '30'])
    expect(service.errors.map(String)).toEqual([
      `KeysError: The keys of ${server.url}/nothing-here cannot be used: the server answers 404`,
    ])
  })

  it.each(['', 'x', 'a.b.c', 'a b'])('opens nothing with the token %j', async (token) => {
    expect((await listUsers(withJwt(), token)).status).toBe(401)
  })

  it('opens nothing with a token that was changed, nor signed by nobody', async () => {
    const [header = '', payload = '', signature = ''] = (await server.token('scim')).split('.')
    const service = withJwt()
    const other = btoa(JSON.stringify({ ...JSON.parse(atob(payload)), org_id: 'globex' })).replace(/=+$/, '')
    const none = btoa('{"alg":"none"}').replace(/=+$/, '')
    for (const token of [`${header}.${other}.${signature}`, `${none}.${payload}.`, `${none}.${other}.`])
      expect((await listUsers(service, token)).status).toBe(401)
  })

  it.each<[object, string]>([
    [{ issuer: '' }, 'issuer is required'],
    [{ audience: [] }, 'audience is required'],
    [{ jwks: 'http://idp.example.com/jwks' }, 'jwks must be an https URL, or an http URL of this machine'],
    [{ jwks: {} }, 'jwks must be an https URL'],
    [{ tenant: 'acme' }, 'tenant is required'],
    [{ actor: 'x' }, 'actor must be a function'],
  ])('is refused with the option %o', (options, message) => {
    expect(() => withJwt(options)).toThrow(`jwtAuth: ${message}`)
  })
})

describe('an authorization server that signs for its machines', () => {
  it('is the issuer of their assertions', async () => {
    const service = await makeService({
      tokens: { issuers: [{ issuer: server.url, jwks: `${server.url}/jwks` }] },
    })
    const federation = { issuer: server.url, subject: machine.id, audience }
    const client = await service.connections.addClient({ ...service.connection, federation })
    const fields = {
      grant_type: 'client_credentials',
      client_id: client.id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await server.token('other'),
      scope: 'scim',
    }
    const { status, body } = await ask(service, fields)
    expect(status).toBe(200)
    expect((await listUsers(service, body.access_token)).status).toBe(200)
    // Its token is for the token endpoint, and opens nothing itself.
    expect((await listUsers(service, fields.client_assertion)).status).toBe(401)
    await service.connections.revokeClient({ tenant: 'acme', client: client.id })
    expect((await listUsers(service, body.access_token)).status).toBe(401)
  })

  it('answers a client as the token endpoint does', async () => {
    const service = await makeService()
    const { id, secret = '' } = await service.connections.addClient(service.connection)
    const [theirs, ours] = [
      { url: `${server.url}/token`, ...machine },
      { url: service.tokens.url, id, secret },
    ]
    type Request = (client: typeof ours) => Parameters<typeof tokenRequest>
    const grant = { grant_type: 'client_credentials' }
    const requests: readonly Request[] = [
      ({ url, id, secret }) => [grant, basic(id, secret), url],
      ({ url, id, secret }) => [{ ...grant, scope: 'scim' }, basic(id, secret), url],
      ({ url, id, secret }) => [grant, basic(id, `${secret}x`), url],
      ({ url, secret }) => [grant, basic('nobody', secret), url],
      ({ url, id, secret }) => [{ ...grant, client_secret: secret, client_id: id }, basic(id, secret), url],
      ({ url, id, secret }) => [{ ...grant, client_id: 'other' }, basic(id, secret), url],
      ({ url, id, secret }) => [{ grant_type: 'urn:example:none' }, basic(id, secret), url],
      ({ url, id, secret }) => [{}, basic(id, secret), url],
      ({ url, id, secret }) => [
        `grant_type=client_credentials&scope=scim&scope=scim`,
        basic(id, secret),
        url,
      ],
      ({ url, id, secret }) => [
        JSON.stringify(grant),
        { ...basic(id, secret), 'content-type': 'application/json' },
        url,
      ],
    ]
    const outcome = ({ status, body, headers }: Awaited<ReturnType<typeof answerOf>>) => ({
      status,
      error: body.error,
      type: body.token_type,
      cached: headers.get('cache-control'),
    })
    const different: unknown[] = []
    for (const [index, request] of requests.entries()) {
      const [known, given] = [
        outcome(await answerOf(await fetch(tokenRequest(...request(theirs))))),
        outcome(await answerOf(await service.tokens.fetch(tokenRequest(...request(ours))))),
      ]
      if (JSON.stringify(known) !== JSON.stringify(given)) different.push({ index, known, given })
    }
    expect(different).toEqual([])
  })
})

describe('hosts with both', () => {
  it('ask the connections first, and the authorization server for what is none of theirs', async () => {
    const connections = createConnections({ store: memoryConnections() })
    const { id } = await connections.create({ tenant: 'acme', name: 'Directory', provider: 'entra' })
    const token = await connections.issueToken({ tenant: 'acme', connection: id })
    const fromServer = jwtAuth({
      issuer: server.url,
      audience,
      jwks: `${server.url}/jwks`,
      tenant: () => 'acme',
    })
    const scim = createScim({
      authenticate: async (request) => (await fromServer(request)) ?? connections.authenticate(request),
      users: memoryStore(),
    })
    expect((await listUsers({ scim }, token.secret)).status).toBe(200)
    expect((await listUsers({ scim }, await server.token('scim'))).status).toBe(200)
    expect(createTokenEndpoint({ connections, url: `${origin}/oauth/token` }).issuers).toEqual([])
  })
})
