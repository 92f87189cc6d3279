import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createScim, type User } from '../../../../src/index.js'
import { type KyselyStoreOptions, kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { sqlite, type TestDatabase } from '../databases.js'
import { openSqliteFile } from '../sqlite-file.js'

// SQLite gives the number of the newest row, once it is deleted, to the next one, unless the column is autoincrement: an
// identity provider's old link leads to another person then (RFC 7643, section 3.1).

interface StaffRow {
  readonly login: string
}

let database: TestDatabase
beforeEach(async () => {
  database = await sqlite()
})
afterEach(() => database.close())

const run = (text: string) => sql.raw(text).execute(database.db)

const rules = "org text not null, login text not null check (login <> 'it''s an autoincrement')"
const rest = `${rules}, version integer not null default 1, made text not null, changed text not null`
const loginIndex = 'create unique index staff_login on staff (org, lower(login))'

function staff(options: Partial<KyselyStoreOptions<unknown, User, StaffRow>> = {}) {
  return kyselyStore<unknown, User, StaffRow>({
    db: database.db,
    table: 'staff',
    mapping: mapUser<StaffRow>()({ userName: 'login' }),
    id: { column: 'no', type: 'integer' },
    tenant: 'org',
    version: 'version',
    created: 'made',
    lastModified: 'changed',
    ...options,
  })
}

async function findings(options: Parameters<typeof staff>[0] = {}) {
  const found = await createScim({ authenticate: () => undefined, users: staff(options) }).check()
  return found.filter(({ code }) => code !== 'ascii-letters-only' && code !== 'no-external-id')
}

/** Whether a new user gets the id of one that was deleted. */
async function reuses(): Promise<boolean> {
  const scim = serve({ users: staff() })
  const old = await scim.createUser()
  await scim.delete(`/Users/${old.id}`)
  const next = await scim.createUser()
  expect(scim.errors).toEqual([])
  return next.id === old.id
}

const numbered: readonly (readonly [definition: string, reused: boolean])[] = [
  [`no integer primary key, ${rest}`, true],
  [`"no" INTEGER NOT NULL, ${rest}, primary key ("no")`, true],
  [`no integer primary key /* no autoincrement */, ${rest}`, true],
  [`no integer primary key autoincrement, ${rest}`, false],
  [`"no" INTEGER NOT NULL PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, ${rest}`, false],
  [`[no] integer, ${rest}, primary key ("no" autoincrement)`, false],
]

it.each(numbered)('the check finds what happens: %s', async (definition, reused) => {
  await run(`create table staff (${definition})`)
  await run(loginIndex)
  expect((await findings()).map(({ code, where }) => `${code} ${where}`)).toEqual(
    reused ? ['ids-reused users: option id'] : [],
  )
  expect(await reuses()).toBe(reused)
})

it.each([
  ['that the database does not give', `no int primary key, ${rest}`],
  ['that a function gives', `no integer primary key, ${rest}`],
  ['that is part of the key', `no integer not null, ${rest}, primary key (no, org)`],
])('nothing is said of a number %s', async (_, definition) => {
  await run(`create table staff (${definition})`)
  await run(loginIndex)
  expect(await findings({ id: { column: 'no', type: 'integer', generate: () => 7 } })).toEqual([])
})

it('a number that nobody gives is found too', async () => {
  await run(`create table staff (no int primary key, ${rest})`)
  await run(loginIndex)
  expect(await findings()).toMatchObject([
    { code: 'column-without-value', where: 'users: option id', fix: expect.stringContaining('generate') },
  ])
})

it('nothing is said where deleted rows stay', async () => {
  await run(`create table staff (no integer primary key, ${rest}, gone text)`)
  await run(`${loginIndex} where gone is null`)
  expect(
    await findings({
      where: { gone: null } as never,
      softDelete: { set: { gone: () => new Date() } } as never,
    }),
  ).toEqual([])
})

it('what it advises works, with what others have to do with the table', async () => {
  const trigger =
    'create trigger staff_count after update on staff when new.version is old.version begin update staff set version = old.version + 1 where no = new.no; end'
  await run(`create table staff (no integer primary key, ${rest})`)
  for (const statement of [
    loginIndex,
    trigger,
    'create table badges (staff_no integer not null references staff on delete cascade)',
    'create table notes (id integer primary key, text text)',
    'create view logins as select login from staff',
    'create trigger notes_login after insert on notes begin update staff set changed = current_timestamp where login = new.text; end',
    "insert into staff (no, org, login, made, changed) values (41, 'acme', 'lea', '2020-01-01', '2020-01-01')",
    'insert into badges values (41)',
  ])
    await run(statement)
  expect(await reuses()).toBe(true)
  const [found] = await findings()
  const statements = (found?.fix ?? '')
    .split('\n')
    .slice(1)
    .join('\n')
    .replace(/\/\* the columns.*\*\//, `no integer primary key autoincrement, ${rest}`)
    .replace(/\/\* the indexes.*\*\//, `${loginIndex};\n${trigger};`)
  const host = openSqliteFile(database.url ?? '')
  host.exec(statements)
  host.close()
  expect(await findings()).toEqual([])
  expect(await reuses()).toBe(false)
  expect((await sql`select login from logins where login = 'lea'`.execute(database.db)).rows).toHaveLength(1)
  await run("insert into notes (text) values ('lea')")
  await run('delete from staff where no = 41')
  expect((await sql`select * from badges`.execute(database.db)).rows).toEqual([])
})
