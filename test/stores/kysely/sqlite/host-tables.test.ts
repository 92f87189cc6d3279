import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/index.js'
import { urns } from '../../../../src/index.js'
import {
  childTable,
  column,
  deliverEvents,
  eventsTable,
  json,
  kyselyStore,
  lookup,
  mapGroup,
  mapUser,
  reference,
  sameAs,
} from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'

// Tables as services on SQLite have them: ids that the database counts, booleans as numbers, times as seconds in one
// table and as text in another, JSON as text; with rows, columns and states that are none of SCIM's business.

interface UserRow {
  readonly id: number
  readonly email: string
  readonly first_name: string | null
  readonly title: string | null
  readonly is_suspended: number | boolean
  readonly is_bot: boolean
  readonly role: string
  readonly deleted_at: Date | null
  readonly department_id: number | null
  readonly manager_id: number | null
  readonly addresses: unknown
  readonly profile: unknown
}

const schema = `
create table departments (id integer primary key, company text not null, name text not null, unique (company, name collate nocase));
create table users (
  id integer primary key autoincrement, company text not null, email text not null, first_name text,
  title text not null default ('no' || ' title'), is_suspended boolean not null default 0, is_bot boolean not null default 0,
  role text not null default 'member', deleted_at text, department_id integer references departments, manager_id integer,
  addresses json, profile text not null default '{}', version integer not null default 1,
  created_at integer not null default (unixepoch()), updated_at integer not null default (unixepoch()));
create unique index users_email on users (company, lower(email)) where deleted_at is null;
create table phones (user_id integer not null references users on delete cascade, number text not null, kind text, is_main boolean not null default 0, verified text default 'no');
create table teams (
  id text primary key, company text not null, name text not null, color text not null default 'grey', version integer not null default 1,
  created_at text not null default current_timestamp, updated_at text not null default current_timestamp);
create unique index teams_name on teams (company, lower(name));
create table team_members (team_id text not null references teams on delete cascade, user_id integer not null references users on delete cascade, is_lead boolean not null default 0, primary key (team_id, user_id));
insert into departments (company, name) values ('acme', 'Engineering'), ('globex', 'Secret');
insert into users (id, company, email, first_name, role, created_at, updated_at) values (7, 'acme', 'Lea@acme.example', 'Lea', 'admin', 1600000000, 1600000000);
insert into users (id, company, email, is_bot) values (8, 'acme', 'bot@acme.example', 1);
insert into users (id, company, email) values (9, 'globex', 'sam@globex.example');
insert into teams (id, company, name, color, created_at, updated_at) values ('design', 'acme', 'Design', 'teal', '2020-01-01 00:00:00', '2020-01-01 00:00:00');
insert into team_members values ('design', 7, 1);
`

let folder: string
let db: InstanceType<typeof Libsql>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scimkit-sqlite-'))
  db = new Libsql(join(folder, 'host.db'))
  db.exec('pragma journal_mode = wal')
  db.exec(schema)
  await eventsTable(db).migrate()
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const rows = (text: string) =>
  (db.prepare(text).all([]) as Record<string, unknown>[]).map(({ _metadata: _, ...row }) => row)
const user = (id: number | string) => rows(`select * from users where id = ${Number(id)}`)[0]

function stores({ revive = false } = {}) {
  const table = {
    db,
    tenant: 'company',
    version: 'version',
    created: 'created_at',
    lastModified: 'updated_at',
  } as const
  return {
    users: kyselyStore({
      ...table,
      table: 'users',
      id: { column: 'id', type: 'integer' },
      outbox: true,
      mapping: mapUser<UserRow>()({
        userName: 'email',
        'emails[type eq "work"].value': sameAs('userName', { primary: true }),
        'name.givenName': 'first_name',
        title: 'title',
        active: column('is_suspended', {
          read: (suspended) => suspended === 0,
          write: (active) => (active ? 0 : 1),
          filter: { true: 0, false: 1 },
        }),
        phoneNumbers: childTable('phones', {
          key: 'user_id',
          columns: { value: 'number', type: 'kind', primary: 'is_main' },
          ids: 'text',
        }),
        addresses: json('addresses'),
        [urns.enterpriseUser]: {
          department: lookup('department_id', {
            table: 'departments',
            key: 'id',
            value: 'name',
            tenant: 'company',
            create: true,
          }),
          manager: reference('manager_id', { displayName: 'email' }),
        },
        overflow: 'profile',
      }),
      where: { is_bot: false, deleted_at: null },
      insertDefaults: () => ({ role: 'guest' }),
      softDelete: { set: { deleted_at: () => new Date(), is_suspended: true }, revive },
    }),
    groups: kyselyStore({
      ...table,
      table: 'teams',
      id: { column: 'id', type: 'text' },
      outbox: true,
      mapping: mapGroup<{ name: string }>()({
        displayName: 'name',
        members: childTable('team_members', {
          key: 'team_id',
          columns: { value: 'user_id' },
          constants: { type: 'User' },
          ids: 'integer',
        }),
      }),
    }),
  }
}

