import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connections, ConnectionsOptions, RefusedCredential } from '../../src/connections/index.js'
import { createConnections, memoryConnections } from '../../src/connections/index.js'
import { makeSecret } from '../../src/connections/secret-text.js'
import type { RequestEvent } from '../../src/index.js'
import { createScim, lenient, memoryStore, strict } from '../../src/index.js'
import type { ConnectionsStore } from '../../src/stores/index.js'
import { connectionStores, type OpenConnections } from './stores.js'

const start = Date.parse('2026-11-28T10:00:00.000Z')

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe.each(connectionStores)('connections in $database', ({ open }) => {
  let opened: OpenConnections
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  beforeEach(() => opened.clear())

  /** A store that counts how often it is asked. */
  function counting(store: ConnectionsStore = opened.store) {
    const asked: Record<string, number> = {}
    const counted = new Proxy(store, {
      get(target, name: keyof ConnectionsStore) {
        const member = target[name]
        if (typeof member !== 'function') return member
        return (...parameters: never[]) => {
          asked[name] = (asked[name] ?? 0) + 1
          return (member as (...all: never[]) => unknown).apply(target, parameters)
        }
      },
    })
    return { store: counted, asked }
  }

  async function connect(options: Partial<ConnectionsOptions> = {}, tenant: string | undefined = 'acme') {
    const connections = createConnections({ store: opened.store, ...options })
    const { id } = await connections.create({ tenant, name: 'Okta production', provider: 'okta' })
    const token = await connections.issueToken({ tenant, connection: id })
    return { connections, id, token }
  }

  function ask(connections: Connections, authorization: string | undefined) {
    const notes: string[] = []
    const caller = connections.authenticate({
      method: 'GET',
      path: '/Users',
      header: (name) => (name === 'authorization' ? authorization : undefined),
      raw: undefined,
      note: (rule) => void notes.push(rule),
    })
    return Object.assign(Promise.resolve(caller), { notes })
  }

  /** The same text with another character in the middle of what is random. */
  function mistyped(secret: string): string {
    const at = secret.length - 20
    return secret.slice(0, at) + (secret[at] === 'a' ? 'b' : 'a') + secret.slice(at + 1)
  }

  describe('a token', () => {
    it('says which tenant and connection a request comes from', async () => {
      const { connections, id, token } = await connect()
      const caller = await ask(connections, `Bearer ${token.secret}`)
      expect(caller).toMatchObject({ tenant: 'acme', actor: 'Okta production', connection: id })
    })

    it('has a prefix, its kind and a checksum, and only letters and digits between them', async () => {
      const { token } = await connect({ tokenPrefix: 'acme_test' })
      expect(token.secret).toMatch(/^acme_test_token_[0-9A-Za-z]{38}$/)
      expect(token.ending).toBe(token.secret.slice(-4))
    })

    it.each([
      ['with the scheme', (secret: string) => `Bearer ${secret}`, []],
      ['with the scheme in another case', (secret: string) => `bEARER   ${secret} `, []],
      ['without the scheme', (secret: string) => secret, ['rawToken']],
      ['with the scheme twice', (secret: string) => `Bearer Bearer ${secret}`, ['rawToken']],
    ])('is accepted %s', async (_, header, notes) => {
      const { connections, token } = await connect()
      const asked = ask(connections, header(token.secret))
      expect(await asked).toMatchObject({ tenant: 'acme' })
      expect(asked.notes).toEqual(notes)
    })

    it.each([undefined, '', '  ', 'Bearer', 'Bearer ', 'Basic abc', 'bearer bearer'])(
      'is not there in the header %j',
      async (header) => {
        const { connections } = await connect()
        expect(await ask(connections, header)).toBeUndefined()
      },
    )

    it('is refused without a query where its prefix or its checksum is wrong, and with one where it is unknown', async () => {
      const { store, asked } = counting()
      const refusals: RefusedCredential[] = []
      const { connections, token } = await connect({ store, onRefused: (refusal) => refusals.push(refusal) })
      const other = makeSecret('scim', 'token')
      for (const wrong of [mistyped(token.secret), `x${token.secret}`, token.secret.slice(0, -1), 'hunter2'])
        expect(await ask(connections, `Bearer ${wrong}`)).toBeUndefined()
      expect(asked.findTokens).toBeUndefined()
      expect(await ask(connections, `Bearer ${other}`)).toBeUndefined()
      expect(asked.findTokens).toBe(1)
      expect(refusals.map(({ reason, ending }) => [reason, ending])).toEqual([
        ['checksum', token.ending],
        ['malformed', token.ending],
        ['malformed', token.secret.slice(-5, -1)],
        // So short that it may be a password.
        ['malformed', undefined],
        ['unknown', other.slice(-4)],
      ])
      expect(JSON.stringify(refusals)).not.toContain(token.secret.slice(0, -8))
    })

    it('ends when it expires, also where it is remembered', async () => {
      const expires = new Date(start + 2_000)
      const { connections, id } = await connect()
      const token = await connections.issueToken({ tenant: 'acme', connection: id, expires })
      expect(await ask(connections, token.secret)).toBeDefined()
      vi.setSystemTime(start + 1_999)
      expect(await ask(connections, token.secret)).toBeDefined()
      vi.setSystemTime(start + 2_000)
      expect(await ask(connections, token.secret)).toBeUndefined()
      expect(
        (await connections.tokens({ tenant: 'acme', connection: id })).map(({ state }) => state),
      ).toEqual(['live', 'expired'])
    })

    it('lives a year unless told otherwise, and three years at most', async () => {
      const { connections, id, token } = await connect()
      expect(token.expires).toBe('2027-11-28T10:00:00.000Z')
      const issue = (expires: Date) => connections.issueToken({ tenant: 'acme', connection: id, expires })
      await expect(issue(new Date(start))).rejects.toThrow('issueToken: expires must be in the future')
      await expect(issue(new Date('2030-01-01'))).rejects.toThrow('expires must be within three years')
      await expect(issue(new Date('never'))).rejects.toThrow('expires must be a Date')
      expect((await issue(new Date('2029-11-01'))).expires).toBe('2029-11-01T00:00:00.000Z')
    })
  })

  describe('two tokens', () => {
    it('are live at a time, and no third', async () => {
      const { connections, id, token } = await connect()
      const name = { tenant: 'acme', connection: id }
      const second = await connections.issueToken(name)
      await expect(connections.issueToken(name)).rejects.toMatchObject({ status: 409 })
      await connections.revokeToken({ tenant: 'acme', token: token.id })
      const third = await connections.issueToken(name)
      expect(await ask(connections, token.secret)).toBeUndefined()
      expect(await ask(connections, second.secret)).toBeDefined()
      expect(await ask(connections, third.secret)).toBeDefined()
    })

    it('overlap where one replaces the other', async () => {
      const { connections, id, token } = await connect()
      const name = { tenant: 'acme', connection: id }
      const next = await connections.rotateToken({ ...name, token: token.id, overlap: 60_000 })
      vi.setSystemTime(start + 59_999)
      expect(await ask(connections, token.secret)).toBeDefined()
      expect(await ask(connections, next.secret)).toBeDefined()
      vi.setSystemTime(start + 60_000)
      expect(await ask(connections, token.secret)).toBeUndefined()
      expect(await ask(connections, next.secret)).toBeDefined()
      await expect(connections.rotateToken({ ...name, token: token.id })).rejects.toMatchObject({
        status: 404,
      })
    })

    it('are not overlapping where the old one must end at once', async () => {
      const { connections, id, token } = await connect()
      expect(await ask(connections, token.secret)).toBeDefined()
      await connections.rotateToken({ tenant: 'acme', connection: id, token: token.id, overlap: 0 })
      expect(await ask(connections, token.secret)).toBeUndefined()
    })
  })

  describe('what was revoked', () => {
    it('is refused at once here, and within five seconds in another process', async () => {
      const { store, asked } = counting()
      const { connections, token } = await connect({ store })
      const elsewhere = createConnections({ store })
      expect(await ask(connections, token.secret)).toBeDefined()
      expect(await ask(elsewhere, token.secret)).toBeDefined()
      await connections.revokeToken({ tenant: 'acme', token: token.id })
      expect(await ask(connections, token.secret)).toBeUndefined()
      const queries = asked.findTokens
      vi.setSystemTime(start + 4_999)
      expect(await ask(elsewhere, token.secret)).toBeDefined()
      expect(asked.findTokens).toBe(queries)
      vi.setSystemTime(start + 5_000)
      expect(await ask(elsewhere, token.secret)).toBeUndefined()
    })

    it('is asked for each time where it must be refused at once everywhere', async () => {
      const { store, asked } = counting()
      const { connections, token } = await connect({ store, revokedWithin: 0 })
      for (let count = 1; count <= 3; count++) {
        expect(await ask(connections, token.secret)).toBeDefined()
        expect(asked.findTokens).toBe(count)
      }
    })

    it('is all of a connection that is disconnected', async () => {
      const { connections, id, token } = await connect()
      const name = { tenant: 'acme', connection: id }
      const client = await connections.addClient(name)
      expect(await ask(connections, token.secret)).toBeDefined()
      await connections.disconnect(name)
      await connections.disconnect(name)
      expect(await ask(connections, token.secret)).toBeUndefined()
      expect(await connections.get(name)).toMatchObject({ disconnected: '2026-11-28T10:00:00.000Z' })
      expect((await connections.clients(name)).map(({ id, state }) => [id, state])).toEqual([
        [client.id, 'revoked'],
      ])
      await expect(connections.issueToken(name)).rejects.toMatchObject({ status: 409 })
      await expect(connections.addClient(name)).rejects.toMatchObject({ status: 409 })
    })
  })

  describe('a valid credential', () => {
    it('waits for no wrong one: a thousand of them are asked for together', async () => {
      const inner = opened.store
      const { store, asked } = counting({
        ...inner,
        async findTokens(digests) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          return inner.findTokens(digests)
        },
      })
      const { connections, token } = await connect({ store })
      const wrong = Array.from({ length: 1000 }, () => makeSecret('scim', 'token'))
      const before = asked.findTokens ?? 0
      const refused = wrong.map((secret) => ask(connections, `Bearer ${secret}`))
      const accepted = ask(connections, `Bearer ${token.secret}`)
      expect(await accepted).toBeDefined()
      expect((await Promise.all(refused)).every((caller) => caller === undefined)).toBe(true)
      expect((asked.findTokens ?? 0) - before).toBeLessThan(100)
    })

    it('that was valid a moment ago is not behind wrong ones that the store does not answer', async () => {
      const inner = opened.store
      let hangs = false
      const { connections, token } = await connect({
        store: {
          ...inner,
          findTokens: (digests) =>
            hangs && !digests.includes(known) ? new Promise(() => {}) : inner.findTokens(digests),
        },
      })
      let known = ''
      expect(await ask(connections, token.secret)).toBeDefined()
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token.secret))
      known = Buffer.from(digest).toString('hex')
      hangs = true
      const wrong = Array.from({ length: 50 }, () => makeSecret('scim', 'token'))
      for (const other of wrong) void ask(connections, other)
      vi.setSystemTime(start + 6_000)
      expect(await ask(connections, token.secret)).toBeDefined()
    })

    it('is written down as used once a minute', async () => {
      const { store, asked } = counting()
      const { connections, id, token } = await connect({ store })
      const elsewhere = createConnections({ store })
      for (const at of [0, 10_000, 59_999]) {
        vi.setSystemTime(start + at)
        await ask(connections, token.secret)
        await ask(elsewhere, token.secret)
      }
      expect(asked.touch).toBe(1)
      vi.setSystemTime(start + 60_000)
      await ask(connections, token.secret)
      expect(asked.touch).toBe(2)
      const [used] = await connections.tokens({ tenant: 'acme', connection: id })
      expect(used?.lastUsed).toBe('2026-11-28T10:01:00.000Z')
      const [connection] = await connections.list({ tenant: 'acme' })
      expect(connection?.lastSeen).toBe('2026-11-28T10:01:00.000Z')
    })

    it('is accepted where its use cannot be written down', async () => {
      const errors: unknown[] = []
      const store = { ...opened.store, touch: () => Promise.reject(new Error('read-only')) }
      const { connections, token } = await connect({ store, onError: (error) => errors.push(error) })
      expect(await ask(connections, token.secret)).toBeDefined()
      expect(errors).toEqual([new Error('read-only')])
    })
  })

  describe('another tenant', () => {
    it('finds nothing by an id', async () => {
      const { connections, id, token } = await connect()
      const client = await connections.addClient({ tenant: 'acme', connection: id })
      const name = { tenant: 'rival', connection: id }
      expect(await connections.list({ tenant: 'rival' })).toEqual([])
      expect(await connections.list()).toEqual([])
      expect(await connections.get(name)).toBeUndefined()
      expect(await connections.tokens(name)).toEqual([])
      expect(await connections.clients(name)).toEqual([])
      expect(await connections.links(name)).toEqual([])
      for (const refused of [
        () => connections.issueToken(name),
        () => connections.rotateToken({ ...name, token: token.id }),
        () => connections.revokeToken({ tenant: 'rival', token: token.id }),
        () => connections.addClient(name),
        () => connections.revokeClient({ tenant: 'rival', client: client.id }),
        () => connections.disconnect(name),
      ])
        await expect(refused()).rejects.toMatchObject({ status: 404 })
      expect(await ask(connections, token.secret)).toBeDefined()
    })

    it('cannot replace a token of another connection', async () => {
      const { connections, token } = await connect()
      const { id } = await connections.create({ tenant: 'acme', name: 'Entra', provider: 'entra' })
      await expect(
        connections.rotateToken({ tenant: 'acme', connection: id, token: token.id }),
      ).rejects.toMatchObject({ status: 404 })
    })
  })

  describe('a service', () => {
    it('tells the host which connection a request came by, and reads it with its profile', async () => {
      const { store } = opened
      const connections = createConnections({
        store,
        profiles: { strict: strict() },
        defaultProfile: lenient(),
      })
      const events: RequestEvent[] = []
      const scim = createScim({
        authenticate: connections.authenticate,
        profile: connections.profile,
        users: memoryStore(),
        onRequest: (event) => events.push(event),
      })
      const status = async (profile: string | undefined) => {
        const { id } = await connections.create({ tenant: 'acme', name: 'One', provider: 'other', profile })
        const { secret } = await connections.issueToken({ tenant: 'acme', connection: id })
        // Only a lenient service takes a token without its scheme.
        const headers = { authorization: secret }
        const { status } = await scim.fetch(new Request('https://app.example.com/Users', { headers }))
        return { id, status }
      }
      const strictly = await status('strict')
      const leniently = await status(undefined)
      expect([strictly.status, leniently.status]).toEqual([401, 200])
      expect(events.map(({ connection }) => connection)).toEqual([undefined, leniently.id])
    })

    it('keeps who has written what, and since when', async () => {
      const { connections, id, token } = await connect()
      const scim = createScim({
        authenticate: async (request) => {
          const caller = await connections.authenticate(request)
          // What a host makes of the caller keeps its connection.
          return caller && { ...caller, actor: 'somebody' }
        },
        users: memoryStore(),
        groups: memoryStore(),
      })
      const send = (method: string, path: string, body?: object) =>
        scim.fetch(
          new Request(`https://app.example.com${path}`, {
            method,
            headers: { authorization: `Bearer ${token.secret}`, 'content-type': 'application/scim+json' },
            ...(body && { body: JSON.stringify(body) }),
          }),
        )
      const created = await send('POST', '/Users', { userName: 'ada@example.com' })
      const user = (await created.json()) as { id: string }
      vi.setSystemTime(start + 1_000)
      const patch = { Operations: [{ op: 'replace', path: 'title', value: 'Countess' }] }
      expect((await send('PATCH', `/Users/${user.id}`, patch)).status).toBe(200)
      vi.setSystemTime(start + 2_000)
      // Nothing changes.
      expect((await send('PATCH', `/Users/${user.id}`, patch)).status).toBe(200)
      const link = {
        tenant: 'acme',
        resourceType: 'User',
        id: user.id,
        connection: id,
        firstSeen: '2026-11-28T10:00:00.000Z',
        lastChange: '2026-11-28T10:00:01.000Z',
      }
      expect(await connections.linksOf({ tenant: 'acme', id: user.id })).toEqual([link])
      expect(await connections.links({ tenant: 'acme', connection: id })).toEqual([link])
      const group = { displayName: 'Engineers', members: [{ value: user.id }] }
      await send('POST', '/Groups', group)
      expect(await connections.links({ tenant: 'acme', connection: id, resourceType: 'Group' })).toHaveLength(
        1,
      )
      expect((await send('DELETE', `/Users/${user.id}`)).status).toBe(204)
      expect(await connections.links({ tenant: 'acme', connection: id })).toEqual([])
    })
  })

  describe('a client', () => {
    it('has a secret that is shown once, public keys, or what it trusts', async () => {
      const { connections, id } = await connect()
      const name = { tenant: 'acme', connection: id }
      const bySecret = await connections.addClient(name)
      expect(bySecret).toMatchObject({
        method: 'client_secret',
        state: 'live',
        ending: bySecret.secret?.slice(-4),
      })
      const byKey = await connections.addClient({
        ...name,
        keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }],
      })
      expect(byKey).toMatchObject({ method: 'private_key_jwt', secret: undefined, expires: undefined })
      const federation = { issuer: 'https://issuer.example', subject: 'sub', audience: 'api://app/.default' }
      const federated = await connections.addClient({ ...name, federation })
      expect(federated).toMatchObject({ method: 'federated', ...federation })
      expect(JSON.stringify(await connections.clients(name))).not.toMatch(/secret_|digest|"trust"/)
    })

    it.each([
      [{ keys: [] }, 'keys must be a list of 1 to 5 public keys'],
      [{ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, 'keys[0] is a private key'],
      [{ keys: [{ kty: 'EC', d: 'c2VjcmV0' }] }, 'keys[0] is a private key'],
      [{ federation: { issuer: '', subject: 's', audience: 'a' } }, 'federation.issuer must be text'],
      [{ federation: { issuer: 'i', subject: 's', audiance: 'a' } }, 'did you mean "federation.audience"'],
      [{ keys: [{ kty: 'EC' }], expires: new Date(start + 1000) }, 'expires is for clients with a secret'],
    ])('is refused with %j', async (options, message) => {
      const { connections, id } = await connect()
      const added = connections.addClient({ tenant: 'acme', connection: id, ...(options as object) })
      await expect(added).rejects.toThrow(message)
      await expect(added).rejects.not.toThrow('c2VjcmV0')
    })

    it('that trusts the same as a client of another tenant is refused, in whatever spelling', async () => {
      const { connections, id } = await connect()
      const rival = await connections.create({ tenant: 'rival', name: 'Rival', provider: 'entra' })
      const federation = { issuer: 'https://issuer.example', subject: 'sub', audience: 'api://app/.default' }
      const mine = await connections.addClient({ tenant: 'acme', connection: id, federation })
      for (const audience of ['api://app/.default', 'api://app', 'app']) {
        const added = connections.addClient({
          tenant: 'rival',
          connection: rival.id,
          federation: { ...federation, audience },
        })
        await expect(added).rejects.toMatchObject({ status: 409 })
      }
      await connections.revokeClient({ tenant: 'acme', client: mine.id })
      await connections.addClient({ tenant: 'rival', connection: rival.id, federation })
    })
  })
})

