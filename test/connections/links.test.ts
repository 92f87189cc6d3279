import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnections } from '../../src/connections/index.js'
import { memoryStore, type ScimOptions } from '../../src/index.js'
import type { ConnectionsStore } from '../../src/stores/index.js'
import { kyselyConnections, scimTables } from '../../src/stores/kysely/index.js'
import { authenticate as byToken } from '../http/service.js'
import { patchOf, postGroup, postUser, serveBulk } from '../operations/bulk/bulk.js'
import { sqlite, type TestDatabase } from '../stores/kysely/databases.js'
import { createEmployees, employeeStores } from '../stores/kysely/employees.js'
import { connectionDatabases, type OpenConnections } from './stores.js'

const places = [
  { place: 'tables of its own', users: 'scim_users', groups: 'scim_groups' },
  { place: 'tables of a host', users: 'employees', groups: 'teams' },
] as const

const title = { op: 'replace', path: 'title', value: 'Countess' }

describe.each(connectionDatabases)('links in $database', ({ database: kind, open }) => {
  let opened: OpenConnections & { readonly opened: TestDatabase }
  const statements: string[] = []
  beforeAll(async () => {
    opened = await open(({ query }) => statements.push(query.sql))
    await scimTables(opened.opened.db, { outbox: true }).migrate()
    await createEmployees(opened.opened)
  })
  afterAll(() => opened.close())
  beforeEach(async () => {
    await opened.clear()
    for (const name of ['scim_members', 'scim_groups', 'scim_users', 'scim_events'])
      await sql`delete from ${sql.table(name)}`.execute(opened.opened.db)
    for (const name of ['team_members', 'teams', 'employees'])
      await sql`delete from ${sql.table(name)}`.execute(opened.opened.db)
  })

  /** Two connections of a tenant, and a service over the stores of a place. */
  async function begin(
    place: (typeof places)[number],
    options: Partial<ScimOptions> & { readonly outbox?: boolean; readonly store?: ConnectionsStore } = {},
  ) {
    const { outbox = false, store = opened.store, ...more } = options
    const connections = createConnections({ store })
    const connect = async (name: string) => {
      const { id } = await connections.create({ tenant: 'acme', name, provider: 'other' })
      const { secret } = await connections.issueToken({ tenant: 'acme', connection: id })
      return { id, token: secret }
    }
    const [first, second] = [await connect('first'), await connect('second')]
    const stores =
      place.users === 'scim_users'
        ? scimTables(opened.opened.db, { outbox })
        : employeeStores({ ...opened.opened, outbox })
    const service = serveBulk({
      authenticate: async (request) => (await byToken(request)) ?? connections.authenticate(request),
      ...stores,
      ...more,
    })
    const linked = async (resourceType = 'User', connection = first.id) =>
      (await connections.links({ tenant: 'acme', connection, resourceType })).map(({ id }) => id)
    return { ...service, connections, first, second, linked }
  }

  /** Runs work while links cannot be written. */
  async function withoutTable<T>(work: () => Promise<T>, { db } = opened.opened): Promise<T> {
    await sql`alter table scim_links rename to hidden`.execute(db)
    try {
      return await work()
    } finally {
      await sql`alter table hidden rename to scim_links`.execute(db)
    }
  }

  describe.each(places)('beside $place', (place) => {
    // PostgreSQL says which transaction a row is of.
    it.skipIf(kind === 'SQLite')('are written in the transaction of the write itself', async () => {
      const { createUser, patch, first } = await begin(place)
      const together = async () => {
        const { rows } = await sql<{ same: boolean }>`select r.xmin = l.xmin as same from ${sql.table(
          place.users,
        )} as r join scim_links as l on l.id = r.id::text`.execute(opened.opened.db)
        return rows
      }
      const { id } = await createUser({}, first)
      expect(await together()).toEqual([{ same: true }])
      expect((await patch(`/Users/${id}`, [title], first)).status).toBe(200)
      expect(await together()).toEqual([{ same: true }])
    })

    it.each([false, true])('keep a write from being done where they fail (outbox: %s)', async (outbox) => {
      const { createUser, createGroup, post, patch, get, first, linked, errors, ...service } = await begin(
        place,
        { outbox },
      )
      const { id } = await createUser({}, first)
      const group = await createGroup({ members: [{ value: id }] }, first)
      const replies = await withoutTable(async () => [
        await post('/Users', { schemas: [], userName: 'lost' }, first),
        await patch(`/Users/${id}`, [title], first),
        await service.put(`/Users/${id}`, { schemas: [], userName: 'other' }, first),
        await patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members' }], first),
        await service.delete(`/Groups/${group.id}`, first),
        await service.delete(`/Users/${id}`, first),
      ])
      expect(replies.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500, 500])
      expect(errors).toHaveLength(6)
      const users = (await get('/Users')).body.Resources
      expect(users.map((one) => [one.id, one.title])).toEqual([[id, undefined]])
      expect((await get(`/Groups/${group.id}`)).body.members).toMatchObject([{ value: id }])
      expect(await linked()).toEqual([id])
      const { rows } = await sql`select * from scim_events`.execute(opened.opened.db)
      expect(rows).toHaveLength(outbox ? 2 : 0)
    })

    it('are of each connection that has written, and end with the resource', async () => {
      const { createUser, createGroup, connections, patch, first, second, linked, ...service } =
        await begin(place)
      const { id } = await createUser({}, first)
      const group = await createGroup({ members: [{ value: id }] }, first)
      await patch(`/Users/${id}`, [title], second)
      await patch(`/Users/${id}`, [title], first)
      const links = await connections.linksOf({ tenant: 'acme', id })
      expect(links.map(({ connection }) => connection)).toEqual([first.id, second.id])
      const [created] = links
      expect(created?.firstSeen).toBe(created?.lastChange)
      // Only removed from the group: what follows from a write links nothing.
      expect((await service.delete(`/Users/${id}`, second)).status).toBe(204)
      expect(await connections.linksOf({ tenant: 'acme', id })).toEqual([])
      expect(await linked('Group', second.id)).toEqual([])
      expect(await linked('Group')).toEqual([group.id])
    })

    it('are of all writes of an atomic bulk request, or of none', async () => {
      const { bulk, idIn, linked, first, get, createUser } = await begin(place, { atomicBulk: true })
      const done = await bulk([postUser('ada'), postUser('bob'), postGroup('maths', 'ada')], {}, first)
      expect(done.statuses).toEqual(['201', '201', '201'])
      const [ada, bob, maths] = done.results.map(idIn)
      expect(await linked()).toEqual([ada, bob].sort())
      expect(await linked('Group')).toEqual([maths])
      const { id } = await createUser()
      const undone = await bulk(
        [
          postUser('eve'),
          patchOf(`/Users/${id}`, title),
          { method: 'DELETE', path: `/Users/${ada}` },
          patchOf(`/Users/${crypto.randomUUID()}`, title),
        ],
        {},
        first,
      )
      expect(undone.status).toBe(404)
      expect(await linked()).toEqual([ada, bob].sort())
      expect((await get('/Users')).body.totalResults).toBe(3)
    })

    it('are of what was done where a bulk request is not atomic', async () => {
      const { bulk, idIn, linked, first } = await begin(place)
      const taken = postUser('again', { userName: 'ada' })
      const done = await bulk([postUser('ada'), taken, postUser('bob')], {}, first)
      expect(done.statuses).toEqual(['201', '409', '201'])
      expect(await linked()).toEqual([idIn(done.results[0]), idIn(done.results[2])].sort())
    })

    it('cost a caller without a connection nothing', async () => {
      const { createUser, patch, ...service } = await begin(place)
      const { id } = await createUser()
      statements.length = 0
      await patch(`/Users/${id}`, [title])
      await service.delete(`/Users/${id}`)
      expect(statements.length).toBeGreaterThan(0)
      expect(statements.filter((text) => text.includes('scim_links'))).toEqual([])
    })

    it('of one resource are written by many at a time', async () => {
      const { createUser, connections, patch, first, second } = await begin(place)
      const { id } = await createUser({}, first)
      const replies = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          patch(`/Users/${id}`, [{ ...title, value: `${index}` }], index % 2 === 0 ? first : second),
        ),
      )
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await connections.linksOf({ tenant: 'acme', id })).toHaveLength(2)
    })
  })

  describe('in another database than the resources', () => {
    let other: TestDatabase
    let store: ReturnType<typeof kyselyConnections>
    beforeAll(async () => {
      other = await sqlite()
      store = kyselyConnections(other.db)
      await store.migrate()
    })
    afterAll(() => other.close())
    beforeEach(() => sql`delete from scim_links`.execute(other.db))

    it('are written once a write is done, which they do not undo', async () => {
      const { createUser, post, first, linked, errors } = await begin(places[0], { store })
      const { id } = await createUser({}, first)
      expect(await linked()).toEqual([id])
      const reply = await withoutTable(() => post('/Users', { schemas: [], userName: 'ada' }, first), other)
      expect(reply.status).toBe(201)
      expect(errors).toHaveLength(1)
      expect(await linked()).toEqual([id])
    })

    it('are written once an atomic bulk request is committed', async () => {
      const { bulk, idIn, linked, first, createUser, ...service } = await begin(places[0], {
        store,
        atomicBulk: true,
      })
      const { id } = await createUser({}, first)
      const remove = { method: 'DELETE', path: `/Users/${id}` }
      const undone = await bulk([postUser('eve'), remove, postUser('again', { userName: 'eve' })], {}, first)
      expect(undone.status).toBe(409)
      expect(await linked()).toEqual([id])
      const done = await bulk([postUser('ada'), remove], {}, first)
      expect(done.statuses).toEqual(['201', '204'])
      expect(await linked()).toEqual([idIn(done.results[0])])
      expect(service.errors).toEqual([])
    })

    it('are written beside users in memory too', async () => {
      const { createUser, first, linked } = await begin(places[0], {
        users: memoryStore(),
        groups: memoryStore(),
      })
      const { id } = await createUser({}, first)
      expect(await linked()).toEqual([id])
    })
  })
})
