import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AllowedIssuer } from '../../src/oauth/index.js'
import { createTokenEndpoint } from '../../src/oauth/index.js'
import type { Issuer } from './issuer.js'
import { makeKey, startIssuer, strangersKey } from './issuer.js'
import { ask, makeService, tokenUrl } from './service.js'

const start = Date.parse('2026-11-28T10:00:00.000Z')
const second = 1000
const minute = 60 * second
const hour = 60 * minute

let issuer: Issuer

beforeEach(async () => {
  issuer = await startIssuer()
  vi.useFakeTimers({ now: start, toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await issuer.close()
})

const federation = { issuer: 'https://idp.example.com', subject: 'provisioning', audience: 'acme' }

async function withFederation() {
  const service = await makeService({
    tokens: { issuers: [{ issuer: federation.issuer, jwks: `${issuer.url}/jwks` }] },
  })
  await service.connections.addClient({ ...service.connection, federation })
  const request = async (key = issuer.first) =>
    ask(service, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await key.sign({
        iss: federation.issuer,
        sub: federation.subject,
        aud: federation.audience,
        exp: Date.now() / 1000 + 60,
      }),
    })
  return { ...service, request }
}

function fail(status: number, headers = {}, body = ''): void {
  issuer.answer = (_, res) => void res.writeHead(status, headers).end(body)
}

describe('the keys of an issuer', () => {
  it('are asked for once in ten minutes, and by many at a time once', async () => {
    const { request } = await withFederation()
    const answers = await Promise.all(Array.from({ length: 10 }, () => request()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    vi.setSystemTime(start + 10 * minute - 1)
    expect((await request()).status).toBe(200)
    expect(issuer.asked.length).toBe(1)
    vi.setSystemTime(start + 10 * minute)
    expect((await request()).status).toBe(200)
    expect(issuer.asked.length).toBe(2)
  })

  it('are asked for anew where one is not known, every 30 seconds at most', async () => {
    const { request } = await withFederation()
    expect((await request()).status).toBe(200)
    const next = await makeKey('next', 'ES256')
    issuer.keys = [issuer.first, next]
    expect((await request(next)).status).toBe(401)
    vi.setSystemTime(start + 30 * second - 1)
    expect((await request(next)).status).toBe(401)
    expect(issuer.asked.length).toBe(1)
    vi.setSystemTime(start + 30 * second)
    expect((await request(next)).status).toBe(200)
    expect(issuer.asked.length).toBe(2)
    // What is known goes on meanwhile, and what is not costs nothing more.
    for (let count = 0; count < 5; count++) expect((await request(await strangersKey)).status).toBe(401)
    expect((await request()).status).toBe(200)
    expect(issuer.asked.length).toBe(2)
  })

  it('are no longer accepted where the issuer has them no more', async () => {
    const { request } = await withFederation()
    expect((await request()).status).toBe(200)
    issuer.keys = [await makeKey('next', 'ES256')]
    vi.setSystemTime(start + 10 * minute)
    expect((await request()).status).toBe(401)
  })

  it('are used for a day where the issuer is down, and are asked for every 30 seconds', async () => {
    const { request, errors } = await withFederation()
    expect((await request()).status).toBe(200)
    fail(500)
    vi.setSystemTime(start + 10 * minute)
    for (let count = 0; count < 5; count++) expect((await request()).status).toBe(200)
    expect(issuer.asked.length).toBe(2)
    expect(errors.map(String)).toEqual([
      `KeysError: The keys of ${issuer.url}/jwks cannot be used: the server answers 500`,
    ])
    vi.setSystemTime(start + 24 * hour - 1)
    expect((await request()).status).toBe(200)
    vi.setSystemTime(start + 24 * hour)
    const { status, headers, body } = await request()
    expect([status, headers.get('retry-after'), body.error]).toEqual([503, '30', 'temporarily_unavailable'])
    vi.setSystemTime(start + 24 * hour + second)
    issuer.answer = (_, res) => issuer.publish(res)
    expect((await request()).status).toBe(200)
  })

  it('are temporarily not there after a day of whatever the issuer answers', async () => {
    const { request } = await withFederation()
    expect((await request()).status).toBe(200)
    fail(302, { location: `${issuer.url}/elsewhere` })
    vi.setSystemTime(start + 23 * hour)
    expect((await request()).status).toBe(200)
    vi.setSystemTime(start + 24 * hour)
    expect((await request()).status).toBe(503)
  })

  it.each<[string, () => void, number, string]>([
    [
      'a redirect',
      () => {
        issuer.answer = (req, res) =>
          req.url === '/jwks'
            ? void res.writeHead(302, { location: '/elsewhere' }).end()
            : issuer.publish(res)
      },
      401,
      'the server redirects, which is not followed',
    ],
    [
      'a redirect for good',
      () => {
        issuer.answer = (req, res) =>
          req.url === '/jwks'
            ? void res.writeHead(308, { location: '/elsewhere' }).end()
            : issuer.publish(res)
      },
      401,
      'the server redirects, which is not followed',
    ],
    ['not there', () => fail(404), 401, 'the server answers 404'],
    ['no JSON', () => fail(200, {}, '<html>'), 401, 'they are no JSON'],
    ['no keys', () => fail(200, {}, '[]'), 401, 'they are no JSON Web Key Set'],
    ['keys of no kind', () => fail(200, {}, '{"keys":[{}]}'), 401, 'they are no JSON Web Key Set'],
    [
      'too large',
      () => {
        // Without an announced length, and with the right keys in front.
        issuer.answer = (_, res) => {
          res.writeHead(200).write(`{"keys":[${JSON.stringify(issuer.first.jwk)}],"x":"`)
          res.end(`${'x'.repeat(65_536)}"}`)
        }
      },
      401,
      'they have more than 65536 bytes',
    ],
    ['down', () => fail(503), 503, 'the server answers 503'],
    ['asked for too often', () => fail(429), 503, 'the server answers 429'],
    [
      'gone',
      () => {
        issuer.answer = (req) => void req.socket.destroy()
      },
      503,
      'the server cannot be reached',
    ],
    [
      'cut off',
      () => {
        issuer.answer = (req, res) => {
          res.writeHead(200, { 'content-length': '1000' }).write('{')
          setImmediate(() => req.socket.destroy())
        }
      },
      503,
      'the connection was interrupted',
    ],
  ])('refuse the client where they are %s', async (_, change, status, problem) => {
    const { request, errors, refusals } = await withFederation()
    change()
    const answer = await request()
    expect([answer.status, answer.body.error]).toEqual([
      status,
      status === 401 ? 'invalid_client' : 'temporarily_unavailable',
    ])
    expect(errors.map((error) => (error as Error).message)).toEqual([
      `The keys of ${issuer.url}/jwks cannot be used: ${problem}`,
    ])
    expect(refusals.map(({ reason }) => reason)).toEqual(status === 401 ? ['keys'] : [])
    // Nothing was followed. Those who ask at once get the same answer, and it is asked anew when the issuer is back.
    expect((await request()).status).toBe(status)
    expect(errors).toHaveLength(1)
    expect(issuer.asked).toEqual(['/jwks'])
    issuer.answer = (_, res) => issuer.publish(res)
    vi.setSystemTime(start + second)
    expect((await request()).status).toBe(200)
  })

  it.each(['before its first word', 'in the middle'])('are given up after five seconds: %s', async (when) => {
    const { request, errors } = await withFederation()
    vi.useFakeTimers({ now: start, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    const asked = new Promise<void>((resolve) => {
      issuer.answer = (_, res) => {
        if (when === 'in the middle') res.writeHead(200).write('{')
        resolve()
      }
    })
    const answer = request()
    await asked
    await vi.advanceTimersByTimeAsync(4_999)
    expect(errors).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect((await answer).status).toBe(503)
    expect(errors.map((error) => (error as Error).message)).toEqual([
      `The keys of ${issuer.url}/jwks cannot be used: they took longer than 5000 ms`,
    ])
  })

  it('are not displaced by those of tenants that nobody has connected', async () => {
    const tenant = crypto.randomUUID()
    const url = 'https://login.example.com/{tenantid}/v2.0'
    const service = await makeService({
      tokens: { issuers: [{ issuer: url, jwks: `${issuer.url}/jwks?of={tenantid}` }] },
    })
    const trusted = { ...federation, issuer: url.replace('{tenantid}', tenant) }
    await service.connections.addClient({ ...service.connection, federation: trusted })
    const request = async (of: string) =>
      ask(service, {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await issuer.first.sign({
          iss: url.replace('{tenantid}', of),
          sub: trusted.subject,
          aud: trusted.audience,
          exp: Date.now() / 1000 + 60,
        }),
      })
    expect((await request(tenant)).status).toBe(200)
    for (let count = 0; count < 1001; count++) await request(crypto.randomUUID())
    expect((await request(tenant)).status).toBe(200)
    expect(issuer.asked).toHaveLength(1)
  })

  it('may be given by the host itself', async () => {
    const service = await makeService({
      tokens: { issuers: [{ issuer: federation.issuer, jwks: { keys: [issuer.first.jwk] } }] },
    })
    await service.connections.addClient({ ...service.connection, federation })
    const { request } = { request: issuer.first.sign }
    const client_assertion = await request({
      iss: federation.issuer,
      sub: federation.subject,
      aud: 'acme',
      exp: start / 1000 + 60,
    })
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const fields = { grant_type: 'client_credentials', client_assertion_type: type, client_assertion }
    expect((await ask(service, fields)).status).toBe(200)
    expect(issuer.asked).toEqual([])
  })
})

describe('an issuer that cannot be is refused', () => {
  const jwks = 'https://idp.example.com/jwks'
  const twice = { issuer: 'https://idp.example.com', jwks }
  const wrong: readonly (readonly [unknown, string])[] = [
    ['x', 'issuers must be a list of 100 at most'],
    [
      Array.from({ length: 101 }, (_, index) => ({ issuer: `i${index}`, jwks })),
      'issuers must be a list of 100 at most',
    ],
    [[null], 'issuers[0] must be an object'],
    [[twice, twice], 'issuers[1].issuer is there twice'],
    [[{ jwks }], 'issuers[0].issuer is required'],
    [[{ issuer: [], jwks }], 'issuers[0].issuer is required'],
    [[{ issuer: '', jwks }], 'issuers[0].issuer must be text'],
    [[{ issuer: [7], jwks }], 'issuers[0].issuer must be text'],
    [
      [{ issuer: ['https://a/{tenantid}', 'https://b'], jwks }],
      'issuers[0].issuer must have {tenantid} once in each spelling, or in none',
    ],
    [[{ issuer: 'https://{tenantid}/{tenantid}', jwks }], 'must have {tenantid} once'],
    [
      [{ issuer: 'https://a', jwks: 'https://a/{tenantid}' }],
      'issuers[0].jwks must not have {tenantid} where issuer has it not',
    ],
    [
      [{ issuer: 'https://a', jwks: 'http://idp.example.com/jwks' }],
      'issuers[0].jwks must be an https URL, or an http URL of this machine',
    ],
    [[{ issuer: 'https://a', jwks: 'file:///etc/keys' }], 'issuers[0].jwks must be an https URL'],
    [[{ issuer: 'https://a', jwks: { keys: 'x' } }], 'issuers[0].jwks must be a URL or a JSON Web Key Set'],
    [[{ issuer: 'https://a' }], 'issuers[0].jwks must be a URL or a JSON Web Key Set'],
    [[{ issuer: 'https://a', jwks, name: '' }], 'issuers[0].name must be text'],
  ]
  it.each(wrong.map(([issuers, message]) => ({ issuers, message })))(
    '$message',
    async ({ issuers, message }) => {
      const { connections } = await makeService()
      const options = { connections, url: tokenUrl, issuers: issuers as readonly AllowedIssuer[] }
      expect(() => createTokenEndpoint(options)).toThrow(
        `createTokenEndpoint: ${message.startsWith('must') ? 'issuers[0].issuer ' : ''}${message}`,
      )
      expect(() => createTokenEndpoint(options)).toThrow(TypeError)
    },
  )

  it('is shown with its name, where pages let people choose', async () => {
    const { connections } = await makeService()
    const { issuers } = createTokenEndpoint({
      connections,
      url: tokenUrl,
      issuers: [
        { name: 'Directory', issuer: ['https://a/{tenantid}/v2.0', 'https://b/{tenantid}'], jwks },
        { issuer: 'https://idp.example.com', jwks },
      ],
    })
    expect(issuers).toEqual([
      { name: 'Directory', issuer: 'https://a/{tenantid}/v2.0' },
      { name: 'https://idp.example.com', issuer: 'https://idp.example.com' },
    ])
  })
})
