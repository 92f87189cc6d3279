import { describe, expect, it } from 'vitest'
import { createScim, memoryStore } from '../../src/index.js'
import type { JwtAuthOptions } from '../../src/oauth/index.js'
import { jwtAuth } from '../../src/oauth/index.js'
import { makeKey } from './issuer.js'
import { listUsers } from './service.js'

const issuer = 'https://auth.example.com'
const audience = 'https://app.example.com/scim/v2'
const key = makeKey('first', 'ES256')

/** The status of a request with a token of an authorization server. */
async function statusOf(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>> = {},
  options: Partial<JwtAuthOptions> = {},
): Promise<number> {
  const { jwk, sign } = await key
  const authenticate = jwtAuth({ issuer, audience, jwks: { keys: [jwk] }, tenant: () => 'acme', ...options })
  const exp = Math.floor(Date.now() / 1000) + 60
  const token = await sign({ iss: issuer, aud: audience, exp, scope: 'scim', ...claims }, header)
  return (await listUsers({ scim: createScim({ authenticate, users: memoryStore() }) }, token)).status
}

describe('jwtAuth', () => {
  it.each<[string, object, object]>([
    ['an authorization server of RFC 9068', { typ: 'at+jwt' }, {}],
    ['one that writes the whole media type', { typ: 'application/AT+JWT' }, {}],
    ['Microsoft Entra ID', { typ: 'JWT' }, { scope: undefined, scp: 'scim', ver: '2.0' }],
    ['Okta', { typ: undefined }, { scope: undefined, scp: ['scim'], ver: 1 }],
    ['Okta’s own server', { typ: 'application/okta-internal-at+jwt' }, {}],
    ['Keycloak', { typ: 'JWT' }, { typ: 'Bearer' }],
    ['older ones of Keycloak', { typ: 'JWT' }, { typ: 'Bearer', nonce: 'n' }],
    ['Cognito', { typ: undefined }, { token_use: 'access' }],
  ])('takes access tokens of %s', async (_, header, claims) => {
    expect(await statusOf({ ...header }, { ...claims })).toBe(200)
  })

  it.each<[string, object, object]>([
    ['a logout token', { typ: 'logout+jwt' }, {}],
    ['a logout token that does not say so', { typ: 'JWT' }, { events: {} }],
    ['a proof of possession', { typ: 'dpop+jwt' }, {}],
    ['an assertion of a client', { typ: 'client-authentication+jwt' }, {}],
    ['a security event', { typ: 'application/secevent+jwt' }, {}],
    ['an ID token with the digest of an access token', { typ: 'JWT' }, { at_hash: 'x' }],
    ['an ID token that a browser has asked for', { typ: 'JWT' }, { nonce: 'n' }],
    ['an ID token of Keycloak', { typ: 'JWT' }, { typ: 'ID' }],
    ['a refresh token of Keycloak', { typ: 'JWT' }, { typ: 'Refresh' }],
    ['an ID token of Cognito', { typ: undefined }, { token_use: 'id' }],
  ])('refuses %s', async (_, header, claims) => {
    expect(await statusOf({ ...header }, { ...claims })).toBe(401)
  })

  it('takes only what says that it is an access token, where the host asks for that', async () => {
    const requireType = true
    expect(await statusOf({ typ: 'at+jwt' }, {}, { requireType })).toBe(200)
    expect(await statusOf({ typ: 'application/at+jwt' }, {}, { requireType })).toBe(200)
    for (const typ of [undefined, 'JWT', 'dpop+jwt', 7])
      expect(await statusOf({ typ }, {}, { requireType })).toBe(401)
    const wrong = { requireType: 'yes' } as unknown as Partial<JwtAuthOptions>
    await expect(statusOf({}, {}, wrong)).rejects.toThrow('jwtAuth: requireType must be true or false')
  })
})
