import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../../../src/index.js'
import { scimTables } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { postUser, serveBulk } from '../../../operations/bulk/bulk.js'
import { postgres, type TestDatabase } from '../databases.js'

// A database that was away was answered with 503, and whoever was on call never heard of it.

describe('a database that is away', () => {
  it('is reported once for each request, with what the driver says', async () => {
    // Nothing listens on this port.
    const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
    const service = serve(scimTables(new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })))
    const id = crypto.randomUUID()
    for (const reply of [
      await service.get(`/Users/${id}`),
      await service.get('/Users'),
      await service.post('/Users', { schemas: [urns.user], userName: 'ada' }),
      await service.delete(`/Users/${id}`),
      await service.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }]),
    ])
      expect([reply.status, reply.text.includes('ECONNREFUSED')]).toEqual([503, false])
    expect(service.errors).toHaveLength(5)
    for (const { error } of service.errors)
      expect(error).toMatchObject({ status: 503, cause: { code: 'ECONNREFUSED' } })
    await pool.end()
  })
})

describe('a connection that is lost in an atomic bulk request', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await postgres()
    await scimTables(database.db).migrate()
  })
  afterAll(() => database.close())

  it('is reported once, and nothing is done', async () => {
    const { pool } = database
    if (!pool) throw new Error('PostgreSQL has a pool')
    // A pool, so that scimkit listens to the errors of its connections.
    const { users, groups } = scimTables(pool)
    let calls = 0
    const service = serveBulk({
      atomicBulk: true,
      groups,
      users: {
        ...users,
        async create(...asked) {
          calls += 1
          if (calls === 2)
            await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
              database.db,
            )
          return users.create(...asked)
        },
      },
    })
    const reply = await service.bulk([postUser('ada'), postUser('bob'), postUser('cy')])
    expect([reply.status, reply.detail]).toEqual([503, expect.stringContaining('operation 2 (POST /Users)')])
    expect(service.errors).toMatchObject([{ error: { status: 503 }, context: { operation: 'create' } }])
    expect((await service.bulk([postUser('ada')])).statuses).toEqual(['201'])
    expect(await service.names('/Users', 'userName')).toEqual(['ada'])
  })
})
