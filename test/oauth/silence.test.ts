import { describe, expect, it, vi } from 'vitest'
import { memoryConnections } from '../../src/connections/index.js'
import type { Key } from './issuer.js'
import { makeKey, strangersKey } from './issuer.js'
import { ask, connect, makeService, tokenUrl } from './service.js'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const issuer = 'https://issuer.example.com'
const [subject, audience] = ['subject', 'audience']
const inAnHour = () => Math.floor(Date.now() / 1000) + 3000

/** A service with a client of each kind, none of whose keys the tests below have. */
async function withClients() {
  const key = await makeKey('own', 'ES256')
  const service = await makeService({ tokens: { issuers: [{ issuer, jwks: { keys: [key.jwk] } }] } })
  const add = (more: object) => service.connections.addClient({ ...service.connection, ...more })
  return {
    ...service,
    key,
    withSecret: await add({}),
    withKeys: await add({ keys: [key.jwk] }),
    federated: await add({ federation: { issuer, subject, audience } }),
  }
}

type Service = Awaited<ReturnType<typeof withClients>>

/** Asks with an assertion, and says all of the answer that a client sees. */
async function answerTo(service: Service, assertion: string, client: string | undefined): Promise<unknown> {
  const { status, headers, body } = await ask(service, {
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: assertion,
    ...(client !== undefined && { client_id: client }),
  })
  return [status, [...headers], body]
}

const encode = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '')
const unsigned = (header: object, claims: object) => `${encode(header)}.${encode(claims)}.AAAA`

/** Assertions of somebody who has no key of the client's: `claims` are as they should be. */
const forgeries: readonly [string, (stranger: Key, claims: object) => string | Promise<string>][] = [
  ['signed by a stranger', (stranger, claims) => stranger.sign({ ...claims })],
  ['of a stranger, with the key’s name', (stranger, claims) => stranger.sign({ ...claims }, { kid: 'own' })],
  ['for another audience', (stranger, claims) => stranger.sign({ ...claims, aud: 'elsewhere' })],
  ['for several audiences', (stranger, claims) => stranger.sign({ ...claims, aud: ['a', tokenUrl] })],
  ['about another subject', (stranger, claims) => stranger.sign({ ...claims, sub: 'somebody' })],
  ['that has expired', (stranger, claims) => stranger.sign({ ...claims, exp: 1000 })],
  [
    'that never expires',
    (stranger, claims) => stranger.sign(JSON.parse(JSON.stringify({ ...claims, exp: undefined }))),
  ],
  ['that ends in a year', (stranger, claims) => stranger.sign({ ...claims, exp: inAnHour() + 31_536_000 })],
  ['that is not valid yet', (stranger, claims) => stranger.sign({ ...claims, nbf: inAnHour() })],
  [
    'without a name of its own',
    (stranger, claims) => stranger.sign(JSON.parse(JSON.stringify({ ...claims, jti: undefined }))),
  ],
  ['that nobody has signed', (_, claims) => unsigned({ alg: 'none' }, claims)],
  ['that a secret has signed', (_, claims) => unsigned({ alg: 'HS256', kid: 'own' }, claims)],
  ['of an algorithm that there is not', (_, claims) => unsigned({ alg: 'XX1' }, claims)],
  ['without an algorithm', (_, claims) => unsigned({ typ: 'JWT' }, claims)],
  ['with a critical header', (_, claims) => unsigned({ alg: 'ES256', crit: ['x'], x: 1 }, claims)],
  [
    'whose payload is not encoded',
    (_, claims) => unsigned({ alg: 'ES256', b64: false, crit: ['b64'] }, claims),
  ],
  ['with half a signature', (_, claims) => unsigned({ alg: 'ES256', kid: 'own' }, claims)],
]

