import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearerTokens, lenient, strict } from '../../src/index.js'
import { serve } from '../http/service.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Asks an authenticator about the value of an Authorization header. */
async function ask(authenticate: ReturnType<typeof bearerTokens>, authorization: string | undefined) {
  const notes: string[] = []
  const caller = await authenticate({
    method: 'GET',
    path: '/Users',
    header: (name) => (name === 'authorization' ? authorization : undefined),
    raw: undefined,
    note: (rule) => void notes.push(rule),
  })
  return { caller, notes }
}

const tokens = bearerTokens([
  { token: 'first', tenant: 'acme', actor: 'okta' },
  { token: 'second', tenant: 'acme', actor: 'okta, new token' },
  { sha256: sha256('third'), tenant: 'globex' },
  { sha256: sha256('fourth').toUpperCase(), tenant: 'initech' },
])

describe('a token', () => {
  it('is one of several, as text or as its digest, of any tenant', async () => {
    expect((await ask(tokens, 'Bearer first')).caller).toEqual({ tenant: 'acme', actor: 'okta' })
    expect((await ask(tokens, 'Bearer second')).caller).toEqual({ tenant: 'acme', actor: 'okta, new token' })
    for (let time = 0; time < 3; time++) {
      expect((await ask(tokens, 'Bearer third')).caller).toMatchObject({ tenant: 'globex' })
      expect((await ask(tokens, 'Bearer fourth')).caller).toMatchObject({ tenant: 'initech' })
    }
  })

  it('comes with the scheme in any case, or alone', async () => {
    for (const header of [
      'Bearer first',
      'bearer first',
      'BEARER first',
      'Bearer   first',
      ' Bearer first ',
    ]) {
      expect(await ask(tokens, header), header).toEqual({
        caller: { tenant: 'acme', actor: 'okta' },
        notes: [],
      })
    }
    for (const header of ['first', ' first ']) {
      expect(await ask(tokens, header), header).toMatchObject({
        caller: { tenant: 'acme' },
        notes: ['rawToken'],
      })
    }
    expect(await ask(tokens, 'third')).toMatchObject({ caller: { tenant: 'globex' }, notes: ['rawToken'] })
  })

  it('that is wrong, or nearly right, or missing, is nobody’s', async () => {
    for (const header of [
      undefined,
      '',
      ' ',
      'Bearer',
      'Bearer ',
      'Bearer wrong',
      'Bearer firs',
      'Bearer firstt',
      'Bearer FIRST',
      'Bearer first second',
      'Bearer first, Bearer second',
      'Basic first',
      'Bearer Bearer first',
      `Bearer ${sha256('third')}`,
      sha256('fourth'),
      'Bearer undefined',
      'Bearer \u0000first',
    ]) {
      expect(await ask(tokens, header), header).toEqual({ caller: undefined, notes: [] })
    }
    expect((await ask(bearerTokens([]), 'Bearer first')).caller).toBeUndefined()
  })

  it('may contain whatever a header can, also what looks like a scheme', async () => {
    for (const token of ['a:b=c/d+e==', '2f1c-ünïcode', 'x'.repeat(4000), 'bearer-token']) {
      expect((await ask(bearerTokens([{ token }]), `Bearer ${token}`)).caller, token).toBeDefined()
      expect((await ask(bearerTokens([{ sha256: sha256(token) }]), token)).caller, token).toBeDefined()
    }
  })
})

describe('a mistake in the configuration', () => {
  it('is told when it is made, and shows no token', () => {
    for (const [wrong, message] of [
      [{ token: '' }, 'bearerTokens[1]: the token is empty'],
      [{ token: undefined }, 'bearerTokens[1]: the token is empty'],
      [{}, 'bearerTokens[1]: the token is empty'],
      [{ sha256: 'hunter2' }, 'bearerTokens[1]: sha256 must be 64 hexadecimal digits'],
      [{ sha256: '' }, 'bearerTokens[1]: sha256 must be 64 hexadecimal digits'],
      [{ token: 'hunter2\n' }, 'bearerTokens[1]: the token begins or ends with white space'],
      [{ token: ' hunter2' }, 'bearerTokens[1]: the token begins or ends with white space'],
    ] as const) {
      const list = [{ token: 'fine' }, wrong] as Parameters<typeof bearerTokens>[0]
      expect(() => bearerTokens(list), message).toThrow(new TypeError(message))
    }
  })
})

describe('in a service', () => {
  it('a token alone is a rule’s to accept', async () => {
    const raw = { token: '', headers: { authorization: 'acme-token' } }
    const accepted = await serve().get('/Users', raw)
    expect(accepted.status).toBe(200)
    expect(accepted.trace.map(({ rule }) => rule)).toEqual(['rawToken'])
    for (const profile of [strict(), lenient({ without: ['rawToken'] }), () => strict()]) {
      const refused = await serve({ profile }).get('/Users', raw)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect((await serve({ profile }).get('/Users')).status).toBe(200)
    }
  })

  it('the tenant of a token stays what it is, whatever a hook does to the caller', async () => {
    const service = serve({
      identify: (caller) => {
        Object.assign(caller, { tenant: 'globex' })
        return undefined
      },
    })
    const { id } = await service.createUser()
    expect((await service.get('/Me')).status).toBe(500)
    expect(service.errors.map(({ error }) => error)).toEqual([expect.any(TypeError)])
    expect((await service.get(`/Users/${id}`)).status).toBe(200)
  })

  it('the tenant and the actor of the token are those of events', async () => {
    const seen: unknown[] = []
    const service = serve({
      on: { 'user.created': ({ tenant, actor }) => void seen.push({ tenant, actor }) },
    })
    await service.createUser()
    await service.createUser({}, { token: 'globex-token' })
    expect(seen).toEqual([
      { tenant: 'acme', actor: 'okta' },
      { tenant: 'globex', actor: undefined },
    ])
  })
})
