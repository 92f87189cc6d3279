import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type User, urns, userResourceType } from '../../../../src/index.js'
import type { LookupOptions, Mapping } from '../../../../src/stores/kysely/index.js'
import { kyselyStore, lookup, mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, empty, run, type TestDatabase, withVersion } from '../databases.js'
import { recorder } from '../recorder.js'

// An app that has departments in a table of their own, and refers to them by number; sites have keys that the app makes.

interface StaffRow {
  readonly id: string
  readonly company: string
  readonly login: string
  readonly department_id: number | null
  readonly site: string | null
  readonly job: string | null
}

const tables = [
  'create table departments (id serial primary key, company text not null, name varchar(40) not null, floor int not null default 1)',
  'create unique index departments_name on departments (company, lower(name))',
  'create table sites (code text primary key, label text not null unique, opened timestamptz not null)',
  'create table staff (id uuid primary key, company text not null, login text not null, department_id int references departments, site text references sites, job text, created timestamptz not null, changed timestamptz not null)',
  'create unique index staff_login on staff (company, lower(login))',
]

const departments = { table: 'departments', key: 'id', value: 'name', tenant: 'company' } as const
const sites = { table: 'sites', key: 'code', value: 'label', tenant: false } as const
const enterprise = urns.enterpriseUser

