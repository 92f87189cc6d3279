import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { attribute, defineExtension, type Finding, urns } from '../../../../src/index.js'
import { deliverEvents, kyselyRequestLog, scimTables } from '../../../../src/stores/kysely/index.js'
import { printSql } from '../../../../src/stores/kysely/tables/print-sql.js'
import { type Reply, serve } from '../../../http/service.js'
import { databases, isRunOfPglite, type TestDatabase } from '../databases.js'

// A process serves the tables of the version before, and processes of both versions run beside each other. SQLite has
// had one version of these tables.

const badge = defineExtension('urn:example:Badge', {
  number: attribute.string({ uniqueness: 'server' }),
})

const open = new Set<TestDatabase>()
afterEach(async () => {
  for (const database of open) await database.close()
  open.clear()
})

/** Runs the statements of some versions, as a tool of the host's did it. */
async function run({ db }: TestDatabase, tables: readonly string[], version: number): Promise<void> {
  const text = printSql({ tables, dialect: 'postgres', from: version - 1, down: false })
  const [, one = ''] = text.split(/^(?=-- ===== version )/m)
  for (const statement of one.split('--> statement-breakpoint')) await sql.raw(statement).execute(db)
}

/** The unique index of the extension as the first version of the tables had it. */
async function indexBadges({ db }: TestDatabase): Promise<void> {
  const { migrations } = scimTables(db, { extensions: { User: [badge] } })
  const name =
    Object.keys(migrations)
      .find((key) => key.startsWith('1000_'))
      ?.slice('1000_'.length) ?? ''
  await sql`create unique index ${sql.id(name)} on scim_users (tenant, lower(document -> 'urn:example:Badge' ->> 'number'))`.execute(
    db,
  )
}

/** Tables of users and groups at one version, and those of events at another. */
async function tablesAt(
  connect: () => Promise<TestDatabase>,
  own: number,
  events: number,
): Promise<TestDatabase> {
  const database = await connect()
  open.add(database)
  for (let version = 1; version <= own; version++) await run(database, ['users', 'groups'], version)
  for (let version = 1; version <= events; version++) await run(database, ['events'], version)
  await run(database, ['log'], 1)
  return database
}

/** A process with a service of its own, and what it says of its tables. */
function startService({ db }: TestDatabase, more: Parameters<typeof serve>[0] = {}) {
  const warnings: Finding[] = []
  const options = { extensions: { User: [badge] }, outbox: true }
  const { users, groups, migrate } = scimTables(db, options)
  const scim = serve({
    users,
    groups,
    extensions: { User: [badge] },
    onWarning: (finding) => warnings.push(finding),
    ...more,
  })
  const post = (path: string, body: object) =>
    scim.send('POST', path, { body: { schemas: [path === '/Users' ? urns.user : urns.group], ...body } })
  const find = async (filter: string, more = '') => {
    const reply = await scim.get(`/Users?filter=${encodeURIComponent(filter)}${more}`)
    expect(reply.status, filter).toBe(200)
    return reply.body.Resources.map(({ id }) => id)
  }
  return { ...scim, warnings, migrate, post, find }
}

