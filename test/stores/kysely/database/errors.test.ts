import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../../../src/protocol/index.js'
import { compileResourceType, fullProjection, userResourceType } from '../../../../src/schema/index.js'
import { column, kyselyStore, mapUser, scimTables } from '../../../../src/stores/kysely/index.js'
import { allDatabases, postgres, postgresServer, run, type TestDatabase } from '../databases.js'
import { createEmployees, type EmployeeRow, employeeMapping, employeeStores } from '../employees.js'

const type = compileResourceType(userResourceType)
const projection = fullProjection(type)
const context = { tenant: 'one', actor: undefined, requestId: '1', resourceType: type, signal: undefined }
const everything = { filter: undefined, sort: undefined, startIndex: 1, count: 10, projection }
const ann = { schemas: [urns.user], userName: 'ann' }

describe.each(allDatabases)('what $database refuses', ({ database: name, open }) => {
  const isSqlite = name === 'SQLite'

  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
    await createEmployees(database)
  })
  afterAll(() => database.close())

  it('is said with the name of the attribute', async () => {
    const { users } = employeeStores(database)
    await users.create(ann, context)
    const wrong = (more: object) => users.create({ ...ann, userName: 'bob', ...more }, context)
    await expect(wrong({ userName: 'ANN' })).rejects.toMatchObject({ status: 409, path: 'userName' })
    // No text is too long for SQLite, whatever the type of its column.
    if (!isSqlite)
      await expect(wrong({ userName: 'x'.repeat(101) })).rejects.toMatchObject({
        status: 400,
        path: 'userName',
        detail: 'userName is too long',
      })
    const manager = `${urns.enterpriseUser}:manager`
    for (const value of ['nobody', '00000000-0000-4000-8000-000000000000']) {
      await expect(wrong({ [urns.enterpriseUser]: { manager: { value } } })).rejects.toMatchObject({
        status: 400,
        path: manager,
      })
    }
    await expect(wrong({ title: 'a\0b' })).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' })
    await expect(wrong({ nickName: 'a\0b' })).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' })
    expect((await users.list(everything, context)).totalResults).toBe(1)
  })

  it('is said for tables of its own', async () => {
    const { users } = scimTables(database.db)
    await users.create(ann, context)
    await expect(users.create({ ...ann, userName: 'Ann' }, context)).rejects.toMatchObject({
      status: 409,
      path: 'userName',
    })
    if (isSqlite) return
    const long = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    ).join('')
    await expect(users.create({ ...ann, userName: long }, context)).rejects.toMatchObject({
      status: 400,
      detail: 'userName is too long',
    })
  })

  it('is not hidden where it is the host’s mistake', async () => {
    const { users } = employeeStores(database)
    const misplaced = kyselyStore({
      db: database.db,
      table: 'nowhere',
      mapping: employeeMapping,
      tenant: 'company',
      version: database.version,
      created: 'created_at',
      lastModified: 'updated_at',
    })
    await expect(misplaced.list(everything, context)).rejects.toThrow('nowhere')
    expect((await users.list(everything, context)).totalResults).toBe(1)
  })

  it('reads what a host has written itself', async () => {
    await run(
      database,
      `insert into employees (id, company, login, status, work_email, created_at, updated_at)
      values ('5e0f0d2c-1111-4222-8333-444455556666', 'host', 'eve', 'LEAVE', 'eve@example.com', now(), '2020-01-01T00:00:00.123456Z')`,
    )
    const { users } = employeeStores(database)
    const host = { ...context, tenant: 'host' }
    const eve = await users.get('5e0f0d2c-1111-4222-8333-444455556666', projection, host)
    expect(eve).toMatchObject({
      schemas: [urns.user],
      userName: 'eve',
      active: true,
      emails: [{ value: 'eve@example.com', type: 'work', primary: true }],
      meta: { lastModified: isSqlite ? '2020-01-01T00:00:00.123Z' : '2020-01-01T00:00:00.123456Z' },
    })
    // A change of the host's own is a change: the version that was read is no longer the one that is stored.
    await run(
      database,
      `update employees set job = 'Boss'${isSqlite ? ', version = version + 1' : ''} where login = 'eve'`,
    )
    await expect(users.replace(eve?.id ?? '', ann, eve?.meta.version ?? '', host)).rejects.toMatchObject({
      status: 412,
    })
  })

  it('compares what a host translates, where that is possible', async () => {
    const mapping = mapUser<EmployeeRow>()({
      userName: 'login',
      title: column('job', { read: (job) => job?.toUpperCase(), write: (title) => title.toLowerCase() }),
      externalId: column('department', {
        read: (department) => (department === null ? undefined : `d-${department}`),
        write: (externalId) => externalId.slice(2),
      }),
    })
    const store = kyselyStore({
      db: database.db,
      table: 'employees',
      mapping,
      tenant: { column: 'company', value: () => 'translated' },
      version: database.version,
      created: 'created_at',
      lastModified: 'updated_at',
    })
    const made = await store.create({ ...ann, title: 'X', externalId: 'd-7' }, context)
    expect(made).toMatchObject({ title: 'X', externalId: 'd-7' })
    const { bindFilter } = await import('../../../../src/filter/index.js')
    const found = (text: string) => store.list({ ...everything, filter: bindFilter(type, text) }, context)
    expect((await found('externalId eq "d-7"')).totalResults).toBe(1)
    expect((await found('externalId ne "d-7"')).totalResults).toBe(0)
    expect((await found('title pr')).totalResults).toBe(1)
    for (const text of ['title eq "x"', 'externalId sw "d"']) {
      await expect(found(text)).rejects.toMatchObject({ status: 400, scimType: 'invalidFilter' })
    }
  })
})