const service = (options = {}) => serve(stores(options))

/** The columns of a user that some work changes. */
async function changedBy(id: number | string, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = user(id) ?? {}
  await work()
  const after = user(id) ?? {}
  return Object.keys(after).filter((name) => before[name] !== after[name])
}

describe('tables of a host in SQLite', () => {
  it('are what the configuration says, but for the letters that SQLite does not fold', async () => {
    const scim = service()
    const findings = await scim.scim.check()
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(findings.map(({ code, where }) => `${code} ${where}`)).toEqual(
      expect.arrayContaining(['ascii-letters-only users: option db']),
    )
  })

  it('show the rows of the directory and no others, whatever their types', async () => {
    const scim = service()
    const { body } = await scim.get('/Users')
    expect(body).toMatchObject({
      totalResults: 1,
      Resources: [
        {
          id: '7',
          userName: 'Lea@acme.example',
          active: true,
          title: 'no title',
          emails: [{ value: 'Lea@acme.example', type: 'work', primary: true }],
          groups: [{ value: 'design', display: 'Design' }],
          meta: { created: '2020-09-13T12:26:40.000Z', version: 'W/"1"' },
        },
      ],
    })
    for (const [filter, found] of [
      ['userName eq "LEA@ACME.example"', 1],
      ['active eq true and meta.created lt "2020-09-13T12:26:41Z"', 1],
      ['active eq false', 0],
      ['id eq "8"', 0],
      ['id eq "9"', 0],
    ] as const) {
      const reply = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      expect([filter, reply.body.totalResults]).toEqual([filter, found])
    }
    for (const id of ['8', '9', '07', '7.0', '99999999999999999999'])
      expect((await scim.get(`/Users/${id}`)).status, id).toBe(404)
  })

  it('are changed in what a request speaks of, and in nothing else', async () => {
    const scim = service()
    const patch =
      (...operations: object[]) =>
      () =>
        scim.patch('/Users/7', operations)
    const touched = ['version', 'updated_at']
    expect(await changedBy(7, patch({ op: 'replace', path: 'title', value: 'Chef' }))).toEqual([
      'title',
      ...touched,
    ])
    const suspended = await changedBy(7, patch({ op: 'replace', path: 'active', value: 'False' }))
    // Within one second, the time is the same.
    expect(suspended.filter((name) => name !== 'updated_at')).toEqual(['is_suspended', 'version'])
    expect(await changedBy(7, patch({ op: 'replace', path: 'active', value: false }))).toEqual([])
    expect(await changedBy(7, patch({ op: 'add', path: 'nickName', value: 'L' }))).toContain('profile')
    // A column that must have a value gets its default back.
    expect(await changedBy(7, patch({ op: 'remove', path: 'title' }))).toContain('title')
    expect(user(7)).toMatchObject({
      title: 'no title',
      role: 'admin',
      is_suspended: 1,
      profile: '{"nickName":"L"}',
    })
    expect(typeof user(7)?.updated_at).toBe('number')
    expect(String(user(7)?.updated_at)).toHaveLength(10)
    expect(scim.errors).toEqual([])
  })

  it('take new rows, with what the database and the host give', async () => {
    const scim = service()
    const made = await scim.createUser({
      userName: 'Ben@acme.example',
      addresses: [{ type: 'work', locality: 'Bergen' }],
      phoneNumbers: [
        { value: '1', type: 'work', primary: true },
        { value: '2', type: 'home' },
      ],
      [urns.enterpriseUser]: { department: 'ENGINEERING', manager: { value: '7' } },
      nickName: 'B',
    })
    expect(made).toMatchObject({
      addresses: [{ type: 'work', locality: 'Bergen' }],
      phoneNumbers: [
        { value: '1', type: 'work', primary: true },
        { value: '2', type: 'home' },
      ],
      [urns.enterpriseUser]: {
        department: 'Engineering',
        manager: { value: '7', displayName: 'Lea@acme.example' },
      },
      nickName: 'B',
    })
    expect(user(made.id)).toMatchObject({
      company: 'acme',
      role: 'guest',
      is_bot: 0,
      is_suspended: 0,
      version: 1,
    })
    // A new text becomes a row of its table, for this tenant only.
    const path = `${urns.enterpriseUser}:department`
    await scim.patch(`/Users/${made.id}`, [{ op: 'replace', path, value: 'Secret' }])
    expect(rows("select company, name from departments where name = 'Secret'")).toEqual([
      { company: 'globex', name: 'Secret' },
      { company: 'acme', name: 'Secret' },
    ])
    db.exec(`update phones set verified = 'yes' where number = '2'`)
    await scim.patch(`/Users/${made.id}`, [
      { op: 'replace', path: 'phoneNumbers[type eq "home"].value', value: '3' },
      { op: 'remove', path: 'phoneNumbers[type eq "work"]' },
    ])
    expect(rows('select number, kind, is_main, verified from phones')).toEqual([
      { number: '3', kind: 'home', is_main: 0, verified: 'yes' },
    ])
    const again = await scim.post('/Users', { schemas: [urns.user], userName: 'BEN@acme.example' })
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness'])
    expect(scim.errors).toEqual([])
  })

  it('take members one by one, and keep what the host knows of the others', async () => {
    const scim = service()
    const ben = await scim.createUser({ userName: 'ben' })
    const add = [{ op: 'add', path: 'members', value: [{ value: ben.id }, { value: '8' }, { value: '9' }] }]
    expect((await scim.patch('/Groups/design', add)).status).toBe(204)
    expect(rows('select * from team_members order by user_id')).toEqual([
      { team_id: 'design', user_id: 7, is_lead: 1 },
      { team_id: 'design', user_id: Number(ben.id), is_lead: 0 },
    ])
    const [team] = rows("select updated_at from teams where id = 'design'")
    expect(team?.updated_at).toMatch(/^20[^T]* \d\d:\d\d:\d\d$/)
    await scim.patch('/Groups/design', [{ op: 'remove', path: `members[value eq "${ben.id}"]` }])
    expect(rows('select user_id from team_members')).toEqual([{ user_id: 7 }])
  })

  it('keep who is deleted, and bring them back with their id', async () => {
    const scim = service({ revive: true })
    const ben = await scim.createUser({ userName: 'ben', title: 'Cook' })
    expect((await scim.delete(`/Users/${ben.id}`)).status).toBe(204)
    expect((await scim.get(`/Users/${ben.id}`)).status).toBe(404)
    expect(user(ben.id)).toMatchObject({ is_suspended: 1, title: 'Cook' })
    expect(user(ben.id)?.deleted_at).toMatch(/^20.*Z$/)
    const again = await scim.createUser({ userName: 'BEN' })
    expect(again).toMatchObject({ id: ben.id, active: true, title: 'Cook' })
    expect(user(ben.id)).toMatchObject({ deleted_at: null, is_suspended: 0 })
    expect(scim.errors).toEqual([])
  })

  it('record events in the transaction of their write, which workers deliver once and in order', async () => {
    const scim = service()
    const ids: string[] = []
    for (const userName of ['a', 'b', 'c']) ids.push((await scim.createUser({ userName })).id)
    await Promise.all(
      ids.map((id) => scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])),
    )
    await scim.post('/Users', { schemas: [urns.user], userName: 'A' })
    const received: string[] = []
    const handle = ({ name, resourceId }: LifecycleEvent) => void received.push(`${resourceId} ${name}`)
    await Promise.all([deliverEvents(db, handle), deliverEvents(db, handle)])
    expect(received.filter((event) => event.endsWith('created')).sort()).toEqual(
      ids.map((id) => `${id} user.created`),
    )
    expect(received).toHaveLength(6)
    for (const id of ids)
      expect(received.indexOf(`${id} user.created`)).toBeLessThan(received.indexOf(`${id} user.deactivated`))
    expect(rows('select * from scim_events')).toEqual([])
  })

  it('lose no change of many at once', async () => {
    const scim = service()
    const changes = Array.from({ length: 20 }, (_, index) =>
      scim.patch('/Users/7', [
        { op: 'add', path: 'phoneNumbers', value: [{ value: String(index), type: `t${index}` }] },
      ]),
    )
    expect(new Set((await Promise.all(changes)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(rows('select number from phones')).toHaveLength(20)
  })

  it('need a column that counts versions, and say how to add it', () => {
    expect(() =>
      kyselyStore({
        db,
        table: 'users',
        tenant: 'company',
        created: 'created_at',
        lastModified: 'updated_at',
        mapping: mapUser<UserRow>()({ userName: 'email' }),
      }),
    ).toThrow('alter table "users" add column version integer not null default 1')
  })
})