/** What a client does with a service: reads, writes, filters, sorts, pages and pushes groups. */
async function exercise(scim: ReturnType<typeof startService>, mark: string): Promise<void> {
  const made: Reply[] = []
  for (const letter of 'cab')
    made.push(
      await scim.post('/Users', {
        userName: `${mark}-${letter}-JÖRG`,
        externalId: `${mark}-${letter}`,
        emails: [{ value: `${mark}.${letter}@Acme.example`, type: 'work' }],
      }),
    )
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201])
  const [c = '', a = '', b = ''] = made.map(({ body }) => body.id)
  expect((await scim.post('/Users', { userName: `${mark}-A-jörg` })).body.scimType).toBe('uniqueness')
  expect(await scim.find(`userName eq "${mark}-A-jörg"`)).toEqual([a])
  expect(await scim.find(`userName sw "${mark.toUpperCase()}-"`, '&sortBy=userName')).toEqual([a, b, c])
  expect(await scim.find(`userName co "-B-JÖ" and userName sw "${mark}"`)).toEqual([b])
  expect(await scim.find(`emails[type eq "work"].value eq "${mark}.C@acme.EXAMPLE"`)).toEqual([c])
  expect(await scim.find(`externalId eq "${mark}-b"`)).toEqual([b])
  const first = await scim.get(
    `/Users?cursor&count=1&sortBy=userName&filter=${encodeURIComponent(`userName sw "${mark}-"`)}`,
  )
  const next = await scim.get(
    `/Users?cursor=${first.body.nextCursor}&count=1&sortBy=userName&filter=${encodeURIComponent(`userName sw "${mark}-"`)}`,
  )
  expect([first, next].map(({ body }) => body.Resources.map(({ id }) => id))).toEqual([[a], [b]])
  const patched = await scim.send('PATCH', `/Users/${a}`, {
    body: { schemas: [urns.patchOp], Operations: [{ op: 'replace', path: 'active', value: false }] },
  })
  expect(patched.body).toMatchObject({ id: a, active: false })
  const number = (user: string, value: string) =>
    scim.send('PATCH', `/Users/${user}`, {
      body: { schemas: [urns.patchOp], Operations: [{ op: 'add', path: 'urn:example:Badge:number', value }] },
    })
  expect((await number(a, `${mark} ÄB`)).status).toBe(200)
  expect((await number(b, `${mark} äb`)).body.scimType).toBe('uniqueness')
  const group = await scim.post('/Groups', {
    displayName: `${mark} Größe`,
    members: [{ value: a }, { value: b }],
  })
  expect(group.status).toBe(201)
  expect((await scim.post('/Groups', { displayName: `${mark} GRÖSSE` })).status).toBe(201)
  expect((await scim.post('/Groups', { displayName: `${mark} GRÖßE` })).status).toBe(409)
  const groups = await scim.get(`/Groups?filter=${encodeURIComponent(`displayName eq "${mark} größE"`)}`)
  expect(groups.body.Resources.map(({ id }) => id)).toEqual([group.body.id])
  expect((await scim.send('DELETE', `/Users/${b}`)).status).toBe(204)
  expect((await scim.get(`/Groups/${group.body.id}`)).body.members).toMatchObject([{ value: a }])
}

/** The events that are due, and what is said of their tables. */
async function delivered({ db }: TestDatabase) {
  const events: string[] = []
  const told: string[] = []
  await deliverEvents(db, ({ name, resourceId }) => events.push(`${resourceId} ${name}`), {
    concurrency: 1,
    onError: (error) => told.push(String(error)),
  })
  return { events, told }
}

