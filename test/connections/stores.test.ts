import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnections } from '../../src/connections/index.js'
import { makeSecret, sha256 } from '../../src/connections/secret-text.js'
import { memoryStore } from '../../src/index.js'
import type { ConnectionsStore, StoredGuestLink } from '../../src/stores/index.js'
import { kyselyConnections, scimTables } from '../../src/stores/kysely/index.js'
import { serve } from '../http/service.js'
import { databases, sqlite } from '../stores/kysely/databases.js'
import { connectionDatabases, connectionStores, type OpenConnections, tableNames } from './stores.js'

const acme = { tenant: 'acme' }

/** What came of each of many attempts at a time. */
async function race<T>(count: number, attempt: (index: number) => Promise<T>) {
  const settled = await Promise.allSettled(Array.from({ length: count }, (_, index) => attempt(index)))
  return {
    done: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failed: settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.status] : [])),
  }
}

describe.each(connectionStores)('the store of connections in $database', ({ open }) => {
  let opened: OpenConnections
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  beforeEach(() => opened.clear())

  async function connect(tenant: string | undefined = 'acme') {
    const connections = createConnections({ store: opened.store })
    const { id } = await connections.create({ tenant, name: 'One', provider: 'okta' })
    return { connections, id, name: { tenant, connection: id } }
  }

  /** Another process. */
  const elsewhere = () => createConnections({ store: opened.elsewhere() })

  describe('of 32 processes at a time', () => {
    it('two issue a token, and the others are told why they did not', async () => {
      const { connections, name } = await connect()
      const { done, failed } = await race(32, () => elsewhere().issueToken(name))
      expect(done).toHaveLength(2)
      expect(failed).toEqual(Array(30).fill(409))
      expect(await connections.tokens(name)).toHaveLength(2)
    })

    it('one rotates a token', async () => {
      const { connections, name } = await connect()
      const token = await connections.issueToken(name)
      const { done, failed } = await race(32, () => elsewhere().rotateToken({ ...name, token: token.id }))
      expect(done).toHaveLength(1)
      expect(new Set(failed)).toEqual(new Set([409]))
      expect((await connections.tokens(name)).map(({ id }) => id)).toEqual([token.id, done[0]?.id])
    })

    it('ten add a client, and one of those that trust the same', async () => {
      const { connections, name } = await connect()
      const federation = { issuer: 'https://issuer.example', subject: 'sub', audience: 'app' }
      const same = await race(32, () => elsewhere().addClient({ ...name, federation }))
      expect(same.done).toHaveLength(1)
      const others = await race(32, () => elsewhere().addClient(name))
      expect(others.done).toHaveLength(9)
      expect(new Set([...same.failed, ...others.failed])).toEqual(new Set([409]))
      expect(await connections.clients(name)).toHaveLength(10)
    })

    it('one adds a client that trusts something, of whatever tenant', async () => {
      const all = await Promise.all(Array.from({ length: 32 }, (_, index) => connect(`tenant-${index}`)))
      const federation = { issuer: 'https://issuer.example', subject: 'sub', audience: 'app' }
      const { done, failed } = await race(32, (index) =>
        elsewhere().addClient({ ...(all[index]?.name ?? { connection: '' }), federation }),
      )
      expect(done).toHaveLength(1)
      expect(failed).toEqual(Array(31).fill(409))
    })

    it('one uses an assertion', async () => {
      const expires = new Date(Date.now() + 60_000)
      const { done } = await race(32, () => elsewhere().registry.useAssertion('jti', expires))
      expect(done.filter(Boolean)).toHaveLength(1)
    })

    it('one opens the link of a guest', async () => {
      await opened.store.guestLinks.add(guestLink())
      const { done } = await race(32, (index) =>
        opened.elsewhere().guestLinks.exchange('d1', `session-${index}`, '2026-11-28T11:00:00.000Z'),
      )
      expect(done.filter(Boolean)).toHaveLength(1)
    })
  })

  it('adds no token and no client to a connection that is being disconnected', async () => {
    const { connections, name, id } = await connect()
    const { connections: others } = await connect('rival')
    await race<unknown>(16, (index) =>
      index === 7
        ? elsewhere().disconnect(name)
        : index % 2 === 0
          ? elsewhere().issueToken(name)
          : elsewhere().addClient(name),
    )
    const states = [...(await connections.tokens(name)), ...(await connections.clients(name))]
    expect(new Set(states.map(({ state }) => state)).has('live')).toBe(false)
    expect(await others.get({ tenant: 'rival', connection: id })).toBeUndefined()
  })

  it('gives back all of what it was given', async () => {
    const time = '2026-11-28T10:00:00.123Z'
    const connection = {
      id: 'c1',
      tenant: undefined,
      name: `O'Brien "Zoë" 😀`,
      provider: 'okta',
      profile: 'strict',
      created: time,
      createdBy: 'ada',
      lastSeen: undefined,
      disconnected: undefined,
    }
    await opened.store.addConnection(connection)
    expect(await opened.store.connections(undefined)).toEqual([connection])
    const client = {
      id: 'k1',
      tenant: undefined,
      connection: 'c1',
      method: 'federated' as const,
      digest: undefined,
      ending: undefined,
      issuer: 'https://issuer.example',
      subject: 'sub',
      audience: 'app',
      trust: 'trust',
      keys: undefined,
      created: time,
      createdBy: undefined,
      expires: undefined,
      lastUsed: undefined,
      revoked: undefined,
    }
    expect(await opened.store.addClient(client, 10)).toBe('added')
    expect(await opened.store.clients(undefined, 'c1')).toEqual([client])
    expect(await opened.store.findTrusted(['other', 'trust'])).toEqual([{ client, connection }])
    const token = {
      id: 't1',
      kind: 'access' as const,
      tenant: undefined,
      connection: 'c1',
      client: 'k1',
      digest: 'd1',
      ending: 'abcd',
      created: time,
      createdBy: undefined,
      expires: '2026-11-28T11:00:00.000Z',
      lastUsed: undefined,
      revoked: undefined,
    }
    expect(await opened.store.addToken(token, 0)).toBe('added')
    expect(await opened.store.findTokens(['d0', 'd1'])).toEqual([
      { token, connection, clientRevoked: undefined },
    ])
    expect(await opened.store.tokens(undefined, 'c1')).toEqual([])
    expect(await opened.store.revokeClient(undefined, 'k1', time)).toBe(true)
    const revoked = { ...token, revoked: time }
    expect(await opened.store.findTokens(['d1'])).toEqual([
      { token: revoked, connection, clientRevoked: time },
    ])
    expect(await opened.store.findTokens([])).toEqual([])
  })

  it('finds nothing by texts that are no ids', async () => {
    const { connections, name } = await connect()
    for (const text of ['\0', `a\0b`, '\ud800', "' or 1=1 --", '%', '{}', 'x'.repeat(10_000)]) {
      expect(await connections.get({ ...acme, connection: text })).toBeUndefined()
      expect(await connections.tokens({ ...acme, connection: text })).toEqual([])
      expect(await connections.clients({ ...acme, connection: text })).toEqual([])
      expect(await connections.links({ ...acme, connection: text, after: text })).toEqual([])
      expect(await connections.linksOf({ ...acme, id: text })).toEqual([])
      expect(await connections.list({ tenant: text })).toEqual([])
      expect(await connections.registry.find(text, { isProven: false })).toBeUndefined()
      expect(await connections.guests.revoke('acme', text, '2026-11-28T10:00:00.000Z')).toBe(false)
      for (const refused of [
        () => connections.issueToken({ ...acme, connection: text }),
        () => connections.rotateToken({ ...name, token: text }),
        () => connections.revokeToken({ ...acme, token: text }),
        () => connections.addClient({ ...acme, connection: text }),
        () => connections.revokeClient({ ...acme, client: text }),
        () => connections.disconnect({ ...acme, connection: text }),
      ])
        await expect(refused()).rejects.toMatchObject({ status: 404 })
    }
  })

  it('writes the use of a credential unless another process has done so within the minute', async () => {
    const { connections, name, id } = await connect()
    const { id: token } = await connections.issueToken(name)
    const minute = (number: number) => `2026-11-28T10:0${number}:00.000Z`
    const use = (time: string, unlessSince: string) =>
      opened.store.touch({ token, client: undefined, connection: id, time, unlessSince })
    const used = async () => [
      (await connections.tokens(name))[0]?.lastUsed,
      (await connections.get(name))?.lastSeen,
    ]
    await use(minute(2), minute(1))
    await use('2026-11-28T10:02:30.000Z', '2026-11-28T10:01:30.000Z')
    expect(await used()).toEqual([minute(2), minute(2)])
    await use(minute(3), minute(2))
    expect(await used()).toEqual([minute(3), minute(3)])
  })

  it('pages through the links of a connection in the order of ids', async () => {
    const { connections, name, id } = await connect()
    const ids = ['B', 'a', 'é', 'b', 'Z', '10', '9']
    for (const one of ids)
      await opened.store.link(
        {
          ...acme,
          resourceType: 'User',
          id: one,
          connection: id,
          time: new Date().toISOString(),
          isDeleted: false,
        },
        undefined,
      )
    const pages: string[][] = []
    for (let after: string | undefined; ; after = pages.at(-1)?.at(-1)) {
      const page = await connections.links({ ...name, limit: 3, ...(after && { after }) })
      if (page.length === 0) break
      pages.push(page.map((link) => link.id))
    }
    expect(pages).toEqual([['10', '9', 'B'], ['Z', 'a', 'b'], ['é']])
  })

  it('forgets the access tokens of a client that have expired, and no others', async () => {
    const { connections, name } = await connect()
    const { id } = await connections.addClient(name)
    const client = await connections.registry.find(id, { isProven: false })
    if (!client) throw new Error('there is a client')
    const first = await connections.registry.issue(client, 0)
    const second = await connections.registry.issue(client, 3600)
    const third = await connections.registry.issue(client, 3600)
    const digests = await Promise.all([first, second, third].map((one) => sha256(one?.secret ?? '')))
    const found = await opened.store.findTokens(digests)
    expect(new Set(found.map(({ token }) => token.digest))).toEqual(new Set(digests.slice(1)))
  })

  it('forgets an assertion that has expired', async () => {
    const now = '2026-11-28T10:00:00.000Z'
    const use = (key: string, expires: string, at = now) => opened.store.useAssertion(key, expires, at)
    expect(await use('a', '2026-11-28T10:00:10.000Z')).toBe(true)
    expect(await use('b', '2026-11-28T10:00:10.000Z')).toBe(true)
    expect(await use('a', '2026-11-28T10:00:20.000Z')).toBe(false)
    expect(await use('a', '2026-11-28T10:00:40.000Z', '2026-11-28T10:00:30.000Z')).toBe(true)
    expect(await use('a', '2026-11-28T10:00:40.000Z', '2026-11-28T10:00:31.000Z')).toBe(false)
  })

  it('ends the links of guests with their connection, and no others', async () => {
    const { connections, id, name } = await connect()
    const { id: other } = await connections.create({ tenant: 'acme', name: 'Two', provider: 'okta' })
    const { guestLinks } = opened.store
    await guestLinks.add(guestLink('1', { connection: id }))
    await guestLinks.add(guestLink('2', { connection: other }))
    await connections.disconnect(name)
    expect((await guestLinks.list('acme')).map(({ id, revoked }) => [id, revoked !== undefined])).toEqual([
      ['2', false],
      ['1', true],
    ])
    expect(await guestLinks.exchange('d1', 's', '2026-11-28T11:00:00.000Z')).toBeUndefined()
  })

  it('opens the link of a guest once and in time, and finds it by its session', async () => {
    const { guestLinks } = opened.store
    const now = '2026-11-28T11:00:00.000Z'
    const links = [guestLink(), guestLink('2', { expires: now }), guestLink('3', { tenant: 'rival' })]
    for (const link of links) await guestLinks.add(link)
    expect(await guestLinks.list('acme')).toEqual([links[1], links[0]])
    expect(await guestLinks.list('acme', 'c1')).toEqual([links[1], links[0]])
    expect(await guestLinks.list('acme', 'c2')).toEqual([])
    expect(await guestLinks.exchange('d0', 's', now)).toBeUndefined()
    expect(await guestLinks.exchange('d2', 's', now)).toBeUndefined()
    const opened1 = { ...guestLink(), session: 's', opened: now }
    expect(await guestLinks.exchange('d1', 's', now)).toEqual(opened1)
    expect(await guestLinks.exchange('d1', 's2', now)).toBeUndefined()
    expect(await guestLinks.ofSession('s')).toEqual(opened1)
    expect(await guestLinks.ofSession('s2')).toBeUndefined()
    expect(await guestLinks.revoke('rival', '1', now)).toBe(false)
    expect(await guestLinks.revoke('acme', '1', now)).toBe(true)
    expect(await guestLinks.ofSession('s')).toEqual({ ...opened1, revoked: now })
    expect(await guestLinks.revoke('rival', '3', now)).toBe(true)
    expect(await guestLinks.exchange('d3', 's3', now)).toBeUndefined()
  })
})

