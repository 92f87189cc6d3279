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
    for (const token of ['a:b=c/d+e==', '!"#$%&,;~', 'x'.repeat(4000), 'bearer-token', 'Bearer']) {
      expect((await ask(bearerTokens([{ token }]), `Bearer ${token}`)).caller, token).toBeDefined()
      expect((await ask(bearerTokens([{ sha256: sha256(token) }]), token)).caller, token).toBeDefined()
    }
  })
})

describe('a mistake in the configuration', () => {
  const digestOf = sha256('hunter2')
  const missing = 'there is no token; is the environment variable set that it comes from?'
  const unprintable = 'the token must be printable ASCII without spaces: no header can carry another'
  const twice = 'the token is that of bearerTokens[0] too'

  it.each<readonly [string, unknown, string]>([
    ['an empty token', { token: '' }, 'the token is empty'],
    ['a variable that is not set', { token: process.env.NO_SUCH_VARIABLE }, missing],
    ['a digest that is not set', { sha256: process.env.NO_SUCH_VARIABLE }, missing],
    ['nothing', {}, missing],
    ['a text in place of a token', 'hunter2', missing],
    ['null', { token: null }, 'the token must be text'],
    ['a number', { token: 4711 }, 'the token must be text'],
    ['a list of tokens', { token: ['hunter2'] }, 'the token must be text'],
    ['a digest that is none', { sha256: 'hunter2' }, 'sha256 must be 64 hexadecimal digits'],
    ['an empty digest', { sha256: '' }, 'sha256 must be 64 hexadecimal digits'],
    ['a digest with a line break', { sha256: `${digestOf}\n` }, 'sha256 must be 64 hexadecimal digits'],
    ['a line break', { token: 'hunter2\n' }, 'the token begins or ends with white space'],
    ['a space before it', { token: ' hunter2' }, 'the token begins or ends with white space'],
    ['a space inside', { token: 'hunter 2' }, unprintable],
    ['a control character', { token: 'hun\u0000ter2' }, unprintable],
    ['a line break inside', { token: 'hun\nter2' }, unprintable],
    ['another alphabet', { token: 'h\u00fcnter2' }, unprintable],
    ['half a character', { token: 'hunter\ud83d2' }, unprintable],
    [
      'an empty tenant',
      { token: 'hunter2', tenant: '' },
      'tenant must be text that is not empty, or be left out',
    ],
    [
      'a tenant that is no text',
      { token: 'hunter2', tenant: 7 },
      'tenant must be text that is not empty, or be left out',
    ],
    [
      'an empty actor',
      { token: 'hunter2', actor: '' },
      'actor must be text that is not empty, or be left out',
    ],
    ['the same token for another tenant', { token: 'fine', tenant: 'globex' }, twice],
    ['the same token for another actor', { token: 'fine', tenant: 'acme', actor: 'okta' }, twice],
    ['the same token again', { token: 'fine', tenant: 'acme' }, twice],
  ])('%s is told when it is made, and shows no token', (_, wrong, reason) => {
    const list = [{ token: 'fine', tenant: 'acme' }, wrong] as Parameters<typeof bearerTokens>[0]
    expect(() => bearerTokens(list)).toThrow(new TypeError(`bearerTokens[1]: ${reason}`))
  })

  it('a digest that is there twice, in whatever case, is one too', () => {
    const list = [
      { sha256: digestOf, tenant: 'acme' },
      { sha256: digestOf.toUpperCase(), tenant: 'globex' },
    ]
    expect(() => bearerTokens(list)).toThrow(new TypeError(`bearerTokens[1]: ${twice}`))
  })

  it('a token of two tenants, as text and as digest, lets nobody in', async () => {
    const { get, errors } = serve({
      authenticate: bearerTokens([
        { token: 'third', tenant: 'initech' },
        { sha256: digestOf, tenant: 'globex' },
        { token: 'hunter2', tenant: 'acme' },
      ]),
    })
    for (const token of ['hunter2', 'third', 'wrong']) {
      expect((await get('/Users', { token })).status, token).toBe(500)
    }
    expect(errors.map(({ error }) => String(error))).toEqual(
      Array(3).fill('TypeError: bearerTokens[2]: the token is that of bearerTokens[1] too'),
    )
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
