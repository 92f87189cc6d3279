import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScim, type User, urns } from '../../../../src/index.js'
import {
  childTable,
  type KyselyStoreOptions,
  kyselyStore,
  mapUser,
} from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { sqlite, type TestDatabase } from '../databases.js'

// What tables of SQLite do that others do not: booleans that are texts, triggers whose changes no statement returns, and
// rules that are broken without a name.

interface PersonRow {
  readonly login: string
  readonly job: string | null
  readonly on_duty: boolean
}

let database: TestDatabase
beforeEach(async () => {
  database = await sqlite()
})
afterEach(() => database.close())

const run = (text: string) => sql.raw(text).execute(database.db)

const columns =
  "org text not null default 'acme', login text not null, job text, on_duty boolean not null default 't', version integer not null default 1, made text not null default current_timestamp, changed text not null default current_timestamp"

const people = (options: Partial<KyselyStoreOptions<unknown, User, PersonRow>> = {}) =>
  kyselyStore<unknown, User, PersonRow>({
    db: database.db,
    table: 'people',
    mapping: mapUser<PersonRow>()({
      userName: 'login',
      title: 'job',
      active: 'on_duty',
      emails: childTable('mails', {
        key: 'person',
        columns: { value: 'address', type: 'kind', primary: 'main' },
      }),
    }),
    id: { column: 'id', type: 'integer' },
    tenant: 'org',
    version: 'version',
    created: 'made',
    lastModified: 'changed',
    ...options,
  })

async function start(...statements: readonly string[]) {
  for (const text of [
    `create table people (id integer primary key autoincrement, ${columns})`,
    'create unique index people_login on people (org, lower(login))',
    'create table mails (person integer not null references people on delete cascade, address text not null, kind text, main boolean)',
    ...statements,
  ])
    await run(text)
  return serve({ users: people() })
}

describe('booleans that are texts', () => {
  it.each([
    ['t', 'f'],
    ['true', 'false'],
    ['1', '0'],
  ])('such as %s and %s are read, found and sorted by', async (yes, no) => {
    const { get, patch, errors } = await start()
    await run(`insert into people (login, on_duty) values ('ann', '${yes}'), ('bob', '${no}')`)
    await run(
      `insert into mails values (1, 'a@x.example', 'work', '${yes}'), (1, 'b@x.example', 'home', '${no}')`,
    )
    const found = async (query: string) => {
      const { body } = await get(`/Users?${query}`)
      return body.Resources.map(({ userName, active }) => [userName, active])
    }
    const having = (filter: string) => found(`filter=${encodeURIComponent(filter)}`)
    expect(await found('sortBy=active&sortOrder=ascending')).toEqual([
      ['bob', false],
      ['ann', true],
    ])
    expect(await having('active eq true')).toEqual([['ann', true]])
    expect(await having('active eq false')).toEqual([['bob', false]])
    expect(await having('emails[primary eq true and value sw "a"]')).toEqual([['ann', true]])
    expect(await having('emails[primary eq true and value sw "b"]')).toEqual([])
    expect((await get('/Users/1')).body.emails).toEqual([
      { value: 'a@x.example', type: 'work', primary: true },
      { value: 'b@x.example', type: 'home', primary: false },
    ])
    const path = '/Users/2'
    expect((await patch(path, [{ op: 'replace', path: 'active', value: true }])).body.active).toBe(true)
    expect(await having('active eq false')).toEqual([])
    expect(errors).toEqual([])
  })
})

describe('triggers', () => {
  it('that change a row after it was written are seen in what a write returns', async () => {
    const { createUser, get, put, patch, errors } = await start(
      "create trigger numbered after insert on people begin update people set job = 'no. ' || new.id where id = new.id; end",
      "create trigger counted after update of on_duty on people begin update people set version = version + 10, job = job || '!' where id = new.id; end",
    )
    const made = await createUser({ userName: 'ann' })
    const path = `/Users/${made.id}`
    expect(made).toMatchObject({ title: 'no. 1' })
    expect((await get(path)).body).toEqual(made)
    const patched = await patch(path, [{ op: 'replace', path: 'active', value: false }])
    expect(patched.body).toMatchObject({ active: false, title: 'no. 1!', meta: { version: 'W/"12"' } })
    expect((await get(path)).body).toEqual(patched.body)
    const body = { schemas: [urns.user], userName: 'ann', title: 'x', active: true }
    const replaced = await put(path, body, { headers: { 'if-match': 'W/"12"' } })
    expect([replaced.status, replaced.body.title]).toEqual([200, 'x!'])
    expect(errors).toEqual([])
  })
})