describe.each(databases)('in $database, tables of an earlier version', ({ open: connect }) => {
  it.each([
    { own: 1, events: 1 },
    { own: 1, events: 2 },
    { own: 2, events: 1 },
  ])(
    'are served, and migrated meanwhile: users and groups $own, events $events',
    { timeout: 120_000 },
    async ({ own, events }) => {
      const database = await tablesAt(connect, own, events)
      await indexBadges(database)
      const scim = startService(database)
      await scim.scim.ready()
      // What is to be migrated is said at the start.
      expect(scim.warnings.map(({ code, where }) => `${code}, ${where}`)).toEqual([
        ...(own === 1 ? ['outdated-tables, users: table scim_users'] : []),
        ...(events === 1 ? ['outdated-tables, users: option outbox'] : []),
        ...(own === 1 ? ['outdated-tables, groups: table scim_groups'] : []),
        ...(events === 1 ? ['outdated-tables, groups: option outbox'] : []),
      ])
      for (const { fix } of scim.warnings) expect(fix).toMatch(/^Migrate: await scimTables\(db.*--from 1/)
      await exercise(scim, 'early')
      const early = await delivered(database)
      expect(early.events.filter((event) => event.endsWith('user.created'))).toHaveLength(3)
      expect(early.told).toEqual(
        events === 1 ? [expect.stringContaining('The table scim_events is of an earlier version')] : [],
      )

      // Another process migrates, by a tool of the host's: this one goes on.
      if (own === 1) await run(database, ['users', 'groups'], 2)
      if (events === 1) await run(database, ['events'], 2)
      await exercise(scim, 'meanwhile')
      const later = startService(database)
      await exercise(later, 'later')
      expect(
        await later.find('userName eq "EARLY-a-jörg" or userName eq "MEANWHILE-a-jörg"', '&count=0'),
      ).toEqual([])
      expect(await later.find('userName sw "early-A"')).toEqual(await scim.find('userName sw "EARLY-a"'))
      expect(await scim.find('userName sw "later-A"')).toHaveLength(1)
      const late = await delivered(database)
      expect(late.told).toEqual([])
      expect(late.events.filter((event) => event.endsWith('user.created'))).toHaveLength(6)
      const found = await scim.scim.check()
      expect(found.filter(({ code }) => code === 'outdated-tables')).toEqual([])
    },
  )

  it('are found to be such by a service that does not look, in a transaction and without', async () => {
    for (const more of [{}, { onTransaction: async () => {} }]) {
      const { db } = await tablesAt(connect, 1, 2)
      const scim = serve({ ...scimTables(db, more), check: false })
      const { body: ada } = await scim.send('POST', '/Users', {
        body: { schemas: [urns.user], userName: 'ADA' },
      })
      // Each of these would be the first to find out.
      const searches = Array.from({ length: 5 }, () =>
        scim.get(`/Users?filter=${encodeURIComponent('userName eq "ada"')}`),
      )
      for (const { body } of await Promise.all(searches))
        expect(body.Resources).toMatchObject([{ id: ada.id }])
    }
  })

  it('are known as such by what finds nothing of them', async () => {
    const { db } = await tablesAt(connect, 1, 1)
    await kyselyRequestLog(db).migrate()
    expect(await kyselyRequestLog(db).hasTenants()).toBe(false)
    await sql`drop table scim_events`.execute(db)
    await expect(deliverEvents(db, () => {})).rejects.toThrow('The table scim_events is missing:')
  })
})

// PGlite has one connection, on which nothing meets.
describe.skipIf(isRunOfPglite)('workers of two versions over one table of events', () => {
  /** As stores and workers of either version do where two transactions wait for each other. */
  async function again<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!/deadlock detected/.test(String(error))) throw error
      }
    }
  }

  /** What a worker of the version before does, in its words. */
  async function deliverAsBefore(
    { db }: TestDatabase,
    handle: (event: string) => void,
    stop: AbortSignal,
  ): Promise<void> {
    while (!stop.aborted) {
      const lease = crypto.randomUUID()
      const claim = sql<{ seq: string; payload: string }>`
        with due as materialized (select seq from scim_events as e where state = 'pending' and available_at <= now() and not exists (select from scim_events as f where f.state = 'pending' and f.tenant = e.tenant and f.resource_type = e.resource_type and f.resource_id = e.resource_id and f.seq < e.seq) order by available_at, seq limit 10 for update skip locked)
        update scim_events as e set available_at = now() + interval '30 seconds', lease = ${lease}, attempts = attempts + 1 from due where e.seq = due.seq returning e.seq::text as seq, e.payload::text as payload`
      const { rows } = await again(() => claim.execute(db))
      if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      for (const { seq, payload } of rows) {
        handle(String(JSON.parse(payload).requestId))
        await again(() => sql`delete from scim_events where seq = ${seq} and lease = ${lease}`.execute(db))
      }
    }
  }

  it.each([
    { version: 2, when: 'when it is migrated' },
    { version: 1, when: 'before' },
  ])(
    'deliver each event once, and those of a resource in order: $when',
    { timeout: 120_000 },
    async ({ version }) => {
      const database = await tablesAt(databases[0].open, 2, version)
      const { db } = database
      const [count, resources] = [100, 10]
      const seen: string[] = []
      const byBefore: string[] = []
      const stop = new AbortController()
      const record = (from: number) =>
        sql`insert into scim_events (id, tenant, resource_type, resource_id, name, payload)
      select gen_random_uuid(), 'acme', 'User', n % ${resources}::int, 'user.updated', jsonb_build_object('requestId', n, 'name', 'user.updated')
      from generate_series(${from}::int, ${from + 9}::int) as n`.execute(db)
      const workers = [
        deliverEvents(db, ({ requestId }) => seen.push(String(requestId)), {
          signal: stop.signal,
          pollInterval: 20,
          onError: () => {},
        }),
        deliverAsBefore(
          database,
          (event) => {
            seen.push(event)
            byBefore.push(event)
          },
          stop.signal,
        ),
      ]
      for (let from = 0; from < count; from += 10) await again(() => record(from))
      const left = async () => (await sql`select from scim_events`.execute(db)).rows.length
      await expect.poll(left, { timeout: 100_000 }).toBe(0)
      stop.abort()
      await Promise.all(workers)
      expect(byBefore.length).toBeGreaterThan(0)
      expect(byBefore.length).toBeLessThan(count)
      for (let resource = 0; resource < resources; resource++) {
        const own = seen.map(Number).filter((number) => number % resources === resource)
        expect(own).toEqual(
          Array.from({ length: count / resources }, (_, index) => index * resources + resource),
        )
      }
    },
  )
})
