import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/index.js'
import { deliverEvents, eventsTable } from '../../../../src/stores/kysely/index.js'
import { databases, openPool, postgres, type TestDatabase } from '../databases.js'

// Each resource's first event has a row of its own, by which workers find it: an event that has none, and comes behind
// none, would never be delivered.

type Executor = Kysely<unknown> | Transaction<unknown>

async function add(db: Executor, resource: string, n = 1): Promise<void> {
  await sql`insert into scim_events (id, tenant, resource_type, resource_id, name, payload)
    values (gen_random_uuid(), '', 'User', ${resource}, 'user.updated', jsonb_build_object('resourceId', ${resource}::text, 'requestId', ${n}::int))`.execute(
    db,
  )
}

/** Resources whose row is not that of their first pending event. */
async function astray(db: Executor): Promise<unknown> {
  const { rows } = await sql`with first as (
      select distinct on (tenant, resource_type, resource_id) * from scim_events where state = 'pending'
      order by tenant, resource_type, resource_id, seq)
    select resource_id, first.seq, h.seq as head from first
    full join scim_events_heads as h using (tenant, resource_type, resource_id)
    where first.seq is distinct from h.seq`.execute(db)
  return rows
}

const resources = ['a', 'b', 'c', 'd', 'e']

describe.each(databases)('the first event of each resource in $database', ({ open }) => {
  let database: TestDatabase
  let db: TestDatabase['db']
  beforeAll(async () => {
    database = await open()
    db = database.db
    await eventsTable(db).migrate()
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_events`.execute(db))

  it.each([
    [
      'insert of several',
      "insert into scim_events (id, tenant, resource_type, resource_id, name, payload) select gen_random_uuid(), '', 'User', n % 3, 'x', '{}' from generate_series(1, 9) as n",
    ],
    [
      'delete of the first',
      'delete from scim_events where seq in (select min(seq) from scim_events group by resource_id)',
    ],
    [
      'delete of one in the middle',
      "delete from scim_events where seq = (select seq from scim_events where resource_id = 'a' order by seq offset 1 limit 1)",
    ],
    ['delete of all of one', "delete from scim_events where resource_id = 'a'"],
    ['delete of all', 'delete from scim_events'],
    ['truncate', 'truncate scim_events'],
    [
      'end of the first',
      "update scim_events set state = 'dead' where seq in (select min(seq) from scim_events group by resource_id)",
    ],
    ['end of all', "update scim_events set state = 'dead'"],
    [
      'end of all, and a new beginning',
      "update scim_events set state = 'dead'; update scim_events set state = 'pending'",
    ],
    [
      'a new beginning of one before others',
      "update scim_events set state = 'dead' where seq in (select min(seq) from scim_events group by resource_id); update scim_events set state = 'pending' where state = 'dead'",
    ],
    ['another tenant for all', "update scim_events set tenant = 'renamed'"],
    [
      'another tenant for the last ones',
      "update scim_events set tenant = 'renamed' where seq in (select max(seq) from scim_events group by resource_id)",
    ],
    ['two resources made one', "update scim_events set resource_id = 'a' where resource_id = 'b'"],
    [
      'the first ones given to another',
      "update scim_events set resource_type = 'Group', resource_id = 'z' where seq in (select min(seq) from scim_events group by resource_id)",
    ],
    [
      'dead ones given to another, and a new beginning',
      "update scim_events set state = 'dead', resource_id = 'b' where resource_id = 'a'; update scim_events set state = 'pending'",
    ],
    [
      'a new number',
      'update scim_events set seq = default where seq in (select min(seq) from scim_events group by resource_id)',
    ],
    ['another time', "update scim_events set available_at = now() + interval '1 hour'"],
  ])('is found after an SQL statement of anybody: %s', async (_, statements) => {
    for (const resource of resources) for (const n of [1, 2, 3]) await add(db, resource, n)
    for (const statement of statements.split('; ')) await sql.raw(statement).execute(db)
    expect(await astray(db)).toEqual([])
  })

  it('is delivered in order where a tenant was given another name', async () => {
    for (const n of [1, 2]) await add(db, 'a', n)
    await sql`update scim_events set tenant = 'renamed'`.execute(db)
    await sql`insert into scim_events (id, tenant, resource_type, resource_id, name, payload)
      values (gen_random_uuid(), 'renamed', 'User', 'a', 'user.updated', '{"requestId": 3}')`.execute(db)
    const seen: unknown[] = []
    await deliverEvents(db, ({ requestId }) => seen.push(requestId))
    expect(seen).toEqual([1, 2, 3])
  })

  it('is in a table of each outbox, of which a database may have several', async () => {
    for (const table of ['first_outbox', 'second_outbox', 'public.third_outbox', 'first_outbox'])
      await eventsTable(db, { table }).migrate()
    const seen: unknown[] = []
    for (const table of ['first_outbox', 'second_outbox', 'third_outbox']) {
      await sql`insert into ${sql.table(table)} (id, tenant, resource_type, resource_id, name, payload)
        values (gen_random_uuid(), '', 'User', 'a', 'user.updated', jsonb_build_object('requestId', ${table}::text))`.execute(
        db,
      )
      await deliverEvents(db, ({ requestId }) => seen.push(requestId), { table })
    }
    expect(seen).toEqual(['first_outbox', 'second_outbox', 'third_outbox'])
  })

  it('is due when the event is', async () => {
    await add(db, 'a')
    await sql`update scim_events set available_at = now() + interval '1 hour'`.execute(db)
    const seen: unknown[] = []
    await deliverEvents(db, ({ resourceId }) => seen.push(resourceId))
    expect(seen).toEqual([])
    await sql`update scim_events set available_at = now()`.execute(db)
    await deliverEvents(db, ({ resourceId }) => seen.push(resourceId))
    expect(seen).toEqual(['a'])
  })

  it('is found where an earlier version has left events', async () => {
    const { migrations } = eventsTable(db, { table: 'old_events' })
    const [first, second] = Object.values(migrations)
    await first?.up(db)
    await sql`insert into old_events (id, tenant, resource_type, resource_id, name, payload, state)
      select gen_random_uuid(), '', 'User', n % 3, 'user.updated', jsonb_build_object('requestId', n), case n when 1 then 'dead' else 'pending' end
      from generate_series(1, 9) as n`.execute(db)
    const told: unknown[] = []
    const early: unknown[] = []
    // Those of the first resource alone: as that version delivers them, and says so.
    await sql`update old_events set available_at = now() + interval '1 hour' where resource_id <> '0'`.execute(
      db,
    )
    await deliverEvents(db, ({ requestId }) => early.push(requestId), {
      table: 'old_events',
      onError: (error) => told.push(String(error)),
    })
    expect(early).toEqual([3, 6, 9])
    expect(told).toEqual([
      expect.stringContaining('The table old_events is of an earlier version: eventsTable(db).migrate()'),
    ])
    await sql`update old_events set available_at = now()`.execute(db)
    await second?.up(db)
    const seen: unknown[] = []
    await deliverEvents(db, ({ requestId }) => seen.push(requestId), { table: 'old_events' })
    expect(seen.sort()).toEqual([2, 4, 5, 7, 8])
    await second?.down?.(db)
    await first?.down?.(db)
  })
})

describe('the last event of a resource, delivered while another is added', () => {
  let database: TestDatabase
  let db: TestDatabase['db']
  beforeAll(async () => {
    database = await postgres()
    db = database.db
    await eventsTable(db).migrate()
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_events`.execute(db))

  /** A worker that has the event in hand, up to the moment in which it is removed. */
  function inHand() {
    const seen: unknown[] = []
    const held = new AbortController()
    const work = deliverEvents(db, async ({ requestId }) => {
      seen.push(requestId)
      while (!held.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
    })
    const started = expect.poll(() => seen.length).toBe(1)
    return { work, seen, started, goOn: () => held.abort() }
  }

  /** Waits until a statement waits for a lock. */
  async function blocked(): Promise<void> {
    await expect
      .poll(async () => {
        const { rows } =
          await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
            db,
          )
        return rows.length
      })
      .toBeGreaterThan(0)
  }

  it.each([
    ['commits', true, [1, 2]],
    ['rolls back', false, [1]],
  ])('the writer comes first and %s', async (_, commits, expected) => {
    await add(db, 'a', 1)
    const { work, seen, started, goOn } = inHand()
    await started
    const writer = await db.startTransaction().execute()
    await add(writer, 'a', 2)
    goOn()
    await blocked()
    await (commits ? writer.commit() : writer.rollback()).execute()
    await work
    expect(seen).toEqual(expected)
    expect(await astray(db)).toEqual([])
  })

  it.each([
    ['commits', true, [1, 2]],
    ['rolls back', false, [1, 1, 2]],
  ])('the worker comes first and %s', async (_, commits, expected) => {
    await add(db, 'a', 1)
    const worker = await db.startTransaction().execute()
    const seen: unknown[] = []
    await deliverEvents(worker, ({ requestId }) => seen.push(requestId))
    const writer = add(db, 'a', 2)
    await blocked()
    await (commits ? worker.commit() : worker.rollback()).execute()
    await writer
    expect(await astray(db)).toEqual([])
    await deliverEvents(db, ({ requestId }) => seen.push(requestId))
    expect(seen).toEqual(expected)
  })

  it('does not wait for a resource that another writer holds', async () => {
    await add(db, 'a', 1)
    await add(db, 'b', 1)
    const writer = await db.startTransaction().execute()
    await add(writer, 'a', 2)
    const seen: unknown[] = []
    await deliverEvents(db, ({ resourceId }) => seen.push(resourceId))
    expect(seen).toEqual(['b'])
    await writer.commit().execute()
    await deliverEvents(db, ({ resourceId }) => seen.push(resourceId))
    expect(seen).toEqual(['b', 'a', 'a'])
  })

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'is lost by nobody under load: %s',
    async (level) => {
      const options = `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`
      const pool = openPool({ connectionString: database.url, max: 12, options })
      const own = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
      const seen: string[] = []
      const stop = new AbortController()
      const handler = ({ resourceId, requestId }: LifecycleEvent) => {
        seen.push(`${resourceId} ${requestId}`)
      }
      const workers = [1, 2, 3].map(() =>
        deliverEvents(own, handler, {
          signal: stop.signal,
          pollInterval: 10,
          concurrency: 3,
          retryDelay: 1,
          onError: () => {},
        }),
      )
      // One writer for each resource, as its row allows, and two that keep to no order.
      const sent: string[] = []
      const write = async (resource: string, from: number) => {
        for (let n = from; n < from + 60; n++) {
          for (let isDone = false; !isDone; ) {
            isDone = await add(own, resource, n).then(
              () => true,
              () => false,
            )
          }
          sent.push(`${resource} ${n}`)
        }
      }
      await Promise.all([...resources.map((name) => write(name, 0)), write('z', 0), write('z', 1000)])
      await expect
        .poll(async () => (await sql`select from scim_events`.execute(db)).rows.length, { timeout: 20_000 })
        .toBe(0)
      stop.abort()
      await Promise.all(workers)
      await pool.end()
      expect([...new Set(seen)].sort()).toEqual(sent.sort())
      for (const name of resources) {
        const own = [...new Set(seen.filter((one) => one.startsWith(name)))]
        expect(own).toEqual(Array.from({ length: 60 }, (_, n) => `${name} ${n}`))
      }
      expect(await astray(db)).toEqual([])
    },
    60_000,
  )
})
