import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LogEntry, RequestLogStore } from '../../src/portal/index.js'
import { memoryRequestLog } from '../../src/portal/index.js'
import { eventsTable, kyselyRequestLog, scimTables } from '../../src/stores/kysely/index.js'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { ada, logged, wordsOfAda } from './logged.js'

const start = Date.parse('2026-11-01T10:00:00.000Z')

/** An entry of a minute, as the log makes them. */
function entry(minute: number, more: Partial<LogEntry> = {}): LogEntry {
  const time = start + minute * 60_000
  return {
    id: `${time.toString(16).padStart(12, '0')}0000${'0a1b2c3d'}`,
    time: new Date(time).toISOString(),
    tenant: 'acme',
    requestId: `request-${minute}`,
    method: 'GET',
    path: '/Users',
    status: 200,
    durationMs: 1.5,
    operation: 'list',
    resourceType: 'User',
    outcome: 'listed',
    subjects: [],
    ...more,
  }
}

const memory = {
  database: 'memory',
  open: async () => ({ store: memoryRequestLog(), close: async () => {} }),
}
const tables = allDatabases.map(({ database, open }) => ({
  database,
  async open() {
    const opened: TestDatabase = await open()
    const store = kyselyRequestLog(opened.db)
    await store.migrate()
    await store.migrate()
    return { store, close: () => opened.close() }
  },
}))

describe.each([memory, ...tables])('the store of a log in $database', ({ open }) => {
  let store: RequestLogStore
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await open()
    store = opened.store
    close = opened.close
  })
  afterAll(() => close())
  beforeEach(() => store.prune({ from: '2100-01-01T00:00:00.000Z', entries: 1 }))

  const minutes = async (query: Partial<Parameters<RequestLogStore['find']>[0]>) =>
    (await store.find({ tenant: 'acme', limit: 100, ...query })).map(({ requestId }) =>
      Number(requestId.slice('request-'.length)),
    )

  it('gives back what it was given, the newest first, each once', async () => {
    const whole = entry(2, {
      connection: 'c1',
      actor: 'okta',
      resourceId: '4711',
      outcome: 'changed',
      changed: ['name.givenName', 'urn:x:y'],
      body: { Operations: [{ op: 'replace', path: 'active', value: false }], 'a"b\\c': '<text>' },
      rules: [{ rule: 'booleanStrings', path: 'active', message: 'read as false' }],
      error: { scimType: 'uniqueness', detail: "it's “taken” \u0000 \ud800" },
      subjects: ['s1', 's2'],
    })
    await store.append([entry(1), whole, entry(3)])
    await store.append([whole, entry(3)])
    expect(await minutes({})).toEqual([3, 2, 1])
    const [, found] = await store.find({ tenant: 'acme', limit: 100 })
    const { error, ...rest } = whole
    expect(found).toMatchObject(rest)
    expect(found?.error?.scimType).toBe(error?.scimType)
    expect(await store.find({ tenant: undefined, limit: 100 })).toEqual([])
    expect(await store.find({ tenant: 'globex', limit: 100 })).toEqual([])
  })

  it('finds what fulfils every condition', async () => {
    await store.append([
      entry(1, { subjects: ['ada'], connection: 'c1' }),
      entry(2, { subjects: ['grace', 'ada'], outcome: 'refused', operation: 'create' }),
      entry(3, { resourceId: '1', outcome: 'found', operation: 'read' }),
      entry(4, { resourceId: '1', resourceType: 'Group', outcome: 'found', operation: 'read' }),
      entry(5, { tenant: 'globex', subjects: ['ada'], resourceId: '1' }),
    ])
    const one = [{ resourceType: 'User', resourceId: '1' }]
    expect(await minutes({ subjects: ['ada'] })).toEqual([2, 1])
    expect(await minutes({ subjects: ['grace', 'nobody'] })).toEqual([2])
    expect(await minutes({ subjects: ['ada'], resources: one })).toEqual([3, 2, 1])
    expect(await minutes({ resources: one })).toEqual([3])
    expect(await minutes({ subjects: [] })).toEqual([])
    expect(await minutes({ connection: 'c1' })).toEqual([1])
    expect(await minutes({ operation: 'read' })).toEqual([4, 3])
    expect(await minutes({ operation: 'read', resourceType: 'Group' })).toEqual([4])
    expect(await minutes({ outcomes: ['refused', 'found'] })).toEqual([4, 3, 2])
    expect(await minutes({ from: entry(2).time, until: entry(4).time })).toEqual([3, 2])
    expect(await minutes({ before: entry(3).id })).toEqual([2, 1])
    expect(await minutes({ after: entry(3).id })).toEqual([4])
    expect(await minutes({ limit: 2 })).toEqual([4, 3])
    expect(await store.hasTenants()).toBe(true)
  })

  it('keeps what is young enough and not too much of each tenant', async () => {
    const many = Array.from({ length: 9 }, (_, minute) => entry(minute, { subjects: ['ada'] }))
    const { tenant: _tenant, ...ofNobody } = entry(20, { subjects: ['ada'] })
    await store.append([...many, ofNobody])
    expect(await store.prune({ from: entry(3).time, entries: 100 })).toBe(3)
    expect(await minutes({ subjects: ['ada'] })).toEqual([8, 7, 6, 5, 4, 3])
    expect(await store.prune({ from: entry(3).time, entries: 2 })).toBe(4)
    expect(await minutes({ subjects: ['ada'] })).toEqual([8, 7])
    expect(await minutes({ tenant: undefined })).toEqual([20])
  })

  it('forgets persons and resources of one tenant', async () => {
    await store.append([
      entry(1, { subjects: ['ada'] }),
      entry(2, { resourceId: '1' }),
      entry(3, { subjects: ['grace'] }),
      entry(4, { tenant: 'globex', subjects: ['ada'], resourceId: '1' }),
    ])
    const resources = [{ resourceType: 'User', resourceId: '1' }]
    expect(await store.erase({ tenant: 'acme', subjects: ['ada'], resources, lookups: [] })).toBe(2)
    expect(await minutes({})).toEqual([3])
    expect(await minutes({ tenant: 'globex' })).toEqual([4])
    expect(await store.erase({ tenant: 'acme', subjects: ['ada'], resources, lookups: [] })).toBe(0)
  })

  it('forgets searches for persons, and not what was done to others of the name', async () => {
    await store.append([
      entry(1, { subjects: ['office'] }),
      entry(2, { subjects: ['office', 'grace'], resourceId: '1' }),
      entry(3, { tenant: 'globex', subjects: ['office'] }),
      entry(4, { subjects: ['off'] }),
    ])
    const none = { tenant: 'acme', subjects: [], resources: [] }
    expect(await store.erase({ ...none, lookups: ['nobody', 'office'] })).toBe(1)
    expect(await minutes({})).toEqual([4, 2])
    expect(await minutes({ tenant: 'globex' })).toEqual([3])
    expect(await store.erase({ ...none, lookups: [] })).toBe(0)
  })
})