describe.each(allDatabases)('values in another table, in $database', ({ database: name, open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    for (const text of tables)
      await run(database, text.startsWith('create table staff') ? withVersion(database, text) : text)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database, 'staff', 'departments', 'sites')
    await sql`insert into departments (company, name) values ('acme', 'Engineering'), ('globex', 'Engineering'), ('globex', 'Secret')`.execute(
      database.db,
    )
  })

  const store = (create: LookupOptions['create'], createSite: LookupOptions['create'] = false) =>
    kyselyStore({
      db: database.db,
      table: 'staff',
      mapping: mapUser<StaffRow>()({
        userName: 'login',
        title: 'job',
        locale: lookup('site', { ...sites, create: createSite }),
        [enterprise]: {
          department: lookup('department_id', { ...departments, ...(create !== undefined && { create }) }),
        },
      }),
      tenant: 'company',
      version: database.version,
      created: 'created',
      lastModified: 'changed',
    })
  const start = (create?: LookupOptions['create'], createSite?: LookupOptions['create']) =>
    serve({ users: store(create, createSite), on: {} })
  const named = (department: string) => ({ [enterprise]: { department } })
  const all = async (table: string) =>
    (await sql<Record<string, unknown>>`select * from ${sql.table(table)} order by 1`.execute(database.db))
      .rows
  const counted = async () => (await all('departments')).map(({ company, name }) => `${company} ${name}`)

  it('are read, in any case that they are asked for, with the tenant’s own alone', async () => {
    const { createUser, get } = start()
    const { id, ...made } = await createUser({ userName: 'ann', ...named('engineering') })
    expect(made).toMatchObject({ schemas: [urns.user, enterprise], ...named('Engineering') })
    expect((await get(`/Users/${id}`)).body).toMatchObject(named('Engineering'))
    const [own] = (await all('departments')).filter(({ company }) => company === 'acme')
    expect(await all('staff')).toMatchObject([{ department_id: own?.id }])
    // The host's mistake shows nobody another tenant's department.
    await run(database, "update staff set department_id = (select id from departments where name = 'Secret')")
    expect((await get(`/Users/${id}`)).body[enterprise]).toBeUndefined()
    expect(
      (await get(`/Users?filter=${encodeURIComponent(`${enterprise}:department pr`)}`)).body.totalResults,
    ).toBe(0)
  })

  it('are filtered and sorted by', async () => {
    const { createUser, get } = start(true)
    for (const [userName, department] of [
      ['a', 'Sales'],
      ['b', 'Engineering'],
      ['c', 'Éclairs'],
    ] as const)
      await createUser({ userName, ...named(department) })
    await createUser({ userName: 'd' })
    const names = async (query: string) => {
      const { status, body } = await get(`/Users?${query}`)
      if (status !== 200) throw new Error(body.detail)
      return body.Resources.map(({ userName }) => userName).join('')
    }
    const path = `${enterprise}:department`
    for (const [filter, expected] of [
      ['eq "SALES"', 'a'],
      ['eq "éclairs"', 'c'],
      ['eq "Secret"', ''],
      ['ne "sales"', 'bcd'],
      ['sw "eng"', 'b'],
      ['co "L"', 'ac'],
      ['gt "sale"', 'ac'],
      ['pr', 'abc'],
      ['eq null', 'd'],
    ] as const) {
      const query = `filter=${encodeURIComponent(`${path} ${filter}`)}&sortBy=userName`
      expect(await names(query), filter).toBe(expected)
    }
    expect(await names(`sortBy=${path}`)).toBe('bacd')
    expect(await names(`sortBy=${path}&sortOrder=descending`)).toBe('dcab')
  })

  it('are in lists without a statement for each resource', async () => {
    const { createUser, get } = start(true)
    for (let index = 0; index < 20; index++)
      await createUser({ userName: `user${index}`, ...named(`Department ${index % 3}`) })
    const sent = vi.spyOn(Kysely.prototype, 'executeQuery')
    try {
      const { body } = await get('/Users')
      expect(body.Resources.at(-1)).toMatchObject(named(expect.any(String)))
      expect(sent).toHaveBeenCalledTimes(1)
    } finally {
      sent.mockRestore()
    }
  })

  it('are refused where they are not there and none may be added, with nothing written', async () => {
    const { post, createUser, patch, put, get } = start()
    const refused = await post('/Users', { schemas: [urns.user], userName: 'ann', ...named('Sales') })
    expect([refused.status, refused.body.scimType, refused.body.detail]).toEqual([
      400,
      'invalidValue',
      `${enterprise}:department has a value that this service does not know`,
    ])
    const { id, meta } = await createUser({ userName: 'bob', ...named('Engineering') })
    const path = `${enterprise}:department`
    expect((await patch(`/Users/${id}`, [{ op: 'replace', path, value: 'Secret' }])).status).toBe(400)
    expect(
      (await put(`/Users/${id}`, { schemas: [urns.user], userName: 'bob', ...named('Sales') })).status,
    ).toBe(400)
    expect((await get(`/Users/${id}`)).body).toMatchObject({ meta, ...named('Engineering') })
    expect(await counted()).toEqual(['acme Engineering', 'globex Engineering', 'globex Secret'])
  })

  it('are added for their tenant, once, however many ask for them at the same time', async () => {
    const { createUser, get } = start(true)
    const people = Array.from({ length: 12 }, (_, index) => `user${index}`)
    await Promise.all(
      people.map((userName, index) =>
        createUser({ userName, ...named(index % 2 === 0 ? 'Sales' : 'SALES') }),
      ),
    )
    const rows = await all('departments')
    expect(rows.filter(({ company }) => company === 'acme').length).toBe(2)
    expect(rows.filter(({ name }) => String(name).toLowerCase() === 'sales')).toMatchObject([
      { company: 'acme', floor: 1 },
    ])
    expect(
      (await get('/Users?count=20')).body.Resources.every((one) => JSON.stringify(one).match(/sales/i)),
    ).toBe(true)
    await createUser({ userName: 'g', ...named('Sales') }, { token: 'globex-token' })
    expect((await counted()).filter((name) => /globex/.test(name))).toContain('globex Sales')
  })

  it('are not left behind by a write that fails', async () => {
    const { createUser, post, patch } = start(true)
    const { id } = await createUser({ userName: 'ann' })
    await createUser({ userName: 'bob' })
    expect((await post('/Users', { schemas: [urns.user], userName: 'ANN', ...named('New') })).status).toBe(
      409,
    )
    const operations = [
      { op: 'replace', path: 'userName', value: 'bob' },
      { op: 'replace', path: `${enterprise}:department`, value: 'Newer' },
    ]
    expect((await patch(`/Users/${id}`, operations)).status).toBe(409)
    expect((await counted()).filter((name) => /New/.test(name))).toEqual([])
  })

  it('are changed and removed as other attributes are, and other columns stay', async () => {
    const { createUser, patch } = start(true)
    const { id } = await createUser({ userName: 'ann', title: 'Boss', ...named('Engineering') })
    const path = `${enterprise}:department`
    const moved = await patch(`/Users/${id}`, [{ op: 'replace', path, value: 'Sales' }])
    expect(moved.body).toMatchObject({ title: 'Boss', ...named('Sales') })
    const left = await patch(`/Users/${id}`, [{ op: 'remove', path }])
    expect([left.status, left.body.schemas, left.body[enterprise]]).toEqual([200, [urns.user], undefined])
    expect(await all('staff')).toMatchObject([{ department_id: null, job: 'Boss' }])
  })

  it('are added with what else their rows need', async () => {
    const { createUser } = start(undefined, (label) => ({ code: `s-${label.length}`, opened: new Date(0) }))
    await createUser({ userName: 'ann', locale: 'Oslo' })
    expect(await all('sites')).toMatchObject([{ code: 's-4', label: 'Oslo' }])
    expect(await all('staff')).toMatchObject([{ site: 's-4' }])
  })

  it('are refused where their table refuses them', async () => {
    const { post, errors } = start(true)
    const long = await post('/Users', { schemas: [urns.user], userName: 'ann', ...named('x'.repeat(41)) })
    // No text is too long for SQLite, whatever the type of its column.
    expect([long.status, long.body.detail]).toEqual(
      name === 'SQLite' ? [201, undefined] : [400, `${enterprise}:department is too long`],
    )
    const odd = await post('/Users', { schemas: [urns.user], userName: 'ann', ...named('a\0b') })
    expect(odd.status).toBe(400)
    expect(errors).toEqual([])
  })

  it('are added by one bulk request in bounded numbers', async () => {
    const { post } = start(true)
    const { status, body } = await post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: Array.from({ length: 103 }, (_, index) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `${index}`,
        data: { schemas: [urns.user], userName: `user${index}`, ...named(`Department ${index}`) },
      })),
    })
    expect(status).toBe(200)
    const replies = body.Operations as { status: string; response?: { detail: string } }[]
    expect(replies.map((one) => one.status).filter((one) => one === '201').length).toBe(100)
    expect(replies.at(-1)?.response?.detail).toContain('one request can add 100 new values at most')
    expect((await counted()).length).toBe(103)
    expect(
      (await post('/Users', { schemas: [urns.user], userName: 'later', ...named('Later') })).status,
    ).toBe(201)
  })

  it('show that a table is missing', async () => {
    const users = kyselyStore({
      db: database.db,
      table: 'staff',
      mapping: mapUser<StaffRow>()({
        userName: 'login',
        title: lookup('department_id', { ...departments, table: 'departements' }),
      }),
      tenant: 'company',
      version: database.version,
      created: 'created',
      lastModified: 'changed',
    })
    const { get, errors } = serve({ users })
    expect((await get('/Users')).status).toBe(500)
    expect(errors).toMatchObject([{ error: { message: expect.stringContaining('departements') } }])
  })
})