describe('a reply does not tell whether there is such a client, to who sends', () => {
  it('a wrong secret', async () => {
    const service = await withClients()
    const other = await service.connections.addClient(service.connection)
    const answers = []
    const digest = vi.spyOn(crypto.subtle, 'digest')
    for (const client_id of [
      service.withSecret.id,
      service.withKeys.id,
      service.federated.id,
      crypto.randomUUID(),
      'nobody',
    ]) {
      const fields = { grant_type: 'client_credentials', client_id, client_secret: other.secret ?? '' }
      const { status, headers, body } = await ask(service, fields)
      answers.push(JSON.stringify([status, [...headers], body, digest.mock.calls.length]))
      digest.mockClear()
    }
    digest.mockRestore()
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('401')
  })

  it.each(forgeries)('an assertion %s', async (_, forge) => {
    const service = await withClients()
    const stranger = await strangersKey
    const jti = crypto.randomUUID()
    const own = (id: string) => ({ iss: id, sub: id, aud: tokenUrl, jti, exp: inAnHour() })
    const issued = (sub: string) => ({ iss: issuer, sub, aud: audience, jti, exp: inAnHour() })
    const unknown = crypto.randomUUID()
    const answer = async (claims: object, client?: string) =>
      answerTo(service, await forge(stranger, claims), client)

    const expected = await answer(own(unknown))
    expect(expected).toMatchObject([401, expect.anything(), { error: 'invalid_client' }])
    for (const { id } of [service.withKeys, service.withSecret, service.federated]) {
      expect(await answer(own(id)), 'alone').toEqual(expected)
      expect(await answer(own(id), id), 'named').toEqual(expected)
      expect(await answer(issued(subject), id), 'of an issuer').toEqual(expected)
    }
    expect(await answer(issued(subject)), 'trusted').toEqual(expected)
    expect(await answer(issued('nobody')), 'not trusted').toEqual(expected)
    expect(await answer(issued(subject), unknown), 'of nobody').toEqual(expected)
  })

  it('one of an issuer that is not accepted', async () => {
    const service = await withClients()
    const stranger = await strangersKey
    const claims = { iss: 'https://evil.example', sub: subject, aud: audience, exp: inAnHour() }
    const assertion = await stranger.sign(claims)
    const expected = await answerTo(service, assertion, crypto.randomUUID())
    for (const { id } of [service.withKeys, service.withSecret, service.federated])
      expect(await answerTo(service, assertion, id)).toEqual(expected)
  })

  it('what is wrong with it, to who has signed it', async () => {
    const service = await withClients()
    const { id } = service.withKeys
    const sign = (change: object) =>
      service.key.sign({ iss: id, sub: id, aud: tokenUrl, jti: 'x', exp: inAnHour(), ...change })
    for (const [change, told] of [
      [{ aud: 'elsewhere' }, 'The audience of the assertion must be the token endpoint, and nothing else'],
      [{ exp: 1000 }, 'The assertion is refused: It has expired'],
      [{ jti: undefined }, 'The assertion must have the claim jti'],
      [{ sub: 'x' }, 'The claims iss and sub of the assertion must both be the client_id'],
    ] as const)
      expect(await answerTo(service, await sign(change), id)).toMatchObject([
        401,
        expect.anything(),
        { error_description: told },
      ])
  })
})

describe('a flood of clients that there are not', () => {
  it('is a few queries, and a client that has never asked before is answered in between', async () => {
    const store = memoryConnections()
    const batches: number[] = []
    const slow = {
      ...store,
      async findClients(ids: readonly string[]) {
        batches.push(ids.length)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return store.findClients(ids)
      },
    }
    const service = await makeService({ connections: { store: slow } })
    const { id, secret = '' } = await service.connections.addClient(service.connection)
    const askAs = (client_id: string) =>
      ask(service, { grant_type: 'client_credentials', client_id, client_secret: secret })
    const flood = Array.from({ length: 1500 }, () => askAs(crypto.randomUUID()))
    expect((await askAs(id)).status).toBe(200)
    const answers = await Promise.all(flood)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(batches.length).toBeGreaterThan(0)
    expect(batches.length).toBeLessThan(20)
    expect(Math.max(...batches)).toBeLessThanOrEqual(500)
  })
})

describe('clients that are refused', () => {
  it('are counted for the connection that they name, and for nobody else', async () => {
    const service = await withClients()
    const other = await connect(service.connections, 'globex')
    const wrong = (await service.connections.addClient(other)).secret ?? ''
    for (let count = 0; count < 200; count++)
      await ask(service, {
        grant_type: 'client_credentials',
        client_id: service.withSecret.id,
        client_secret: wrong,
      })
    await answerTo(service, unsigned({ alg: 'none' }, {}), undefined)
    const { count, last } = service.connections.refusals(service.connection)
    expect([count, last]).toEqual([
      200,
      { ...service.connection, reason: 'client', time: expect.any(String), ending: undefined },
    ])
    expect(service.connections.refusals(other).count).toBe(0)
    expect(service.connections.refusals().count).toBe(1)
  })
})