describe.each(allDatabases)('a service with its log and outbox in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db, { outbox: true }).migrate()
    await kyselyRequestLog(database.db).migrate()
  })
  afterAll(() => database.close())

  /** What the tables of the log hold, whatever is in their columns. */
  async function logTables(): Promise<string> {
    const { db } = database
    const entries = await sql`select * from scim_request_log`.execute(db)
    const keys = await sql`select * from scim_request_log_keys`.execute(db)
    return JSON.stringify([entries.rows, keys.rows]).toLowerCase()
  }

  it('has nobody’s name in the tables of the log, and forgets a person everywhere', async () => {
    const { users, groups } = scimTables(database.db, { outbox: true })
    const outbox = eventsTable(database.db)
    const service = logged({ users, groups }, { store: kyselyRequestLog(database.db) })
    const { id } = await service.createUser(ada)
    await service.createUser({ userName: 'grace@example.com' })
    await service.createUser(ada, { token: 'globex-token' })
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: 'Byron' }])
    await service.get(`/Users?filter=${encodeURIComponent('emails.value eq "private@home.example"')}`)
    await service.log.flush()
    const text = await logTables()
    expect(text).toContain('create')
    expect(wordsOfAda.filter((word) => text.includes(word))).toEqual([])

    const events = async () => {
      const { rows } = await sql<{ tenant: string; payload: unknown }>`select * from scim_events`.execute(
        database.db,
      )
      return rows.map(({ tenant, payload }) => `${tenant} ${JSON.stringify(payload)}`)
    }
    expect(await events()).toHaveLength(4)
    const erased = await service.log.erase('PRIVATE@home.example', { tenant: 'acme', outbox })
    expect(erased).toEqual({ entries: 3, events: 2 })
    const left = await events()
    expect(left).toHaveLength(2)
    expect(left.some((line) => line.startsWith('acme') && line.includes('grace@example.com'))).toBe(true)
    expect(left.some((line) => line.startsWith('globex') && line.includes('Lovelace'))).toBe(true)
    expect((await service.log.why(ada.userName, { tenant: 'acme' })).state).toBe('neverSent')
    expect((await service.log.why(ada.userName, { tenant: 'globex' })).state).toBe('active')
  })
})