function guestLink(number = '1', more: Partial<StoredGuestLink> = {}): StoredGuestLink {
  return {
    id: number,
    tenant: 'acme',
    connection: 'c1',
    rights: 'view',
    digest: `d${number}`,
    session: undefined,
    created: '2026-11-28T10:00:00.000Z',
    createdBy: undefined,
    expires: '2026-11-30T10:00:00.000Z',
    opened: undefined,
    revoked: undefined,
    ...more,
  }
}

describe.each(connectionDatabases)('the tables of connections in $database', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>
  const statements: string[] = []
  beforeAll(async () => {
    opened = await open(({ query }) => statements.push(query.sql))
    await scimTables(opened.opened.db, { outbox: true }).migrate()
  })
  afterAll(() => opened.close())
  beforeEach(() => opened.clear())

  /** Every value of every column of every table of the database, as text. */
  async function everything(): Promise<string> {
    const { db } = opened.opened
    const parts: string[] = []
    for (const { name } of await db.introspection.getTables()) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
      parts.push(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    }
    return parts.join('\n')
  }

  it('knows an assertion for a process whose clock is behind that of the one which cleans up', async () => {
    const use = (store: ConnectionsStore, key: string, at: string) =>
      store.useAssertion(key, '2026-11-28T10:00:10.000Z', at)
    expect(await use(opened.store, 'a', '2026-11-28T10:00:00.000Z')).toBe(true)
    expect(await use(opened.elsewhere(), 'b', '2026-11-28T10:00:30.000Z')).toBe(true)
    expect(await use(opened.store, 'a', '2026-11-28T10:00:05.000Z')).toBe(false)
  })

  it('have no secret in any column, whatever has been done', async () => {
    const { store } = opened
    const connections = createConnections({ store, tokenPrefix: 'acme_live' })
    const { id } = await connections.create({ ...acme, name: 'Okta', provider: 'okta', createdBy: 'ada' })
    const name = { ...acme, connection: id }
    const first = await connections.issueToken(name)
    const second = await connections.rotateToken({ ...name, token: first.id, overlap: 60_000 })
    const client = await connections.addClient(name)
    const found = await connections.registry.find(client.id, { isProven: false })
    if (!found) throw new Error('there is a client')
    expect(await connections.registry.isSecretOf(found, client.secret ?? '')).toBe(true)
    const access = await connections.registry.issue(found, 3600)
    const assertion = 'eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl'
    await connections.registry.useAssertion(await sha256(assertion), new Date(Date.now() + 60_000))
    const service = serve({
      authenticate: connections.authenticate,
      ...scimTables(opened.opened.db, { outbox: true }),
    })
    const wrong = makeSecret('acme_live', 'token')
    for (const token of [first.secret, second.secret, access?.secret ?? ''])
      await service.createUser({}, { token })
    expect((await service.get('/Users', { token: wrong })).status).toBe(401)
    await connections.revokeToken({ ...acme, token: first.id })
    await connections.revokeClient({ ...acme, client: client.id })
    await connections.disconnect(name)

    const stored = await everything()
    expect(stored).toContain(await sha256(first.secret))
    expect(stored).toContain(await sha256(access?.secret ?? ''))
    const secrets = [first.secret, second.secret, client.secret, access?.secret, wrong, assertion]
    for (const secret of secrets) {
      const random = secret?.split('_').at(-1) ?? ''
      expect(random.length).toBeGreaterThan(30)
      // Neither as it is, nor any part of it but the four last characters, nor in another writing.
      for (let start = 0; start + 6 <= random.length; start++)
        expect(stored).not.toContain(random.slice(start, start + 6))
      const bytes = Buffer.from(secret ?? '')
      for (const writing of ['base64', 'base64url', 'hex'] as const)
        expect(stored).not.toContain(bytes.toString(writing).slice(0, 24))
    }
  })

  it('are not asked about a token that cannot be right', async () => {
    const connections = createConnections({ store: opened.store })
    const { id } = await connections.create({ ...acme, name: 'One', provider: 'okta' })
    const { secret } = await connections.issueToken({ ...acme, connection: id })
    const service = serve({ authenticate: connections.authenticate, users: memoryStore() })
    statements.length = 0
    for (const wrong of [`${secret.slice(0, -1)}!`, `x${secret}`, secret.slice(1), 'scim_token_', 'hunter2'])
      expect((await service.get('/Users', { token: wrong })).status).toBe(401)
    const swapped = secret.slice(0, 12) + (secret[12] === 'a' ? 'b' : 'a') + secret.slice(13)
    expect((await service.get('/Users', { token: swapped })).status).toBe(401)
    expect(statements).toEqual([])
  })

  it('are asked about wrong tokens by four queries at a time, however many there are', async () => {
    let inFlight = 0
    let most = 0
    const store = {
      ...opened.store,
      async findTokens(digests: readonly string[]) {
        most = Math.max(most, ++inFlight)
        try {
          return await opened.store.findTokens(digests)
        } finally {
          inFlight--
        }
      },
    }
    const connections = createConnections({ store })
    const service = serve({ authenticate: connections.authenticate, users: memoryStore() })
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => service.get('/Users', { token: makeSecret('scim', 'token') })),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]))
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(4)
  })

  it('are written once a minute for a token that is used all the time', async () => {
    const connections = createConnections({ store: opened.store, revokedWithin: 0 })
    const { id } = await connections.create({ ...acme, name: 'One', provider: 'okta' })
    const { secret } = await connections.issueToken({ ...acme, connection: id })
    const services = [connections, createConnections({ store: opened.elsewhere(), revokedWithin: 0 })].map(
      ({ authenticate }) => serve({ authenticate, users: memoryStore() }),
    )
    statements.length = 0
    for (let round = 0; round < 10; round++)
      for (const service of services)
        expect((await service.get('/Users', { token: secret })).status).toBe(200)
    const updates = statements.filter((text) => text.startsWith('update'))
    // One for the connection and one for the token, of one process: the other sees that it was written.
    expect(updates).toHaveLength(2)
  })

  it('go and come again by the migrations of a host', async () => {
    const { opened: other } = await open()
    const { migrations } = kyselyConnections(other.db)
    const { Migrator } = await import('kysely/migration')
    const provider = { getMigrations: async () => migrations }
    const migrator = new Migrator({
      db: other.db,
      provider,
      migrationTableName: 'hosts',
      migrationLockTableName: 'hosts_lock',
    })
    const names = async () => (await other.db.introspection.getTables()).map(({ name }) => name)
    // The tables are there already, by `migrate`.
    expect((await migrator.migrateToLatest()).error).toBeUndefined()
    expect(await names()).toEqual(expect.arrayContaining(tableNames))
    expect((await migrator.migrateDown()).error).toBeUndefined()
    expect((await names()).filter((name) => tableNames.includes(name))).toEqual([])
    expect((await migrator.migrateToLatest()).error).toBeUndefined()
    expect(await names()).toEqual(expect.arrayContaining(tableNames))
    await other.close()
  })
})