describe('options', () => {
  it.each([
    [{ store: undefined }, 'store must be a store of connections'],
    [{ tokenPrefix: 'Acme' }, 'tokenPrefix must be lower-case letters'],
    [{ revokedWithin: -1 }, 'revokedWithin must be a whole number from 0'],
    [{ profiles: { okta: 'okta' } }, 'profiles.okta must be a profile'],
  ])('%j are refused', (options, message) => {
    expect(() => createConnections({ store: memoryConnections(), ...(options as object) })).toThrow(message)
  })

  it.each([
    [{ name: '' }, 'create: name must be text that is not empty'],
    [{ name: 'a\nb' }, 'create: name must have no control characters'],
    [{ provider: 5 }, 'create: provider must be text'],
    [{ tenant: '' }, 'create: tenant must be text that is not empty'],
    [{ profile: 'strickt' }, 'create: there is no profile "strickt"; did you mean "strict"?'],
    [{ porfile: 'strict' }, 'did you mean "profile"?'],
  ])('of a connection %j are refused', async (options, message) => {
    const connections = createConnections({ store: memoryConnections(), profiles: { strict: strict() } })
    const created = connections.create({ name: 'One', provider: 'okta', ...(options as object) })
    await expect(created).rejects.toThrow(message)
  })
})