describe('a database that is away', () => {
  it('is 503 with Retry-After, and the store recovers by itself', async () => {
    const database = await postgresServer()
    try {
      const { users, migrate } = scimTables(database.db)
      await migrate()
      const made = await users.create(ann, context)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()`.execute(
        database.db,
      )
      await expect
        .poll(() => users.get(made.id, projection, context).catch(() => undefined), { timeout: 5000 })
        .toMatchObject({ userName: 'ann' })
      const unreachable = { status: 503, retryAfter: 1 }
      const closed = scimTables(database.db)
      await database.server?.stop()
      await expect(closed.users.get(made.id, projection, context)).rejects.toMatchObject(unreachable)
      await expect(closed.users.list(everything, context)).rejects.toMatchObject(unreachable)
      await expect(closed.users.create({ ...ann, userName: 'x' }, context)).rejects.toMatchObject(unreachable)
    } finally {
      await database.close().catch(() => {})
    }
  })

  it('is asked again where transactions are in each other’s way', async () => {
    const database = await postgres()
    try {
      const { users, migrate } = scimTables(database.db)
      await migrate()
      const made = await users.create(ann, context)
      // A trigger that fails the first two times, as a serializable transaction may.
      await sql`create sequence tries`.execute(database.db)
      await sql`create function fail() returns trigger language plpgsql as $$ begin if nextval('tries') < 3 then raise exception 'busy' using errcode = '40001'; end if; return new; end $$`.execute(
        database.db,
      )
      await sql`create trigger busy before update on scim_users for each row execute function fail()`.execute(
        database.db,
      )
      const next = await users.replace(made.id, { ...ann, title: 'T' }, made.meta.version, context)
      expect(next).toMatchObject({ title: 'T', meta: { version: '2' } })
      await sql`drop trigger busy on scim_users`.execute(database.db)
      await sql`create or replace function fail() returns trigger language plpgsql as $$ begin raise exception 'busy' using errcode = '40P01'; end $$`.execute(
        database.db,
      )
      await sql`create trigger busy before update on scim_users for each row execute function fail()`.execute(
        database.db,
      )
      await expect(users.replace(made.id, ann, '2', context)).rejects.toMatchObject({
        status: 503,
        retryAfter: 1,
      })
    } finally {
      await database.close()
    }
  })
})