describe('a schema for the tables of connections', () => {
  async function story(db: Parameters<typeof kyselyConnections>[0], schema: string) {
    const store = kyselyConnections(db, { schema })
    await store.migrate()
    await store.migrate()
    const connections = createConnections({ store })
    const { id } = await connections.create({ ...acme, name: 'One', provider: 'okta' })
    const token = await connections.issueToken({ ...acme, connection: id })
    await connections.rotateToken({ ...acme, connection: id, token: token.id })
    const federation = { issuer: 'https://issuer.example', subject: 'sub', audience: 'app' }
    await connections.addClient({ ...acme, connection: id, federation })
    expect(await connections.registry.useAssertion('a', new Date(Date.now() + 1000))).toBe(true)
    expect(await connections.registry.useAssertion('a', new Date(Date.now() + 1000))).toBe(false)
    await store.link(
      {
        ...acme,
        resourceType: 'User',
        id: '1',
        connection: id,
        time: new Date().toISOString(),
        isDeleted: false,
      },
      undefined,
    )
    await store.guestLinks.add(guestLink())
    expect(await store.guestLinks.exchange('d1', 's', '2026-11-28T10:00:00.000Z')).toBeDefined()
    expect(await connections.links({ ...acme, connection: id })).toHaveLength(1)
    await connections.disconnect({ ...acme, connection: id })
  }

  it.each(databases)('is that of $database', async ({ open }) => {
    const { db, close } = await open()
    await story(db, 'Identity')
    const { rows } = await sql<{
      name: string
    }>`select tablename as name from pg_tables where schemaname = 'Identity' and tablename not like '%migrations%' order by 1`.execute(
      db,
    )
    expect(rows.map(({ name }) => name)).toEqual([...tableNames].sort())
    await close()
  })

  it.each(['', 'a.b', 5])('%j is refused', async (schema) => {
    const { db, close } = await sqlite()
    expect(() => kyselyConnections(db, { schema: schema as string })).toThrow(
      'kyselyConnections: schema must be a name of letters, digits and underscores',
    )
    await close()
  })
})
