import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createConnections, memoryConnections } from '../../src/connections/index.js'
import type { AllowedIssuer } from '../../src/oauth/index.js'
import { createTokenEndpoint } from '../../src/oauth/index.js'
import type { Issuer, Key } from './issuer.js'
import { makeKey, startIssuer, strangersKey } from './issuer.js'
import { ask, connect, listUsers, makeService, origin, tokenUrl } from './service.js'

const start = Date.parse('2026-11-28T10:00:00.000Z')
const now = start / 1000
const directory = '6b0f4a52-6a6f-4c9a-9b0e-0a1f5a0c7d11'
const otherDirectory = '9d5d3b0c-40c4-4a39-8c11-6f7a3a1d2b22'
const subject = 'f0f3a1f5-2f0c-4a52-8d4f-6c5f9a0b1c33'
const application = '0c1d2e3f-4a5b-4c6d-8e7f-901a2b3c4d55'
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let issuer: Issuer

beforeEach(async () => {
  issuer = await startIssuer()
  vi.useFakeTimers({ now: start, toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await issuer.close()
})

/** The directory that signs for its tenants, with its keys at the server of the test. */
function directoryIssuer(): AllowedIssuer {
  return {
    name: 'Directory',
    issuer: ['https://login.example.com/{tenantid}/v2.0', 'https://login.example.com/{tenantid}'],
    jwks: `${issuer.url}/{tenantid}/discovery/v2.0/keys`,
  }
}

const issuerOf = (tenant: string) => `https://login.example.com/${tenant}/v2.0`

async function withFederation(given: Parameters<typeof makeService>[0] = {}) {
  const service = await makeService({ ...given, tokens: { issuers: [directoryIssuer()], ...given?.tokens } })
  const federation = { issuer: issuerOf(directory), subject, audience: `api://${application}/.default` }
  const client = await service.connections.addClient({ ...service.connection, federation })
  return { ...service, client }
}

/** Claims as the directory writes them. */
const claims = {
  iss: issuerOf(directory),
  aud: `api://${application}`,
  sub: subject,
  oid: 'c2a3a0a4-5b6c-4d7e-8f90-a1b2c3d4e5f6',
  tid: directory,
  ver: '2.0',
  iat: now - 300,
  nbf: now - 300,
  exp: now + 3600,
}

type Service = Awaited<ReturnType<typeof withFederation>>

/** Asks with an assertion as the directory sends it. */
async function assert(
  service: Pick<Service, 'tokens'>,
  assertion: string,
  more: Readonly<Record<string, string>> = {},
) {
  return ask(service, {
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: assertion,
    ...more,
  })
}

const withoutSignature = (header: object, payload: object) =>
  `${[header, payload].map((part) => btoa(JSON.stringify(part)).replace(/=+$/, '')).join('.')}.`

describe('a client whose assertions an issuer signs', () => {
  it.each([
    ['and its client_id, as a directory sends it', true, 'scim'],
    ['and its client_id, without a scope', true, ''],
    ['alone', false, 'scim'],
  ])('receives a token for one %s', async (_, isNamed, scope) => {
    const service = await withFederation()
    const assertion = await issuer.first.sign(claims)
    const more = {
      ...(isNamed && { client_id: service.client.id }),
      scope,
      baseAddress: `${origin}/scim/v2`,
    }
    const { status, body } = await assert(service, assertion, more)
    expect([status, body.expires_in, body.token_type]).toEqual([200, 3600, 'Bearer'])
    expect((await listUsers(service, body.access_token)).status).toBe(200)
    // The same assertion is used until it expires.
    expect((await assert(service, assertion, more)).status).toBe(200)
    await service.connections.revokeClient({ tenant: 'acme', client: service.client.id })
    expect((await listUsers(service, body.access_token)).status).toBe(401)
    expect((await assert(service, assertion, more)).status).toBe(401)
  })

  it.each([
    ['api://app', 'api://app/.default'],
    ['api://app/.default', 'api://app'],
    ['app', 'api://app/.default'],
    ['api://app', 'app'],
  ])('receives one where its audience is shown as %s and sent as %s', async (shown, sent) => {
    const service = await makeService({ tokens: { issuers: [directoryIssuer()] } })
    const federation = { issuer: issuerOf(directory), subject, audience: shown }
    await service.connections.addClient({ ...service.connection, federation })
    expect((await assert(service, await issuer.first.sign({ ...claims, aud: sent }))).status).toBe(200)
    expect((await assert(service, await issuer.first.sign({ ...claims, aud: `${sent}x` }))).status).toBe(401)
  })

  it('receives one where the issuer spells itself otherwise', async () => {
    const service = await withFederation()
    const iss = `https://login.example.com/${directory}`
    expect((await assert(service, await issuer.first.sign({ ...claims, iss }))).status).toBe(200)
  })

  it('receives one where its audience is one of several', async () => {
    const service = await withFederation()
    const aud = ['https://elsewhere.example.com', application]
    expect((await assert(service, await issuer.first.sign({ ...claims, aud }))).status).toBe(200)
  })

  it('has its keys at the place of its own tenant, which nobody else says', async () => {
    const service = await withFederation()
    await assert(service, await issuer.first.sign(claims))
    expect(issuer.asked).toEqual([`/${directory}/discovery/v2.0/keys`])
  })

  it('is of the tenant that has added it', async () => {
    const service = await withFederation()
    const other = await connect(service.connections, 'globex')
    const federation = { issuer: issuerOf(otherDirectory), subject, audience: application }
    await service.connections.addClient({ ...other, federation })
    for (const [iss, tenant] of [
      [issuerOf(directory), 'acme'],
      [issuerOf(otherDirectory), 'globex'],
    ] as const) {
      const { body } = await assert(service, await issuer.first.sign({ ...claims, iss }))
      const caller = await service.connections.authenticate({
        method: 'GET',
        path: '/Users',
        header: () => `Bearer ${body.access_token}`,
        raw: undefined,
        note: () => {},
      })
      expect(caller).toMatchObject({ tenant })
    }
  })
})

/** An assertion that is refused, and why. */
type Refused = readonly [string, string, (service: Service, stranger: Key) => Promise<string> | string]

const signed = (change: object) => () => issuer.first.sign({ ...claims, ...change })

const refusals: readonly Refused[] = [
  ['is no token', 'malformed', () => 'x'],
  ['is three words', 'malformed', () => 'a.b.c'],
  ['is not signed', 'algorithm', () => withoutSignature({ alg: 'none' }, claims)],
  ['is not signed, in other letters', 'algorithm', () => withoutSignature({ alg: 'nOnE' }, claims)],
  [
    'is signed with the public key as a secret',
    'algorithm',
    async () => {
      const { SignJWT } = await import('jose')
      const secret = new TextEncoder().encode(JSON.stringify(issuer.first.jwk))
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret)
    },
  ],
  ['is signed with another key', 'signature', (_, stranger) => stranger.sign(claims)],
  [
    'is signed with another key of the same name',
    'signature',
    (_, stranger) => stranger.sign(claims, { kid: 'first' }),
  ],
  [
    'is signed with another key that it brings along',
    'signature',
    (_, stranger) => stranger.sign(claims, { jwk: stranger.jwk }),
  ],
  [
    'was changed',
    'signature',
    async () => {
      const [header, , signature] = (await issuer.first.sign(claims)).split('.')
      const payload = btoa(JSON.stringify({ ...claims, exp: now + 7200 })).replace(/=+$/, '')
      return `${header}.${payload}.${signature}`
    },
  ],
  ['has expired', 'expired', signed({ exp: now - 31 })],
  ['never expires', 'malformed', signed({ exp: undefined })],
  ['expires in a week', 'malformed', signed({ exp: now + 7 * 86_400 })],
  ['is not valid yet', 'notYetValid', signed({ nbf: now + 32 })],
  ['has no issuer', 'malformed', signed({ iss: undefined })],
  ['has no subject', 'malformed', signed({ sub: undefined })],
  ['has no audience', 'malformed', signed({ aud: undefined })],
  ['has an empty list of audiences', 'untrusted', signed({ aud: [] })],
  [
    'has more audiences than anybody needs',
    'malformed',
    signed({ aud: Array.from({ length: 11 }, (_, index) => `${index}`) }),
  ],
  ['is of an issuer that is not allowed', 'issuer', signed({ iss: 'https://evil.example.com' })],
  ['is of an issuer whose tenant is no GUID', 'issuer', signed({ iss: 'https://login.example.com/../v2.0' })],
  ['is of an issuer that ends otherwise', 'issuer', signed({ iss: `${issuerOf(directory)}/x` })],
  ['is for somebody else', 'untrusted', signed({ aud: 'api://billing' })],
  ['is about another subject', 'untrusted', signed({ sub: crypto.randomUUID() })],
  ['is of another tenant of the issuer', 'untrusted', signed({ iss: issuerOf(otherDirectory) })],
]

describe('an assertion of an issuer is refused where it', () => {
  it.each(refusals)('%s', async (_, reason, make) => {
    const service = await withFederation()
    const stranger = await strangersKey
    const assertion = await make(service, stranger)
    const { status, headers, body } = await assert(service, assertion)
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(service.refusals.map((one) => one.reason)).toEqual([reason])
    expect(service.errors).toEqual([])
    expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    const told = JSON.stringify([body, service.refusals])
    for (const secret of [subject, claims.oid, application, assertion.split('.')[1] || assertion])
      if (secret.length > 3) expect(told).not.toContain(secret)
  })

  it('names a client of another tenant, or one with a secret', async () => {
    const service = await withFederation()
    const other = await connect(service.connections, 'globex')
    const federation = { issuer: issuerOf(otherDirectory), subject, audience: application }
    const theirs = await service.connections.addClient({ ...other, federation })
    const withSecret = await service.connections.addClient(service.connection)
    const assertion = await issuer.first.sign(claims)
    for (const client_id of [theirs.id, withSecret.id, crypto.randomUUID()])
      expect((await assert(service, assertion, { client_id })).status).toBe(401)
    expect(service.refusals.map(({ reason, client }) => [reason, client])).toEqual([
      ['untrusted', theirs.id],
      ['untrusted', withSecret.id],
      ['unknownClient', undefined],
    ])
    // Nobody's keys are fetched for that.
    expect(issuer.asked).toEqual([])
  })

  it('is for another audience than the one of the client that it names', async () => {
    const service = await withFederation()
    const assertion = await issuer.first.sign({ ...claims, aud: 'api://billing' })
    expect((await assert(service, assertion, { client_id: service.client.id })).status).toBe(401)
    expect(service.refusals[0]).toMatchObject({
      reason: 'audience',
      client: service.client.id,
      tenant: 'acme',
    })
  })

  it('comes without the right type', async () => {
    const service = await withFederation()
    const client_assertion = await issuer.first.sign(claims)
    const grant = { grant_type: 'client_credentials' }
    for (const fields of [
      { ...grant, client_assertion },
      {
        ...grant,
        client_assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      },
      { ...grant, client_assertion_type: assertionType },
    ]) {
      const { status, body } = await ask(service, fields)
      expect([status, body.error]).toEqual([400, 'invalid_request'])
    }
  })

  it('is sent as a grant, which this is not', async () => {
    const service = await withFederation()
    const assertion = await issuer.first.sign(claims)
    const { status, body } = await ask(service, {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
      client_assertion: assertion,
      client_assertion_type: assertionType,
    })
    expect([status, body.error]).toEqual([400, 'unsupported_grant_type'])
  })
})

describe('an issuer, subject and audience', () => {
  it('cannot be given to a second client, of whatever tenant', async () => {
    const service = await withFederation()
    const federation = { issuer: issuerOf(directory), subject, audience: application }
    const other = await connect(service.connections, 'globex')
    for (const connection of [service.connection, other])
      await expect(service.connections.addClient({ ...connection, federation })).rejects.toMatchObject({
        status: 409,
      })
  })

  it('is refused where two tenants have it in different spellings, unless a client is named', async () => {
    const service = await withFederation()
    const other = await connect(service.connections, 'globex')
    const federation = { issuer: `https://login.example.com/${directory}`, subject, audience: application }
    const theirs = await service.connections.addClient({ ...other, federation })
    const assertion = await issuer.first.sign(claims)
    const { status, body } = await assert(service, assertion)
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(service.refusals.map(({ reason }) => reason)).toEqual(['ambiguous'])
    for (const client_id of [service.client.id, theirs.id])
      expect((await assert(service, assertion, { client_id })).status).toBe(200)
  })
})

describe('an issuer, subject and audience that a store has kept twice', () => {
  it('is refused, and not taken for one of the two', async () => {
    const store = memoryConnections()
    const twice: typeof store = {
      ...store,
      // As one without a unique index would answer.
      findTrusted: async (trusts) => (await store.findTrusted(trusts)).flatMap((one) => [one, one]),
    }
    const service = await withFederation({ connections: { store: twice } })
    const { status, body } = await assert(service, await issuer.first.sign(claims))
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(service.refusals.map(({ reason }) => reason)).toEqual(['ambiguous'])
  })
})

describe('a client that signs itself', () => {
  async function withKeys(...names: string[]) {
    const service = await makeService()
    const keys = await Promise.all((names.length > 0 ? names : ['own']).map((name) => makeKey(name, 'ES256')))
    const client = await service.connections.addClient({
      ...service.connection,
      keys: keys.map(({ jwk }) => jwk),
    })
    const own = { iss: client.id, sub: client.id, aud: tokenUrl, jti: crypto.randomUUID(), exp: now + 60 }
    return { ...service, keys, client, own }
  }

  it.each([
    ['the token endpoint', tokenUrl, {}],
    ['the issuer of the metadata', `${origin}/oauth`, {}],
    ['a list of one', [tokenUrl], {}],
    ['its client_id beside it', tokenUrl, { isNamed: true }],
  ])(
    'receives a token for an assertion with %s',
    async (_, aud, { isNamed = false }: { isNamed?: boolean }) => {
      const service = await withKeys()
      const assertion = await service.keys[0]?.sign({ ...service.own, aud })
      const { status, body } = await assert(
        service,
        assertion ?? '',
        isNamed ? { client_id: service.client.id } : {},
      )
      expect(status).toBe(200)
      expect((await listUsers(service, body.access_token)).status).toBe(200)
    },
  )

  it('may sign with each of its keys, also without naming it', async () => {
    const service = await withKeys('old', 'new')
    for (const [index, key] of service.keys.entries())
      for (const header of [{}, { kid: undefined }]) {
        const assertion = await key.sign({ ...service.own, jti: `${index} ${'kid' in header}` }, header)
        expect((await assert(service, assertion)).status).toBe(200)
      }
    const stranger = await makeKey('stranger', 'ES256')
    for (const header of [{}, { kid: undefined }, { kid: 'old' }])
      expect((await assert(service, await stranger.sign(service.own, header))).status).toBe(401)
    const expired = await service.keys[1]?.sign({ ...service.own, exp: now - 31 }, { kid: undefined })
    expect((await assert(service, expired ?? '')).status).toBe(401)
    expect(service.refusals.map(({ reason }) => reason)).toEqual([
      'signature',
      'signature',
      'signature',
      'expired',
    ])
  })

  it.each<[string, string, object]>([
    ['of another audience', 'audience', { aud: `${origin}/other` }],
    ['of an audience that begins like ours', 'audience', { aud: `${tokenUrl}/` }],
    ['of our audience and another', 'audience', { aud: [tokenUrl, 'https://elsewhere.example.com'] }],
    ['without a name of its own', 'malformed', { jti: undefined }],
    ['with an empty name of its own', 'malformed', { jti: '' }],
    ['with a number for its name', 'malformed', { jti: 7 }],
    ['that has expired', 'expired', { exp: now - 31 }],
    ['without an end', 'malformed', { exp: undefined }],
    ['that lives longer than an hour', 'malformed', { exp: now + 3600 + 31 }],
    ['that is not valid yet', 'notYetValid', { nbf: now + 32 }],
    ['about somebody else', 'untrusted', { sub: subject }],
    ['of somebody else', 'untrusted', { iss: subject }],
  ])('is refused for an assertion %s', async (_, reason, change) => {
    const service = await withKeys()
    const assertion = (await service.keys[0]?.sign({ ...service.own, ...change })) ?? ''
    const { status, body } = await assert(service, assertion, { client_id: service.client.id })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(service.refusals.map((one) => one.reason)).toEqual([reason])
  })

  it('is refused for an assertion of another client, with that one’s key', async () => {
    const service = await withKeys()
    const key = await makeKey('own', 'ES256')
    const theirs = await service.connections.addClient({
      ...(await connect(service.connections, 'globex')),
      keys: [key.jwk],
    })
    const assertion = await key.sign({ ...service.own, iss: theirs.id, sub: theirs.id })
    expect((await assert(service, assertion, { client_id: service.client.id })).status).toBe(401)
    expect((await assert(service, await key.sign(service.own))).status).toBe(401)
    expect((await assert(service, assertion)).status).toBe(200)
  })

  it('uses each assertion once, in whatever process', async () => {
    const store = memoryConnections()
    const connections = createConnections({ store })
    const key = await makeKey('own', 'ES256')
    const connection = await connect(connections, 'acme')
    const client = await connections.addClient({ ...connection, keys: [key.jwk] })
    const own = { iss: client.id, sub: client.id, aud: tokenUrl, jti: 'x', exp: now + 60 }
    const assertion = await key.sign(own)
    const processes = [connections, createConnections({ store })].map((one) =>
      createTokenEndpoint({ connections: one, url: tokenUrl }),
    )
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const tokens = processes[index % 2]
        return tokens ? assert({ tokens }, assertion) : undefined
      }),
    )
    expect(answers.map((one) => one?.status).sort()).toEqual([200, ...Array(19).fill(401)])
    // Another signature of the same name is the same assertion.
    const [tokens] = processes
    if (!tokens) throw new Error('There are two')
    expect((await assert({ tokens }, await key.sign(own))).status).toBe(401)
    expect((await assert({ tokens }, await key.sign({ ...own, jti: 'y' }))).status).toBe(200)
    // Up to the last moment at which it would be accepted.
    vi.setSystemTime(start + 89_000)
    expect((await assert({ tokens }, assertion)).status).toBe(401)
  })

  it('is not kept from its own name of an assertion by another client that has used it', async () => {
    const service = await withKeys()
    const key = await makeKey('own', 'ES256')
    const other = await service.connections.addClient({ ...service.connection, keys: [key.jwk] })
    const jti = 'the same'
    expect(
      (await assert(service, await key.sign({ ...service.own, jti, iss: other.id, sub: other.id }))).status,
    ).toBe(200)
    expect((await assert(service, (await service.keys[0]?.sign({ ...service.own, jti })) ?? '')).status).toBe(
      200,
    )
  })
})