describe('what cannot be looked up is said at the start', () => {
  const map = mapUser<StaffRow>()
  const over = (mapping: Mapping<User>, tenant: string | false = 'company') =>
    kyselyStore({
      db: recorder().db,
      table: 'staff',
      mapping,
      tenant,
      created: 'created',
      lastModified: 'changed',
    })
  const { tenant: _tenant, ...shared } = departments

  it('is what all tenants would share without the host’s saying so', () => {
    const line = (options: LookupOptions) =>
      map({ userName: 'login', title: lookup('department_id', options) })
    const start = (options: LookupOptions, tenant?: false) => () =>
      over(line(options), tenant).restrictResourceType(userResourceType)
    expect(start(shared)).toThrow(
      'mapping: title: say which column of "departments" has the tenant, or tenant: false where all tenants share its rows',
    )
    expect(start({ ...shared, tenant: false })).not.toThrow()
    expect(start(departments)).not.toThrow()
    expect(start(shared, false)).not.toThrow()
    expect(start(departments, false)).toThrow(
      'mapping: title: the store has no tenants to look for in "company"',
    )
  })

  it.each<[object, string]>([
    [
      { active: lookup<StaffRow>('department_id', departments) },
      'mapping: active: what is looked up is one text',
    ],
    [
      { emails: lookup<StaffRow>('department_id', departments) },
      'mapping: emails: what is looked up is one text',
    ],
    [
      { 'emails[type eq "work"].value': lookup<StaffRow>('department_id', departments) },
      'one element of several can be in columns only',
    ],
    [
      { title: 'department_id', nickName: lookup<StaffRow>('department_id', departments) },
      'the column "department_id" has been given to title already',
    ],
  ])('%j', (lines, problem) => {
    expect(() =>
      map({ userName: 'login', ...lines } as never).restrictResourceType(userResourceType),
    ).toThrow(problem)
  })
})