describe('unique indexes of expressions', () => {
  it('are about the attribute that is in them, wherever it is', async () => {
    const { post, put, patch, createUser, errors } = await start(
      'create unique index one_job on people (org, upper(trim("job")))',
      'create unique index one_address on mails (lower(address))',
    )
    await createUser({ userName: 'ann', title: 'Chef', emails: [{ value: 'a@x.example' }] })
    const { id } = await createUser({ userName: 'bob' })
    const user = { schemas: [urns.user], userName: 'cy' }
    const bulk = { schemas: [urns.bulkRequest] }
    const inBulk = await post('/Bulk', {
      ...bulk,
      Operations: [{ method: 'POST', path: '/Users', bulkId: '1', data: { ...user, title: 'CHEF' } }],
    })
    const [operation] = inBulk.body.Operations as { response: { detail: string } }[]
    const details = [
      (await post('/Users', { ...user, title: 'CHEF ' })).body.detail,
      (await patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'chef' }])).body.detail,
      operation?.response.detail,
      (await post('/Users', { ...user, emails: [{ value: 'A@x.example' }] })).body.detail,
      (await put(`/Users/${id}`, { ...user, emails: [{ value: 'A@x.example' }] })).body.detail,
      (await post('/Users', { ...user, userName: 'ANN' })).body.detail,
    ]
    const taken = (path: string) => `${path} is already in use by another resource`
    expect(details).toEqual([
      taken('title'),
      taken('title'),
      taken('title'),
      taken('emails.value'),
      taken('emails.value'),
      taken('userName'),
    ])
    expect(errors).toEqual([])
  })
})

describe('checks', () => {
  it('are about the attribute whose column is in them, or the host’s', async () => {
    const { post, createUser, errors } = await start(
      'drop table people',
      `create table people (id integer primary key autoincrement, ${columns}, seats integer not null default 1 check (seats > 0), check (length("job") < 5))`,
    )
    const { body, status } = await post('/Users', {
      schemas: [urns.user],
      userName: 'ann',
      title: 'Engineer',
    })
    expect([status, body.detail]).toEqual([400, 'title is not one that the database accepts'])
    await createUser({ userName: 'ann', title: 'Cook' })
    expect(errors).toEqual([])
    await run('drop table people')
    await run(
      `create table people (id integer primary key autoincrement, ${columns}, seats integer not null default 0 check (seats > 0))`,
    )
    expect((await post('/Users', { schemas: [urns.user], userName: 'ann' })).status).toBe(500)
    expect(errors).toMatchObject([{ error: { name: 'IntegrityFault', constraint: 'seats > 0' } }])
  })
})

describe('views', () => {
  const view = [
    'create view staff as select * from people',
    'create trigger staff_insert instead of insert on staff begin insert into people (org, login, job, made, changed) values (new.org, new.login, new.job, new.made, new.changed); end',
    'create trigger staff_update instead of update on staff begin update people set job = new.job, version = new.version, changed = new.changed where id = old.id; end',
  ]

  it('are changed, and say that they give no ids to new rows', async () => {
    await start(...view, "insert into people (login) values ('ann')")
    const { patch, post, errors } = serve({ users: people({ table: 'staff' }) })
    const changed = await patch('/Users/1', [{ op: 'replace', path: 'title', value: 'Chef' }])
    expect(errors).toEqual([])
    expect([changed.status, changed.body.title]).toEqual([200, 'Chef'])
    expect((await post('/Users', { schemas: [urns.user], userName: 'bob' })).status).toBe(500)
    expect(errors).toMatchObject([
      { error: { message: expect.stringMatching(/not returned an id.*option id/) } },
    ])
  })
})

describe('times that are missing', () => {
  it('are told by each other, and never as what is no time', async () => {
    const times = columns.replaceAll(' not null default current_timestamp', '')
    await start(`create table logins (id integer primary key autoincrement, ${times})`)
    await run(
      "insert into logins (id, org, login, version, made, changed) values (1, 'acme', 'a', 1, '2020-01-01 00:00:00', null), (2, 'acme', 'b', 1, null, '2020-01-01 00:00:00'), (3, 'acme', 'c', 1, 'soon', null)",
    )
    const { get, errors } = serve({ users: people({ table: 'logins' }) })
    const { body } = await get('/Users')
    const known = '2020-01-01T00:00:00.000Z'
    expect(body.Resources.map(({ meta }) => meta)).toMatchObject([
      { created: known, lastModified: known },
      { created: known, lastModified: known },
      { created: '1970-01-01T00:00:00.000Z', lastModified: '1970-01-01T00:00:00.000Z' },
    ])
    expect(errors).toEqual([])
  })
})

describe('a table of another spelling', () => {
  it('is named as the option must have it', async () => {
    await start('alter table people rename to other', 'alter table other rename to "People"')
    const check = async (table: string) => {
      const scim = createScim({ authenticate: () => undefined, users: people({ table }) })
      return (await scim.check()).filter(({ code }) => code === 'missing-table')
    }
    const [found] = await check('people')
    expect(found).toMatchObject({ fix: 'Name it as it is: "People"' })
    expect(await check('People')).toEqual([])
    expect(() => people({ table: 'main.People' })).toThrow('leave "main." of table out')
  })
})
