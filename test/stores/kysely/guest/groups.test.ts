import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Group, urns } from '../../../../src/index.js'
import { childTable, kyselyStore, mapGroup } from '../../../../src/stores/kysely/index.js'
import { allDatabases, empty, run, type TestDatabase, withVersion } from '../databases.js'
import { createStaff, emptyStaff, hire, serve, staffStore } from './staff.js'

// Crews and who is in them, in tables of the host with columns of its own, and with a member twice.

const ann = '5e0f0d2c-1111-4222-8333-444455556666'
const bob = '5e0f0d2c-1111-4222-8333-777788889999'
const crew = '5e0f0d2c-1111-4222-8333-000000000001'

const tables = [
  `create table crews (id uuid primary key, org text not null, title text not null, colour text not null default 'red', created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  `create table crew_people (id serial primary key, crew uuid not null references crews on delete cascade, person uuid not null, kind text not null default 'User', joined text not null default 'today')`,
]

const mapping = mapGroup<{ readonly title: string }>()({
  displayName: 'title',
  members: childTable('crew_people', { key: 'crew', columns: { value: 'person', type: 'kind' } }),
})

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
    const [crews = '', ...others] = tables
    for (const text of [withVersion(database, crews), ...others]) await run(database, text)
  })
  afterAll(() => database.close())

  beforeEach(async () => {
    const { db } = database
    await empty(database, 'crew_people', 'crews')
    await emptyStaff(database)
    for (const [id, login] of [
      [ann, 'ann'],
      [bob, 'bob'],
    ])
      await hire(database, { id, login })
    await sql`insert into crews (id, org, title, colour) values (${crew}, 'acme', 'Night', 'blue')`.execute(
      db,
    )
    // Once by hand, and once more by an import.
    for (const joined of ['2019', '2020'])
      await sql`insert into crew_people (crew, person, joined) values (${crew}, ${ann}, ${joined})`.execute(
        db,
      )
  })

  function service() {
    const groups = kyselyStore<unknown, Group>({
      db: database.db,
      table: 'crews',
      version: database.version,
      mapping,
      tenant: 'org',
      created: 'created_at',
      lastModified: 'updated_at',
    })
    const { send, errors } = serve({ users: staffStore(database), groups })
    const patch = (...operations: object[]) =>
      send('PATCH', `/Groups/${crew}`, { schemas: [urns.patchOp], Operations: operations })
    return { send, patch, errors }
  }

  async function rows() {
    const { rows } = await sql<{ id: number; person: string; kind: string; joined: string }>`
      select id, person, kind, joined from crew_people order by id`.execute(database.db)
    return rows.map(({ person, kind, joined }) => `${person === ann ? 'ann' : 'bob'} ${kind} ${joined}`)
  }

  const before = ['ann User 2019', 'ann User 2020']

  it('a member that the host has twice is shown once', async () => {
    const { send } = service()
    expect((await send('GET', `/Groups/${crew}`)).body.members).toMatchObject([{ value: ann }])
    expect((await send('GET', '/Groups')).body.Resources).toMatchObject([{ members: [{ value: ann }] }])
    expect((await send('GET', `/Users/${ann}`)).body.groups).toMatchObject([
      { value: crew, display: 'Night' },
    ])
    expect((await send('GET', `/Users/${ann}`)).body.groups).toHaveLength(1)
    expect((await send('GET', `/Groups/${crew}`)).body.members).toHaveLength(1)
  })

  it('and stays so while a request speaks of others', async () => {
    const { send, patch, errors } = service()
    const { body } = await send('GET', `/Groups/${crew}`)
    expect((await send('PUT', `/Groups/${crew}`, body)).body.meta).toEqual(body.meta)
    expect(await rows()).toEqual(before)
    await patch({ op: 'replace', path: 'displayName', value: 'Day' })
    await patch({ op: 'add', path: 'members', value: [{ value: ann }] })
    expect(await rows()).toEqual(before)
    await patch({ op: 'add', path: 'members', value: [{ value: bob }] })
    expect(await rows()).toEqual([...before, 'bob User today'])
    const both = (await send('GET', `/Groups/${crew}`)).body
    await send('PUT', `/Groups/${crew}`, { ...both, displayName: 'Late' })
    expect(await rows()).toEqual([...before, 'bob User today'])
    await patch({ op: 'remove', path: `members[value eq "${bob}"]` })
    expect(await rows()).toEqual(before)
    await patch({ op: 'remove', path: `members[value eq "${ann}"]` })
    expect(await rows()).toEqual([])
    const { rows: crews } = await sql`select title, colour from crews`.execute(database.db)
    expect(crews).toEqual([{ title: 'Late', colour: 'blue' }])
    expect(errors).toEqual([])
  })

  it('what the table has no place for undoes no change beside it', async () => {
    const { patch } = service()
    const reply = await patch(
      { op: 'replace', path: 'externalId', value: 'x' },
      { op: 'replace', path: 'displayName', value: 'Day' },
      { op: 'add', path: 'members', value: [{ value: bob, display: 'Bob' }] },
    )
    expect(reply.status).toBeLessThan(300)
    expect(reply.trace).toContainEqual({
      rule: 'unkeptAttributes',
      path: 'externalId',
      message: 'ignored: this service keeps no externalId',
    })
    expect(await rows()).toEqual([...before, 'bob User today'])
  })
})
