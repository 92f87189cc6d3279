import type { DatabaseConnection } from 'kysely'
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/index.js'
import { deliverEvents, eventsTable } from '../../../../src/stores/kysely/index.js'
import { databases, type TestDatabase } from '../databases.js'
import { enqueue } from './work.js'

// A handler that waited for a service without a timeout held its worker for ever, also after the worker was stopped.

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const never = () => new Promise<never>(() => {})

describe.each(databases)('handlers in $database', ({ open }) => {
  let database: TestDatabase
  let db: TestDatabase['db']
  beforeAll(async () => {
    database = await open()
    db = database.db
    await eventsTable(db).migrate()
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_events`.execute(db))

  async function waiting() {
    const { rows } = await sql<{
      resource_id: string
      state: string
      attempts: number
      lease: string | null
      last_error: string | null
    }>`select resource_id, state, attempts, lease, last_error from scim_events order by seq`.execute(db)
    return rows
  }

  it('that never return have failed after their time, and others go on meanwhile', async () => {
    await enqueue(db, 3, "'stuck' || n")
    await enqueue(db, 30, "'r' || n % 5")
    const seen: string[] = []
    const reasons: unknown[] = []
    const errors: string[] = []
    const handler = ({ resourceId }: LifecycleEvent, { signal }: { readonly signal: AbortSignal }) => {
      if (!resourceId.startsWith('stuck')) return seen.push(resourceId)
      signal.addEventListener('abort', () => reasons.push(signal.reason.name))
      return never()
    }
    await deliverEvents(db, handler, {
      concurrency: 4,
      timeout: 100,
      maxAttempts: 1,
      onError: (error, event) => errors.push(`${(error as Error).name} ${event?.resourceId}`),
    })
    expect(seen).toHaveLength(30)
    expect(reasons).toEqual(Array(3).fill('TimeoutError'))
    expect(errors.sort()).toEqual(['TimeoutError stuck1', 'TimeoutError stuck2', 'TimeoutError stuck3'])
    expect(await waiting()).toMatchObject(
      Array(3).fill({ state: 'dead', attempts: 1, last_error: 'TimeoutError' }),
    )
  })

  it('that take too long are called again later, even where they say that they are done', async () => {
    await enqueue(db, 1, "'a'")
    let calls = 0
    const handler = async (_: LifecycleEvent, { signal }: { readonly signal: AbortSignal }) => {
      calls++
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const options = { timeout: 50, retryDelay: 60_000, onError: () => {} }
    await deliverEvents(db, handler, options)
    expect([calls, await waiting()]).toMatchObject([
      1,
      [{ state: 'pending', attempts: 1, lease: null, last_error: 'TimeoutError' }],
    ])
    await sql`update scim_events set available_at = now()`.execute(db)
    await deliverEvents(db, () => calls++, options)
    expect([calls, await waiting()]).toEqual([2, []])
  })

  it('get a signal by name too, which is not aborted where they are in time', async () => {
    await enqueue(db, 1, "'a'")
    const signals: AbortSignal[] = []
    await deliverEvents(db, { 'user.updated': (_event, { signal }) => signals.push(signal) }, { timeout: 20 })
    await pause(60)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  it('that are slow do not hold up those after them', async () => {
    await enqueue(db, 1, "'slow'")
    await enqueue(db, 40, "'r' || n % 4")
    let seen = 0
    let isOver = false
    const meanwhile: number[] = []
    const handler = async ({ resourceId }: LifecycleEvent) => {
      if (resourceId !== 'slow') return void seen++
      while (seen < 40 && !isOver) await pause(5)
      meanwhile.push(seen)
    }
    // With a barrier the slow one would wait for others that wait for it.
    const guard = setTimeout(() => {
      isOver = true
    }, 20_000)
    await deliverEvents(db, handler, { concurrency: 2, timeout: 30_000 })
    clearTimeout(guard)
    expect(meanwhile).toEqual([40])
  })

  it('may be many at a time, without a warning of listeners', async () => {
    await enqueue(db, 30, "'r' || n")
    const warnings: string[] = []
    const warned = ({ name }: Error) => warnings.push(name)
    process.on('warning', warned)
    const stop = new AbortController()
    let [now, most] = [0, 0]
    const handler = async () => {
      most = Math.max(most, ++now)
      if (most === 30) stop.abort()
      while (!stop.signal.aborted) await pause(5)
    }
    await deliverEvents(db, handler, { signal: stop.signal, concurrency: 30 })
    await pause(10)
    process.off('warning', warned)
    expect([most, warnings, await waiting()]).toEqual([30, [], []])
  })

  it('are not run twice at a time by several workers', async () => {
    await enqueue(db, 4, "'r' || n % 2")
    let [now, most, calls] = [0, 0, 0]
    const inHand = new Set<string>()
    const handler = async ({ resourceId }: LifecycleEvent) => {
      calls++
      expect(inHand).not.toContain(resourceId)
      inHand.add(resourceId)
      most = Math.max(most, ++now)
      await pause(300)
      now--
      inHand.delete(resourceId)
    }
    const stop = new AbortController()
    const options = { signal: stop.signal, timeout: 2000, pollInterval: 20 }
    const workers = [1, 2, 3].map(() => deliverEvents(db, handler, options))
    await expect.poll(async () => (await waiting()).length, { timeout: 20_000 }).toBe(0)
    stop.abort()
    await Promise.all(workers)
    expect([most, calls]).toEqual([2, 4])
  })

  it('have a lease that outlives their time', async () => {
    await enqueue(db, 1, "'a'")
    let left = 0
    const handler = async () => {
      const { rows } = await sql<{
        left: number
      }>`select extract(epoch from available_at - now())::float8 as left from scim_events`.execute(db)
      left = rows[0]?.left ?? 0
    }
    await deliverEvents(db, handler, { timeout: 90_000 })
    expect(left).toBeGreaterThan(100)
  })

  it('that hang do not keep a stopped worker, whose events are left to others as if untouched', async () => {
    await enqueue(db, 2, "'r' || n")
    const stop = new AbortController()
    const reasons: string[] = []
    const errors: unknown[] = []
    const handler = (_: LifecycleEvent, { signal }: { readonly signal: AbortSignal }) => {
      setTimeout(() => stop.abort(), 20)
      signal.addEventListener('abort', () => reasons.push(signal.reason.name))
      return never()
    }
    await deliverEvents(db, handler, {
      signal: stop.signal,
      timeout: 60_000,
      gracePeriod: 50,
      onError: (error) => errors.push(error),
    })
    expect(reasons).toEqual(['AbortError', 'AbortError'])
    expect(await waiting()).toMatchObject(Array(2).fill({ state: 'pending', attempts: 0, lease: null }))
    const seen: string[] = []
    await deliverEvents(db, ({ resourceId }) => seen.push(resourceId))
    expect([seen.sort(), errors]).toEqual([['r1', 'r2'], []])
  })

  it('may end what they have begun when their worker is stopped', async () => {
    await enqueue(db, 3, "'r' || n")
    const stop = new AbortController()
    const signals: AbortSignal[] = []
    const handler = async (_: LifecycleEvent, { signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal)
      await pause(20)
      stop.abort()
      await pause(100)
    }
    await deliverEvents(db, handler, { signal: stop.signal, concurrency: 2 })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    expect(await waiting()).toHaveLength(1)
  })
})

it('a worker ends although its database never answers', async () => {
  let hasAsked = () => {}
  const asked = new Promise<void>((resolve) => {
    hasAsked = resolve
  })
  const connection: DatabaseConnection = {
    executeQuery: () => {
      hasAsked()
      return never()
    },
    async *streamQuery() {},
  }
  const nothing = async () => {}
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => ({
        init: nothing,
        acquireConnection: async () => connection,
        beginTransaction: nothing,
        commitTransaction: nothing,
        rollbackTransaction: nothing,
        releaseConnection: nothing,
        destroy: nothing,
      }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  const stop = new AbortController()
  const work = deliverEvents(db, () => {}, { signal: stop.signal, gracePeriod: 20 })
  await asked
  stop.abort()
  await work
})
