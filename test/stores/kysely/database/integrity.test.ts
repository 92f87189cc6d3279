import { Kysely, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../../src/index.js'
import { attribute, createScim, defineExtension, isScimError, urns } from '../../../../src/index.js'
import { childTable, kyselyStore, mapUser, scimTables } from '../../../../src/stores/kysely/index.js'
import { authenticate, serve } from '../../../http/service.js'
import { databases, openPool, postgres, type TestDatabase } from '../databases.js'
import { createEmployees, type EmployeeRow, employeeStores } from '../employees.js'

const keeps = [
  ['at once', 'references employees (id)'],
  ['at once and without exception', 'references employees (id) on delete restrict'],
  ['at the end of a transaction', 'references employees (id) deferrable initially deferred'],
] as const

describe.each(databases)('a row that others refer to, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createEmployees(database)
  })
  afterAll(() => database.close())

  it.each(keeps)('cannot be deleted, and the client learns why: checked %s', async (_, foreignKey) => {
    const { db } = database
    await sql
      .raw(`create table badges (owner uuid not null constraint badges_owner ${foreignKey})`)
      .execute(db)
    const { users, groups } = employeeStores(database)
    for (const stores of [{ users, groups }, { users }]) {
      const scim = serve(stores)
      const user = await scim.createUser()
      await sql`insert into badges values (${user.id}::uuid)`.execute(db)
      const refused = await scim.delete(`/Users/${user.id}`)
      expect([refused.status, refused.body.detail]).toEqual([
        409,
        'It cannot be deleted while other data of this service refers to it',
      ])
      expect(refused.body).not.toHaveProperty('scimType')
      // The host sees what the client does not.
      expect(scim.errors).toHaveLength(1)
      const [{ error, context } = { error: undefined, context: undefined }] = scim.errors
      expect(context).toMatchObject({ operation: 'remove', tenant: 'acme' })
      expect(isScimError(error) && error.cause).toMatchObject({ constraint: 'badges_owner' })
      expect((await scim.get(`/Users/${user.id}`)).status).toBe(200)
      await sql`delete from badges`.execute(db)
      expect((await scim.delete(`/Users/${user.id}`)).status).toBe(204)
    }
    await sql`drop table badges`.execute(db)
  })

  it('is a manager whose people are still there', async () => {
    const scim = serve(employeeStores(database))
    const boss = await scim.createUser()
    const manager = { value: boss.id }
    const user = await scim.createUser({ [urns.enterpriseUser]: { manager } })
    expect((await scim.delete(`/Users/${boss.id}`)).status).toBe(409)
    const bulk = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'DELETE', path: `/Users/${boss.id}` },
        { method: 'DELETE', path: `/Users/${user.id}` },
        { method: 'DELETE', path: `/Users/${boss.id}` },
      ],
    })
    const statuses = (bulk.body.Operations as readonly { status: string }[]).map(({ status }) => status)
    expect(statuses).toEqual(['409', '204', '204'])
  })
})

describe('a promise of uniqueness', () => {
  const Badges = defineExtension('urn:example:params:scim:schemas:extension:badges:2.0:User', {
    badges: attribute.complex(
      { value: attribute.string({ uniqueness: 'server' }), type: attribute.string() },
      { multiValued: true },
    ),
  })
  const refusal = `${Badges.urn}:badges.value: its uniqueness cannot be kept`
  let database: TestDatabase
  beforeAll(async () => {
    database = await postgres()
    await createEmployees(database)
  })
  afterAll(() => database.close())

  it('that no index can keep is refused when the service is made', () => {
    const extensions = { User: [Badges] } as const
    const { users } = scimTables(database.db, { extensions })
    expect(() => createScim({ authenticate, users, extensions })).toThrow(refusal)
    const host = employeeStores(database).users
    expect(() => createScim({ authenticate, users: host, extensions })).toThrow(refusal)
  })

  it('that a unique index of a table keeps is kept', async () => {
    await sql`create table badges (employee uuid not null references employees on delete cascade, number text unique, kind text)`.execute(
      database.db,
    )
    const users = kyselyStore<unknown, User>({
      db: database.db,
      table: 'employees',
      tenant: 'company',
      created: 'created_at',
      lastModified: 'updated_at',
      constraints: { badges_number_key: `${Badges.urn}:badges.value` },
      mapping: mapUser<EmployeeRow>()({
        userName: 'login',
        [`${Badges.urn}:badges`]: childTable('badges', {
          key: 'employee',
          columns: { value: 'number', type: 'kind' },
          ids: 'text',
        }),
      } as never),
    })
    const scim = serve({ users, extensions: { User: [Badges] } })
    const badges = { [Badges.urn]: { badges: [{ value: '7' }] } }
    await scim.createUser(badges)
    const second = await scim.post('/Users', { schemas: [urns.user], userName: 'second', ...badges })
    expect([second.status, second.body.detail]).toEqual([
      409,
      `${Badges.urn}:badges.value is already in use by another resource`,
    ])
  })
})

describe('a database that folds ASCII letters only', () => {
  it('is refused when tables are created, and found by the check of others', async () => {
    const database = await postgres()
    const name = `ascii_${crypto.randomUUID().replaceAll('-', '')}`
    await sql
      .raw(`create database ${name} template template0 encoding 'UTF8' locale 'C'`)
      .execute(database.db)
    const url = new URL(database.url ?? '')
    url.pathname = name
    const pool = openPool({ connectionString: url.href })
    // The database is dropped while its connections end.
    pool.on('error', () => {})
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    try {
      const refusal = /folds the case of ASCII letters only.*create database .* lc_ctype 'C\.UTF-8'/
      await expect(scimTables(db).migrate()).rejects.toThrow(refusal)
      await createEmployees({ db, close: async () => {} })
      const found = await createScim({
        authenticate,
        users: employeeStores({ db, close: async () => {} }).users,
      }).check()
      const finding = found.find(({ code }) => code === 'ascii-letters-only')
      expect(finding).toMatchObject({ severity: 'warning', where: 'users: option db' })
      expect(`${finding?.message} ${finding?.fix}`).toMatch(refusal)
    } finally {
      await pool.end()
      await sql.raw(`drop database ${name} with (force)`).execute(database.db)
      await database.close()
    }
  })
})
