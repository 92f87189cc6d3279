import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { instrument } from '../../src/otel/index.js'
import { scimTables } from '../../src/stores/kysely/index.js'
import { type Options, serve } from '../http/service.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { createEmployees, employeeStores } from '../stores/kysely/employees.js'

// Stores over one database know each other's tables, and check references in the write itself.

let database: TestDatabase
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  database = await postgres()
  await scimTables(database.db).migrate()
  await createEmployees(database)
})
afterAll(async () => {
  context.disable()
  await database.close()
})

/** What an identity provider does first, and the statements that it leads to. */
async function statements(stores: (db: Kysely<unknown>) => Options, options: Options) {
  const told: string[] = []
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: database.pool as pg.Pool }),
    log: ({ query }) => void told.push(query.sql),
  })
  const service = serve({ ...stores(db), unknownMembers: 'reject', unknownReferences: 'reject', ...options })
  const manager = await service.createUser()
  const { id } = await service.createUser({
    schemas: [urns.user, urns.enterpriseUser],
    [urns.enterpriseUser]: { manager: { value: manager.id } },
  })
  const group = await service.createGroup({ members: [{ value: id }] })
  const members = [{ value: manager.id, type: 'User' }]
  await service.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: members }])
  const nobody = [{ value: crypto.randomUUID(), type: 'User' }]
  const refused = await service.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: nobody }])
  expect(refused.status).toBe(400)
  expect((await service.get(`/Groups/${group.id}`)).body.members).toHaveLength(2)
  expect((await service.get(`/Users/${id}`)).body.groups).toHaveLength(1)
  await service.get('/Users?count=1')
  for (const one of [id, manager.id]) expect((await service.delete(`/Users/${one}`)).status).toBe(204)
  expect(service.errors).toEqual([])
  return told
}

describe.each([
  ['tables of its own', (db: Kysely<unknown>): Options => scimTables(db)],
  ['a mapping over tables of a host', (db: Kysely<unknown>): Options => employeeStores({ ...database, db })],
])('%s', (_what, stores) => {
  it('are sent the same statements when they are traced', async () => {
    const exporter = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const plain = await statements(stores, {})
    const traced = await statements(stores, { instrumentation: instrument({ tracerProvider }) })
    expect(plain.length).toBeGreaterThan(10)
    // The check looks at a sample of each table's rows beside the first statements, in any order.
    const isSample = (text: string) => text.includes('"m_key_0"')
    const inOrder = (all: readonly string[]) => all.filter((text) => !isSample(text))
    expect(inOrder(traced)).toEqual(inOrder(plain))
    expect(traced.filter(isSample).sort()).toEqual(plain.filter(isSample).sort())
    expect(exporter.getFinishedSpans().length).toBeGreaterThan(20)
  })
})
