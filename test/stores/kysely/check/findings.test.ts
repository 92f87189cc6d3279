import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attribute,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  type Finding,
  type User,
} from '../../../../src/index.js'
import {
  childTable,
  column,
  eventsTable,
  json,
  kyselyStore,
  lookup,
  mapResource,
  mapUser,
} from '../../../../src/stores/kysely/index.js'
import { authenticate } from '../../../http/service.js'
import { databases, type TestDatabase } from '../databases.js'
import type { PeopleOptions, PersonRow } from './people.js'
import { byExternalId, check, codesOf, fresh, people, peopleTable, uniqueLogin } from './people.js'

describe.each(databases)('on $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  const run = (text: string) => sql.raw(text).execute(database.db)

  describe('where policies keep tenants apart', () => {
    // Its hook is that of a database.
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())

    const run = (text: string) => sql.raw(text).execute(database.db)
    const policies: PeopleOptions = { tenant: false, onTransaction: () => undefined }
    const secure = (condition: string) => [
      'alter table people enable row level security',
      `create policy own on people using (${condition})`,
    ]
    const ofTenant = "text not null default current_setting('app.tenant', true)"
    const table = (more = '') => peopleTable(more).replace('org text not null', `org ${ofTenant}`)
    const bare = table().replace(' primary key', ' not null')

    it.each([
      "org = current_setting('app.tenant', true)",
      "current_setting('app.tenant') = org",
      "org = (select current_setting('app.tenant'))",
      "(org)::varchar = nullif(current_setting('app.tenant', true), '')",
      "org = current_user and ext <> 'x'",
    ])('the advice begins with their column: %s', async (condition) => {
      await fresh(database, [bare, ...secure(condition)])
      const found = (await check(database, policies)).filter(({ code }) => code !== 'no-external-id')
      expect(found.map(({ code, fix }) => [code, fix])).toEqual([
        ['id-not-unique', 'create unique index concurrently "people_org_id_scim" on "people" ("org", "id");'],
        [
          'not-unique',
          'create unique index concurrently "people_org_login_scim" on "people" ("org", lower("login"));',
        ],
        ['not-indexed', 'create index concurrently "people_org_ext_scim" on "people" ("org", "ext");'],
      ])
      for (const { fix } of found) await run(fix)
      expect(await codesOf(check(database, policies))).toEqual([])
    })

    it('no other first column of an index is taken for the tenant', async () => {
      await fresh(database, [
        table('team text'),
        'create unique index on people (team, lower(login))',
        byExternalId,
        ...secure("org = current_setting('app.tenant', true)"),
      ])
      expect(await codesOf(check(database, policies))).toEqual(['not-unique users: mapping of userName'])
    })

    it('the advice says that a column comes first where they do not name it', async () => {
      await fresh(database, [bare, ...secure('length(org) > 0')])
      const found = await check(database, policies)
      expect(found.map(({ code }) => code)).toEqual(['id-not-unique', 'not-unique', 'not-indexed'])
      for (const { fix } of found)
        expect(fix).toMatch(
          /^create .* on "people" \("?[^,]*\); with the tenant's column first, which the policies of "people" do not name$/,
        )
    })

    it('so it is with the table of a lookup', async () => {
      const mapping = mapUser<PersonRow & { job: number }>()({
        userName: 'login',
        externalId: 'ext',
        title: lookup('job', { table: 'jobs', key: 'no', value: 'label', create: true }),
      })
      await fresh(database, [
        table('job int'),
        uniqueLogin,
        byExternalId,
        ...secure("org = current_setting('app.tenant', true)"),
        `create table jobs (no serial primary key, firm ${ofTenant}, area text, label text not null)`,
        'create unique index on jobs (area, lower(label))',
        'alter table jobs enable row level security',
        "create policy own on jobs using (firm = current_setting('app.tenant', true))",
      ])
      const [found, ...others] = await check(database, { ...policies, mapping })
      expect(others).toEqual([])
      expect(found).toMatchObject({
        code: 'lookup-not-unique',
        fix: 'create unique index concurrently "jobs_firm_label_scim" on "jobs" ("firm", lower("label"));',
      })
      await run(found?.fix ?? '')
      expect(await check(database, { ...policies, mapping })).toEqual([])
    })
  })

  it('policies are seen without onTransaction', async () => {
    await fresh(database, [
      peopleTable().replace('org text not null', 'org text not null default current_user'),
      uniqueLogin,
      byExternalId,
      'alter table people enable row level security',
      'create policy own on people using (org = current_user)',
    ])
    expect(await codesOf(check(database, { tenant: false }))).toEqual([])
    await run('alter table people disable row level security')
    expect(await codesOf(check(database, { tenant: false }))).toEqual([
      'not-unique users: mapping of userName',
      'not-indexed users: mapping of externalId',
    ])
  })

  it('an index of a lookup that tells case apart is none for texts that do not', async () => {
    const mapping = mapUser<PersonRow & { job: number }>()({
      userName: 'login',
      externalId: 'ext',
      title: lookup('job', { table: 'jobs', key: 'no', value: 'label', tenant: 'org', create: true }),
    })
    await fresh(database, [
      peopleTable('job int'),
      uniqueLogin,
      byExternalId,
      'create table jobs (no serial primary key, org text not null, label text not null, constraint one_label unique (org, label))',
    ])
    const [found, ...others] = await check(database, { mapping })
    expect(others).toEqual([])
    expect(found).toMatchObject({
      code: 'lookup-not-unique',
      message: 'the unique index "one_label" of "jobs" tells upper and lower case apart, and title does not',
    })
    await run(found?.fix ?? '')
    expect(await check(database, { mapping })).toEqual([])
  })

  describe('a column without case', () => {
    const mapping = mapUser<PersonRow & { key: string }>()({
      userName: column('login', { foldedIn: 'key' }),
      externalId: 'ext',
    })
    const row = (number: number, login: string, key: string | null) =>
      `insert into people (id, org, login, key, created, modified) values ('00000000-0000-4000-8000-${String(number).padStart(12, '0')}', 'acme', '${login}', ${key === null ? 'null' : `'${key}'`}, now(), now())`
    const ofKey = 'create unique index on people (org, key)'

    it('must have a value where what it is of has one', async () => {
      await fresh(database, [peopleTable('key text'), ofKey, byExternalId])
      const [found, ...others] = await check(database, { mapping })
      expect(others).toEqual([])
      expect(found).toMatchObject({
        code: 'folded-nullable',
        where: 'users: mapping of userName',
        severity: 'warning',
        message: 'the column "key" of "people" may be empty where "login" is not',
        fix: 'alter table "people" alter column "key" set not null;',
      })
      await run(found?.fix ?? '')
      expect(await check(database, { mapping })).toEqual([])
    })

    it('is compared with what it is of, in a sample of rows', async () => {
      await fresh(database, [
        peopleTable('key text'),
        ofKey,
        byExternalId,
        row(1, 'Ann', 'ann'),
        row(2, 'Bob', 'Bob'),
        row(3, 'Cid', null),
        row(4, 'JÖRG', 'jörg'),
      ])
      const stale = (await check(database, { mapping })).filter(({ code }) => code === 'folded-stale')
      expect(stale).toMatchObject([
        {
          where: 'users: mapping of userName',
          message:
            'of 4 rows of "people" that were looked at, 2 have another value in "key" than "login" without its case',
          fix: 'update "people" set "key" = lower("login") where "key" is distinct from lower("login");',
        },
      ])
      expect(JSON.stringify(stale)).not.toMatch(/Bob|Cid/)
      await run("update people set key = lower(login) where login in ('Bob', 'Cid')")
      expect((await check(database, { mapping })).filter(({ code }) => code === 'folded-stale')).toEqual([])
    })
  })

  describe('letters of other alphabets, where the database folds the case', () => {
    const row = (n: number, login: string) =>
      `insert into people values ('00000000-0000-4000-8000-00000000000${n}', 'acme', '${login}', null, now(), now())`
    const ofLetters = (found: readonly Finding[]) =>
      found.filter(({ code }) => code === 'ascii-letters-only' || code === 'letters-folded-otherwise')

    it.each(['text', 'varchar(80)', 'citext'])('are as elsewhere for most: %s', async (type) => {
      if (type === 'citext' && database.url === undefined) return
      await fresh(database, [
        ...(type === 'citext' ? ['create extension if not exists citext'] : []),
        peopleTable().replace('login text', `login ${type}`),
        'create unique index on people (org, lower(login))',
        byExternalId,
        row(1, 'JÖRG ΩÉ ЖЩ Ⴀ ⴀ'),
      ])
      expect(ofLetters(await check(database))).toEqual([])
    })

    it('are named where rows have some that are not, and nothing else of the rows is', async () => {
      await fresh(database, [
        peopleTable(),
        uniqueLogin,
        byExternalId,
        row(1, 'Ann'),
        row(2, 'ΟΔΥΣΣΕΥς'),
        row(3, 'ſaul'),
      ])
      const found = ofLetters(await check(database))
      expect(found).toMatchObject([
        {
          code: 'letters-folded-otherwise',
          severity: 'warning',
          where: 'users: mapping of userName',
          message:
            'of 3 rows of "people" that were looked at, 2 have letters in "login" whose case the database folds otherwise than Unicode\'s simple case folding: "ς", "ſ"',
        },
      ])
      expect(JSON.stringify(found)).not.toMatch(/Ann|aul|ΟΔΥ/)
      await run("delete from people where login <> 'Ann'")
      expect(ofLetters(await check(database))).toEqual([])
    })

    it('are told apart by a collation for ASCII', async () => {
      await fresh(database, [
        peopleTable().replace('login text', 'login varchar(40) collate "C"'),
        uniqueLogin,
        byExternalId,
        row(1, 'JÖRG'),
      ])
      const found = ofLetters(await check(database))
      expect(found).toMatchObject([
        {
          code: 'ascii-letters-only',
          where: 'users: mapping of userName',
          fix: 'alter table "people" alter column "login" type character varying(40) collate "default";',
        },
      ])
      await run(found[0]?.fix ?? '')
      expect(await check(database)).toEqual([])
    })
  })

  describe('an outbox', () => {
    const tables = [peopleTable(), uniqueLogin, byExternalId]

    it('needs the table of first events', async () => {
      await fresh(database, tables)
      await eventsTable(database.db, { table: 'moves' }).migrate()
      expect(await check(database, { outbox: 'moves' })).toEqual([])
      await run('drop table moves_heads')
      expect(await check(database, { outbox: 'moves' })).toMatchObject([
        {
          code: 'no-events-table',
          where: 'users: option outbox',
          message: 'there is no table "moves_heads"',
        },
      ])
    })

    it.each(['added', 'moved', 'removed', 'cleared'])('needs its trigger %s', async (name) => {
      await fresh(database, tables)
      await eventsTable(database.db, { table: 'moves' }).migrate()
      await run(`alter table moves disable trigger moves_${name}`)
      const found = await check(database, { outbox: 'moves' })
      expect(found).toMatchObject([
        {
          code: 'no-events-trigger',
          severity: 'warning',
          where: 'users: option outbox',
          message: `the trigger "moves_${name}" of "moves" is missing or disabled`,
        },
      ])
      await run(found[0]?.fix ?? '')
      expect(await check(database, { outbox: 'moves' })).toEqual([])
      await run(`drop trigger moves_${name} on moves`)
      expect(await codesOf(check(database, { outbox: 'moves' }))).toEqual([
        'no-events-trigger users: option outbox',
      ])
    })
  })

  describe('deleted rows are in the way', () => {
    const badge = defineExtension('urn:example:params:scim:schemas:extension:badge:2.0:User', {
      number: attribute.string({ uniqueness: 'server' }),
    })
    const device = defineResourceType({
      name: 'Device',
      endpoint: '/Devices',
      schema: defineSchema('urn:example:params:scim:schemas:Device', {
        serial: attribute.string({ uniqueness: 'server' }),
        tags: attribute.string({ multiValued: true, uniqueness: 'server' }),
      }),
    })
    const softDelete = { set: { gone: () => new Date() } }
    const where = { gone: null }

    it('of an attribute in a document', async () => {
      await fresh(database, [
        peopleTable('gone timestamptz, more jsonb'),
        `${uniqueLogin} where gone is null`,
        byExternalId,
        "create unique index badges on people (org, lower(more ->> 'number'))",
      ])
      const users = people(database, {
        where,
        softDelete,
        mapping: mapUser<PersonRow>()({
          userName: 'login',
          externalId: 'ext',
          [badge.urn]: json('more'),
        } as never),
      })
      const scim = () => createScim({ authenticate, users, extensions: { User: [badge] } } as never)
      const found = await scim().check()
      expect(found.map(({ code, message }) => [code, message])).toEqual([
        ['unique-with-deleted', 'the unique index "badges" of "people" is about deleted rows too'],
      ])
      await run('drop index badges')
      await run(/create unique index .*$/.exec(found[0]?.fix ?? '')?.[0] ?? '')
      expect(await scim().check()).toEqual([])
    })

    it('of a type of the host, in rows of another table', async () => {
      await fresh(database, [
        'create table devices (id uuid primary key, org text not null, serial text, gone timestamptz, ext text, created timestamptz not null, modified timestamptz not null)',
        'create unique index serials on devices (org, lower(serial))',
        'create index on devices (org, ext)',
        'create table tags (device uuid not null, tag text not null)',
        'create index on tags (device)',
        'create unique index one_tag on tags (lower(tag))',
      ])
      const store = kyselyStore({
        db: database.db,
        table: 'devices',
        tenant: 'org',
        created: 'created',
        lastModified: 'modified',
        where,
        softDelete,
        mapping: mapResource<PersonRow, User>()({
          serial: 'serial',
          externalId: 'ext',
          tags: childTable('tags', { key: 'device', columns: { value: 'tag' } }),
        } as never),
      } as never)
      const scim = createScim({
        authenticate,
        users: people(database),
        resourceTypes: [{ ...device, store }] as never,
      })
      const found = (await scim.check()).filter(({ code }) => code === 'unique-with-deleted')
      expect(found.map(({ where, message, fix }) => [where, message, fix])).toEqual([
        [
          'resourceTypes (Device): option softDelete',
          'the unique index "serials" of "devices" is about deleted rows too',
          expect.stringMatching(/"devices" \("org", lower\("serial"\)\) where "gone" is null;$/),
        ],
        [
          'resourceTypes (Device): option softDelete',
          'the unique index "one_tag" of "tags" is about what deleted rows of "devices" have there too',
          'Set revive: true, or let a trigger take the rows of "tags" away when a row of "devices" is deleted',
        ],
      ])
    })
  })

  describe('tenants in a column that is no text', () => {
    const typed = (type: string) => [
      peopleTable().replace('org text', `org ${type}`),
      uniqueLogin,
      byExternalId,
    ]
    const tenantOf = (tenant: string) => () => ({ tenant })

    it.each(['uuid', 'integer', 'bigint'])('%s: the check says so', async (type) => {
      await fresh(database, typed(type))
      expect(await check(database)).toMatchObject([
        {
          code: 'tenant-not-text',
          severity: 'warning',
          where: 'users: option tenant',
          message: expect.stringMatching(
            new RegExp(`^the column "org" of "people" is an? ${type}: tenants must be of that type$`),
          ),
        },
      ])
      const tenant = { column: 'org', value: () => null }
      expect(await check(database, { tenant })).toEqual([])
    })

    it.each([
      ['uuid', 'acme'],
      ['uuid', undefined],
      ['integer', 'acme'],
      ['integer', '99999999999'],
    ])('%s: a request of %s is a 500 that the host is told of', async (type, tenant) => {
      await fresh(database, typed(type))
      const errors: unknown[] = []
      const scim = createScim({
        authenticate: tenant === undefined ? () => ({}) : tenantOf(tenant),
        users: people(database),
        onWarning: () => {},
        onError: (error) => errors.push(error),
      })
      const body = JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'ann',
      })
      for (const [path, init] of [
        ['/Users', {}],
        ['/Users/00000000-0000-4000-8000-000000000001', {}],
        ['/Users?filter=userName%20eq%20%22ann%22', {}],
        ['/Users', { method: 'POST', body, headers: { 'content-type': 'application/scim+json' } }],
        ['/Users/00000000-0000-4000-8000-000000000001', { method: 'DELETE' }],
      ] as const) {
        const reply = await scim.fetch(new Request(`http://localhost${path}`, init))
        expect([path, reply.status]).toEqual([path, 500])
        expect(errors.pop()).toMatchObject({
          name: 'HostFault',
          message: `The request's tenant is none that the type of the column "org" of "people" can hold`,
        })
      }
    })

    it('a value of a client is a 400 still', async () => {
      await fresh(database, [peopleTable('grade int'), uniqueLogin, byExternalId])
      const users = people(database, {
        mapping: mapUser<PersonRow>()({ userName: 'login', externalId: 'ext', title: 'grade' } as never),
      })
      const scim = createScim({ authenticate: tenantOf('acme'), users, onWarning: () => {} })
      const reply = await scim.fetch(
        new Request('http://localhost/Users', {
          method: 'POST',
          headers: { 'content-type': 'application/scim+json' },
          body: JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName: 'ann',
            title: 'boss',
          }),
        }),
      )
      expect(reply.status).toBe(400)
    })
  })
})
