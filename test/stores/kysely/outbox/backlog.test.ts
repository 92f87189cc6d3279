import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/index.js'
import { deliverEvents, eventsTable } from '../../../../src/stores/kysely/index.js'
import { postgres, type TestDatabase } from '../databases.js'
import { enqueue, workOf } from './work.js'

// A first sync of a large group left one resource with 50,000 events, and each claim read all of them again.

let database: TestDatabase
let db: TestDatabase['db']
beforeAll(async () => {
  database = await postgres()
  db = database.db
  await eventsTable(db).migrate()
  // No vacuum comes in between by chance.
  await sql`alter table scim_events set (autovacuum_enabled = false)`.execute(db)
  await sql`alter table scim_events_heads set (autovacuum_enabled = false)`.execute(db).catch(() => {})
})
afterAll(() => database.close())
beforeEach(() => sql`truncate scim_events`.execute(db))

const shapes: Readonly<Record<string, (count: number) => Promise<void>>> = {
  'one event of each resource': (count) => enqueue(db, count, "'r' || n"),
  'all of one resource, and some of others': async (count) => {
    await enqueue(db, count, "'big'", "now() - interval '1 hour'")
    await enqueue(db, 20, "'r' || n")
  },
  'all behind one that is tried again later, and some of others': async (count) => {
    await enqueue(
      db,
      count,
      "'big'",
      "now() - interval '1 hour' + case n when 1 then interval '2 hours' else '0' end",
    )
    await enqueue(db, 20, "'r' || n")
  },
  'many resources that are tried again later, and some of others': async (count) => {
    await enqueue(db, count, "'later' || n", "now() + interval '1 hour'")
    await enqueue(db, 20, "'r' || n")
  },
}

describe.each(Object.keys(shapes))('with %s', (name) => {
  const seed = shapes[name] ?? (() => Promise.reject(new Error(name)))

  it.each([false, true])(
    'a delivery reads as much of a long line as of a short one (statistics: %s)',
    async (analyzed) => {
      const pages: number[] = []
      for (const count of [100, 10_000]) {
        await sql`truncate scim_events`.execute(db)
        await seed(count)
        if (analyzed) await sql`analyze scim_events, scim_events_heads`.execute(db)
        const work = await workOf(db, 10, 5)
        expect(work.delivered).toHaveLength(10)
        // Of a table of a few pages the planner prefers to read all.
        if (count > 100) expect(work.scanned).toBeLessThan(100)
        pages.push(work.pages)
      }
      // An index of a hundred times as many has one level more.
      expect((pages[1] ?? 0) / (pages[0] ?? 1)).toBeLessThanOrEqual(2.2)
    },
  )
})

it('one resource with a long line does not make others wait', async () => {
  await enqueue(db, 1000, "'big'", "now() - interval '1 hour'")
  await enqueue(db, 5, "'r' || n")
  const { delivered } = await workOf(db, 20)
  expect(delivered.filter((id) => id !== 'big')).toHaveLength(5)
})

describe('what becomes due behind the last claim, because its transaction was long', () => {
  const late = () => enqueue(db, 1, "'late'", "now() - interval '2 hours'")

  it('is found at a later poll', async () => {
    await enqueue(db, 30, "'r' || n", "now() - interval '1 hour'")
    const stop = new AbortController()
    const seen: string[] = []
    const handler = async ({ resourceId }: LifecycleEvent) => {
      seen.push(resourceId)
      if (seen.length === 20) await late()
      if (resourceId === 'late') stop.abort()
    }
    await deliverEvents(db, handler, { signal: stop.signal, concurrency: 1, pollInterval: 50 })
    expect(seen).toContain('late')
  })

  it('is found before a worker without a signal ends', async () => {
    await enqueue(db, 3, "'r' || n", "now() - interval '1 hour'")
    const seen: string[] = []
    const handler = async ({ resourceId }: LifecycleEvent) => {
      seen.push(resourceId)
      if (seen.length === 3) await late()
    }
    await deliverEvents(db, handler, { concurrency: 1, pollInterval: 60_000 })
    expect(seen).toEqual(['r1', 'r2', 'r3', 'late'])
  })
})

it('claims read no more at the end of a long line than at its beginning, before any vacuum', async () => {
  await enqueue(db, 3000, "'r' || n", "now() - interval '1 hour' + n * interval '1 millisecond'")
  const { pool } = database
  if (!pool) throw new Error('PostgreSQL has a pool')
  let last: CompiledQuery | undefined
  const watched = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      if (query.sql.startsWith('with first')) last = query
    },
  })
  const stop = new AbortController()
  const pages: number[] = []
  let count = 0
  const handler = async () => {
    const number = ++count
    if (last && (number === 100 || number === 2000)) pages.push(await pagesOf(last))
    if (number === 2000) stop.abort()
  }
  await deliverEvents(watched, handler, { signal: stop.signal, pollInterval: 60_000 })
  expect((pages[1] ?? Number.NaN) / (pages[0] ?? Number.NaN)).toBeLessThanOrEqual(2)
})

/** The pages that a claim reads to find what is due; it is undone. */
async function pagesOf({ sql: text, parameters }: CompiledQuery): Promise<number> {
  const undo = new Error('undone')
  let pages = Number.NaN
  await db
    .transaction()
    .execute(async (transaction) => {
      const explain = CompiledQuery.raw(`explain (analyze, buffers, format json) ${text}`, [...parameters])
      const { rows } = await transaction.executeQuery<{ readonly 'QUERY PLAN': readonly Explained[] }>(
        explain,
      )
      const [scan] = nodesOf(rows[0]?.['QUERY PLAN'][0]?.Plan).filter(
        (node) => node['Relation Name'] === 'scim_events_heads' && node['Node Type'] === 'Index Scan',
      )
      pages = (scan?.['Shared Hit Blocks'] ?? Number.NaN) + (scan?.['Shared Read Blocks'] ?? 0)
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
  return pages
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly Node[]
}

interface Explained {
  readonly Plan: Node
}

function nodesOf(plan: Node | undefined): readonly Node[] {
  return plan ? [plan, ...(plan.Plans ?? []).flatMap(nodesOf)] : []
}
