import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../../src/index.js'
import { urns } from '../../../../src/index.js'
import { kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, run, type TestDatabase, withVersion } from '../databases.js'

// A first name that must not be null, with a default: clearing it was 400, and the deactivation beside it was lost.

describe.each(allDatabases)('a column that must have a value and has a default, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    const clerks = `create table clerks (id uuid primary key, org text not null, login text not null, given text not null default '', job text default 'Clerk', is_on boolean default true, made timestamptz not null, changed timestamptz not null)`
    await run(database, withVersion(database, clerks))
  })
  afterAll(() => database.close())

  const mapping = mapUser<{ login: string; given: string; job: string | null; is_on: boolean | null }>()({
    userName: 'login',
    active: 'is_on',
    'name.givenName': 'given',
    title: 'job',
  })
  function service() {
    const { version } = database
    const common = { tenant: 'org', version, created: 'made', lastModified: 'changed' }
    const users = kyselyStore<unknown, User>({ ...common, db: database.db, table: 'clerks', mapping })
    return serve({ users, check: false })
  }
  const rowOf = async (id: string) =>
    (await sql<Record<string, unknown>>`select * from clerks where id = ${id}`.execute(database.db)).rows[0]
  const offIn = ({ version }: TestDatabase) => (version === undefined ? false : 0)
  const off = { op: 'Replace', path: 'active', value: 'False' }

  it.each([
    ['removed', { op: 'Remove', path: 'name.givenName' }],
    ['made null', { op: 'Replace', value: { name: { givenName: null } } }],
    ['made empty', { op: 'Replace', path: 'name.givenName', value: '' }],
    ['lost with its attribute', { op: 'Remove', path: 'name' }],
  ])('gets the default when it is %s, and the user is switched off beside it', async (how, operation) => {
    const scim = service()
    const { id } = await scim.createUser({
      name: { givenName: 'Ann' },
      title: 'Cook',
      userName: `ann ${how}`,
    })
    const reply = await scim.patch(`/Users/${id}`, [operation, off])
    expect([reply.status, reply.body.active]).toEqual([200, false])
    expect(await rowOf(id)).toMatchObject({ given: '', job: 'Cook', is_on: offIn(database) })
  })

  it('is shown as it is then, also after a PUT', async () => {
    const scim = service()
    const { id } = await scim.createUser({ name: { givenName: 'Ann' }, title: 'Cook', userName: 'put' })
    const reply = await scim.put(`/Users/${id}`, { schemas: [urns.user], userName: 'put', active: false })
    expect([reply.status, reply.body.title]).toEqual([200, 'Clerk'])
    expect(await rowOf(id)).toMatchObject({ given: '', job: 'Clerk', is_on: offIn(database) })
  })
})
