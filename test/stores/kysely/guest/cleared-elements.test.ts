import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../../../src/index.js'
import { entra, urns } from '../../../../src/index.js'
import { childTable, kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, empty, run, type TestDatabase, withVersion } from '../databases.js'

// A number that has been cleared is no row: a phone book has no entry without a number, and refused the deactivation
// that came with it.

const tables = [
  'create table persons (id uuid primary key, org text not null, login text not null, is_on boolean not null default true, made timestamptz not null, changed timestamptz not null)',
  'create table phones (id serial primary key, person uuid not null references persons on delete cascade, number text not null, kind text)',
  'create table mails (id serial primary key, person uuid not null references persons on delete cascade, address text, kind text)',
]

const mapping = mapUser<{ login: string; is_on: boolean }>()({
  userName: 'login',
  active: 'is_on',
  phoneNumbers: childTable('phones', { key: 'person', columns: { value: 'number', type: 'kind' } }),
  emails: childTable('mails', { key: 'person', columns: { value: 'address', type: 'kind' } }),
})

describe.each(allDatabases)('elements without a value, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    const [persons = '', ...others] = tables
    for (const text of [withVersion(database, persons), ...others]) await run(database, text)
  })
  afterAll(() => database.close())
  beforeEach(() => empty(database, 'mails', 'phones', 'persons'))

  function service() {
    const { version } = database
    const common = { tenant: 'org', version, created: 'made', lastModified: 'changed' }
    const users = kyselyStore<unknown, User>({ ...common, db: database.db, table: 'persons', mapping })
    return serve({ users, profile: entra(), check: false })
  }
  const rowsOf = async (table: string) =>
    (await sql.raw<Record<string, unknown>>(`select * from ${table} order by id`).execute(database.db)).rows
  const home = { value: '1', type: 'home' }

  it.each([
    ['removed', { op: 'Remove', path: 'phoneNumbers[type eq "home"].value' }, []],
    ['made empty', { op: 'Replace', path: 'phoneNumbers[type eq "home"].value', value: '' }, []],
    ['never given', { op: 'Add', path: 'phoneNumbers', value: [{ type: 'fax' }] }, ['1']],
    ['empty', { op: 'Add', value: { phoneNumbers: [{ type: 'fax', value: '' }] } }, ['1']],
  ])('are no rows where the value is %s, and what is beside them is done', async (_, operation, left) => {
    const scim = service()
    const { id } = await scim.createUser({ phoneNumbers: [home] })
    const off = { op: 'Replace', path: 'active', value: 'False' }
    const reply = await scim.patch(`/Users/${id}`, [operation, off])
    expect(reply.status).toBe(200)
    expect(reply.trace).toContainEqual({
      rule: 'unkeptAttributes',
      path: 'phoneNumbers',
      message: 'ignored a value: this service keeps of phoneNumbers only phoneNumbers[value pr]',
    })
    expect((await scim.storedUser(id)).active).toBe(false)
    expect((await rowsOf('phones')).map(({ number }) => number)).toEqual(left)
  })

  it('are no rows of what is created and replaced', async () => {
    const scim = service()
    const { id } = await scim.createUser({ phoneNumbers: [home, { type: 'work', display: 'none' }] })
    expect(await rowsOf('phones')).toMatchObject([{ number: '1', kind: 'home' }])
    const body = { schemas: [urns.user], userName: 'x', active: false, phoneNumbers: [{ type: 'home' }] }
    expect((await scim.put(`/Users/${id}`, body)).status).toBe(200)
    expect(await rowsOf('phones')).toEqual([])
  })

  it('stay where the host has them', async () => {
    const scim = service()
    const { id } = await scim.createUser()
    await sql`insert into mails (person, kind) values (${id}, 'work')`.execute(database.db)
    const before = await rowsOf('mails')
    const address = [{ value: 'a@example.com', type: 'home' }]
    expect((await scim.patch(`/Users/${id}`, [{ op: 'Add', path: 'emails', value: address }])).status).toBe(
      200,
    )
    expect((await rowsOf('mails')).slice(0, 1)).toEqual(before)
    expect(await rowsOf('mails')).toHaveLength(2)
  })
})
