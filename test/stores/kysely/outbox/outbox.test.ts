import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/index.js'
import { urns } from '../../../../src/index.js'
import {
  deliverEvents,
  eventsTable,
  kyselyStore,
  mapUser,
  scimTables,
} from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, empty, type TestDatabase } from '../databases.js'

describe.each(allDatabases)('the outbox in $database', ({ database: name, open }) => {
  let database: TestDatabase
  let db: TestDatabase['db']
  beforeAll(async () => {
    database = await open()
    db = database.db
    await scimTables(db, { outbox: true }).migrate()
  })
  afterAll(() => database.close())
  beforeEach(() => empty(database, 'scim_users', 'scim_groups', 'scim_events'))

  const service = (more: object = {}) => serve({ ...scimTables(db, { outbox: true }), ...more })

  async function waiting() {
    const { rows } = await sql<{
      name: string
      state: string
      attempts: number
      last_error: string | null
      payload: LifecycleEvent | string
    }>`select name, state, attempts, last_error, payload from scim_events order by seq`.execute(db)
    // SQLite has no type for JSON.
    return rows.map(({ payload, ...row }) => ({
      ...row,
      payload: (typeof payload === 'string' ? JSON.parse(payload) : payload) as LifecycleEvent,
    }))
  }
  const names = async () => (await waiting()).map(({ name }) => name)
  const now = () => new Date().toISOString()
  const due = () => sql`update scim_events set available_at = ${now()}`.execute(db)

  it('keeps what happened, in order and without the password', async () => {
    const received: unknown[] = []
    const scim = service({
      hashPassword: (clear: string) => `hashed ${clear}`,
      on: { 'user.created': (event: unknown) => received.push(event) },
    })
    const { id } = await scim.createUser({ userName: 'ada', password: 'a secret' })
    await scim.patch(`/Users/${id}`, [{ op: 'replace', value: { title: 'Countess', active: false } }])
    await scim.patch(`/Users/${id}`, [{ op: 'replace', value: { title: 'Countess' } }])
    const group = await scim.createGroup({ displayName: 'Maths' })
    const add = [{ op: 'add', path: 'members', value: [{ value: id }] }]
    expect((await scim.patch(`/Groups/${group.id}`, add)).status).toBe(204)
    await scim.patch(`/Groups/${group.id}`, add)
    await scim.delete(`/Users/${id}`)
    expect(await names()).toEqual([
      'user.created',
      'user.updated',
      'user.deactivated',
      'group.created',
      'group.updated',
      'user.deleted',
      'group.updated',
    ])
    const all = await waiting()
    expect(JSON.stringify(all)).not.toContain('secret')
    expect(all[1]?.payload).toMatchObject({
      changed: ['title', 'active'],
      resourceId: id,
      tenant: 'acme',
    })
    expect(all[4]?.payload).toMatchObject({ members: { added: [id], removed: [] } })
    // The callback and the outbox receive the same event.
    expect(received).toMatchObject([{ id: all[0]?.payload.id, name: 'user.created' }])
  })

  it('keeps nothing of a write that fails, and undoes a write whose events can not be kept', async () => {
    const scim = service()
    const { id } = await scim.createUser({ userName: 'ada' })
    expect((await scim.post('/Users', { schemas: [urns.user], userName: 'ADA' })).status).toBe(409)
    expect(await names()).toEqual(['user.created'])
    await sql`alter table scim_events rename to elsewhere`.execute(db)
    try {
      expect((await scim.post('/Users', { schemas: [urns.user], userName: 'bob' })).status).toBe(500)
      expect((await scim.delete(`/Users/${id}`)).status).toBe(500)
      const patched = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])
      expect(patched.status).toBe(500)
    } finally {
      await sql`alter table elsewhere rename to scim_events`.execute(db)
    }
    const { body } = await scim.get('/Users')
    expect(body.Resources.map(({ userName, title }) => [userName, title])).toEqual([['ada', undefined]])
  })

  // SQLite has no trigger that waits for the end of a transaction, and nothing that makes one begin again.
  it.skipIf(name === 'SQLite')(
    'keeps an event once where the whole had to be done again, and none where it can not be kept',
    async () => {
      await sql`create sequence tries`.execute(db)
      await sql
        .raw(
          "create function refuse() returns trigger language plpgsql as $$ begin if new.user_name = 'eve' or nextval('tries') < 3 then raise exception 'no' using errcode = case new.user_name when 'eve' then 'P0001' else '40001' end; end if; return null; end $$",
        )
        .execute(db)
      // This trigger refuses when the transaction commits.
      await sql`create constraint trigger refuse after insert on scim_users deferrable initially deferred for each row execute function refuse()`.execute(
        db,
      )
      try {
        const received: string[] = []
        const scim = service({ on: { 'user.created': () => received.push('created') } })
        expect((await scim.post('/Users', { schemas: [urns.user], userName: 'eve' })).status).toBe(500)
        expect([await names(), received]).toEqual([[], []])
        expect((await scim.post('/Users', { schemas: [urns.user], userName: 'ada' })).status).toBe(201)
        expect([await names(), received]).toEqual([['user.created'], ['created']])
      } finally {
        await sql`drop function refuse cascade`.execute(db)
      }
    },
  )

  it('is in the transactions that all stores of a database share', () => {
    const given = database.pool ?? db
    const store = (table: string) =>
      kyselyStore({
        db: given,
        table,
        mapping: mapUser<{ user_name: string }>()({ userName: 'user_name' }),
        tenant: false,
        version: 'v',
        created: 'c',
        lastModified: 'm',
      })
    expect(store('a').transactions).toBe(store('b').transactions)
    expect(store('a').record).toBeUndefined()
  })

  it('delivers by name what the callbacks of a service get, while the handler uses the database', async () => {
    const scim = service()
    const { id } = await scim.createUser({ userName: 'ada' })
    await scim.delete(`/Users/${id}`)
    const seen: unknown[] = []
    await deliverEvents(db, {
      'user.created': async ({ after, tenant }) => {
        await sql`select 1`.execute(db)
        seen.push([after.userName, tenant])
      },
      'user.deleted': ({ before, resourceId }) => seen.push([before.userName, resourceId === before.id]),
    })
    expect(seen).toEqual([
      ['ada', 'acme'],
      ['ada', true],
    ])
    // An event without a handler counts as delivered.
    expect(await names()).toEqual([])
  })

  it('tries again what fails, with the same id, holds back what follows, and others not', async () => {
    const scim = service()
    const ada = await scim.createUser({ userName: 'ada' })
    await scim.delete(`/Users/${ada.id}`)
    await scim.createUser({ userName: 'bob' })
    const ids: string[] = []
    const errors: unknown[] = []
    let broken = true
    const drain = () =>
      deliverEvents(
        db,
        (event) => {
          if (event.resourceId === ada.id) ids.push(event.id)
          if (event.resourceId === ada.id && broken) throw new RangeError(`no ${ada.id}`)
        },
        { maxAttempts: 3, retryDelay: 60_000, onError: (error) => errors.push(error) },
      )
    await drain()
    expect(await names()).toEqual(['user.created', 'user.deactivated', 'user.deleted'])
    expect((await waiting())[0]).toMatchObject({ state: 'pending', attempts: 1, last_error: 'RangeError' })
    await drain()
    expect(ids).toHaveLength(1)
    await due()
    await drain()
    expect(new Set(ids).size).toBe(1)
    broken = false
    await due()
    await drain()
    expect([ids.length, new Set(ids).size, errors.length, await names()]).toEqual([5, 3, 2, []])
  })

  it('gives up in the end, which holds nobody up, and begins again when it is told to', async () => {
    const scim = service()
    const { id } = await scim.createUser({ userName: 'ada' })
    await scim.delete(`/Users/${id}`)
    const seen: string[] = []
    let broken = true
    const handler = ({ name }: LifecycleEvent) => {
      if (broken && name === 'user.created') throw new Error('no')
      seen.push(name)
    }
    await deliverEvents(db, handler, { maxAttempts: 1, onError: () => {} })
    expect(seen).toEqual(['user.deactivated', 'user.deleted'])
    expect(await waiting()).toMatchObject([{ name: 'user.created', state: 'dead', last_error: 'Error' }])
    broken = false
    await sql`update scim_events set state = 'pending', attempts = 0, available_at = ${now()} where state = 'dead'`.execute(
      db,
    )
    await deliverEvents(db, handler)
    expect([seen.at(-1), await names()]).toEqual(['user.created', []])
  })

  it('shares the work among workers: each event once, in order, several at a time', async () => {
    const scim = service()
    for (let count = 0; count < 6; count++) {
      const { id } = await scim.createUser()
      for (const title of ['a', 'b', 'c']) {
        await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: title }])
      }
    }
    const seen = new Map<string, unknown[]>()
    let [now, most] = [0, 0]
    const handler = async ({ resourceId, after }: LifecycleEvent) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 20))
      now--
      const list = seen.get(resourceId) ?? []
      list.push((after as { readonly title?: string }).title)
      seen.set(resourceId, list)
    }
    const stop = new AbortController()
    const options = { signal: stop.signal, pollInterval: 10, concurrency: 2 }
    const workers = [1, 2, 3].map(() => deliverEvents(db, handler, options))
    while ((await names()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    await Promise.all(workers)
    expect([...seen.values()]).toEqual(Array(6).fill([undefined, 'a', 'b', 'c']))
    expect(most).toBeGreaterThan(2)
  })

  it('gives the event of a worker that has died to another one, after its lease', async () => {
    const scim = service()
    await scim.createUser()
    // A worker that was killed: it took the event on and has not come back.
    await sql`update scim_events set attempts = 1, lease = ${crypto.randomUUID()}, available_at = ${new Date(Date.now() + 3_600_000).toISOString()}`.execute(
      db,
    )
    const seen: string[] = []
    const drain = () => deliverEvents(db, ({ name }) => seen.push(name))
    await drain()
    expect(seen).toEqual([])
    await due()
    await drain()
    expect([seen, await names()]).toEqual([['user.created'], []])
  })

  it('keeps an event for as long as its handler takes', async () => {
    const scim = service()
    await scim.createUser()
    let count = 0
    const slow = async () => {
      count++
      await new Promise((resolve) => setTimeout(resolve, 700))
    }
    const first = deliverEvents(db, slow, { lease: 200 })
    await new Promise((resolve) => setTimeout(resolve, 400))
    await deliverEvents(db, slow, { lease: 200 })
    await first
    expect([count, await names()]).toEqual([1, []])
  })

  it('does not let a worker that was thought dead take away what another one has in hand', async () => {
    const scim = service()
    await scim.createUser()
    await deliverEvents(db, () => sql`update scim_events set lease = ${crypto.randomUUID()}`.execute(db))
    expect(await names()).toEqual(['user.created'])
  })

  it('ends when it is aborted, after the event in hand', async () => {
    const scim = service()
    await scim.createUser()
    const stop = new AbortController()
    let isDone = false
    await deliverEvents(
      db,
      async () => {
        stop.abort()
        await new Promise((resolve) => setTimeout(resolve, 50))
        isDone = true
      },
      { signal: stop.signal },
    )
    expect([isDone, await names()]).toEqual([true, []])
  })

  it('goes on after an outage', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    const errors: unknown[] = []
    await sql`alter table scim_events rename to elsewhere`.execute(db)
    const work = deliverEvents(db, ({ name }) => seen.push(name), {
      signal: stop.signal,
      pollInterval: 10,
      retryDelay: 20,
      onError: (error) => errors.push(error),
    })
    while (errors.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    await expect(deliverEvents(db, () => {})).rejects.toThrow()
    await sql`alter table elsewhere rename to scim_events`.execute(db)
    await service().createUser()
    while ((await names()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    await work
    expect(seen).toEqual(['user.created'])
  })

  it('makes its table beside those of other migrators, as often as it is told', async () => {
    await eventsTable(db).migrate()
    await scimTables(db).migrate()
    await scimTables(db, { outbox: true }).migrate()
    expect(Object.keys(scimTables(db, { outbox: true }).migrations)).toContain('0001_scim_events')
  })

  it('refuses options that are no numbers to work with', async () => {
    await expect(deliverEvents(db, () => {}, { concurrency: 0 })).rejects.toThrow(
      'deliverEvents: concurrency must be a whole number from 1 on',
    )
  })
})
