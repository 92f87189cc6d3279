import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Group, User } from '../../../../src/index.js'
import { createScim, urns } from '../../../../src/index.js'
import { childTable, column, kyselyStore, mapGroup, mapUser } from '../../../../src/stores/kysely/index.js'
import { authenticate, base, serve } from '../../../http/service.js'
import { databases, type TestDatabase } from '../databases.js'

// A table of the host's refused a row for a reason of its own, and the client was told that a value of its was wrong; or
// that userName was in use, for an e-mail address. The host heard of neither.

interface Row {
  readonly login: string
  readonly name: string
  readonly ext: string | null
  readonly job: string | null
  readonly state: string | null
}

const mapping = mapUser<Row>()({
  userName: 'login',
  externalId: 'ext',
  title: 'job',
  active: column('state', {
    read: (state) => state === 'ON',
    write: (active) => (active ? 'ON' : 'OFF'),
    filter: { true: 'ON', false: 'OFF' },
  }),
  emails: childTable('emp_emails', { key: 'emp', columns: { value: 'address', type: 'kind' } }),
})

const tables = [
  'create schema if not exists app',
  `create table app."Emp" (id uuid primary key, org text not null, login text not null, ext text, job text, state text, created timestamptz not null, modified timestamptz not null)`,
  'create unique index emp_login on app."Emp" (org, lower(login))',
  'create table emp_emails (emp uuid not null references app."Emp" on delete cascade, address text not null, kind text)',
  'create unique index emp_emails_address on emp_emails (address)',
  `create table app.crew (id uuid primary key, org text not null, name text not null, created timestamptz not null, modified timestamptz not null)`,
  'create table app.crew_members (crew uuid not null references app.crew on delete cascade, member uuid not null, primary key (crew, member))',
]

describe.each(databases)('a rule of the host’s tables, in $database', ({ open }) => {
  let database: TestDatabase | undefined
  const openOnce = async () => {
    database ??= await open()
    return database
  }
  const run = async (text: string) => sql.raw(text).execute((await openOnce()).db)
  afterAll(() => database?.close())
  beforeEach(async () => {
    await run('drop schema if exists app cascade')
    await run('drop schema public cascade')
    await run('create schema public')
    for (const text of tables) await run(text)
  })

  async function stores() {
    const { db } = await openOnce()
    const where = { db, tenant: 'org', created: 'created', lastModified: 'modified' }
    return {
      users: kyselyStore<unknown, User>({ ...where, table: 'app.Emp', mapping }),
      groups: kyselyStore<unknown, Group>({
        ...where,
        table: 'app.crew',
        mapping: mapGroup<Row>()({
          displayName: 'name',
          members: childTable('app.crew_members', { key: 'crew', columns: { value: 'member' } }),
        }),
      }),
    }
  }
  const service = async () => serve({ ...(await stores()), onWarning: () => {} })

  it('that only the host can keep is a 500 with the column for the host', async () => {
    const scim = await service()
    await run('alter table app."Emp" add column badge int not null')
    const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'secret-ann' })
    expect([reply.status, reply.body.detail]).toEqual([
      500,
      expect.stringMatching(/^Something went wrong inside/),
    ])
    expect(reply.text).not.toMatch(/badge|Emp|secret/)
    expect(scim.errors).toHaveLength(1)
    const [{ error, context } = { error: undefined, context: undefined }] = scim.errors
    expect(error).toMatchObject({
      name: 'IntegrityFault',
      table: 'Emp',
      column: 'badge',
      code: '23502',
      message: 'a column must have a value: column "badge" of table "Emp"',
      cause: { code: '23502' },
    })
    expect(context).toMatchObject({ operation: 'create', tenant: 'acme' })
  })

  it('about a column that the client writes is a 400 that names its attribute', async () => {
    const scim = await service()
    await run('alter table app."Emp" alter column job set not null')
    const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'ann' })
    expect([reply.status, reply.body.scimType, reply.body.detail]).toEqual([
      400,
      'invalidValue',
      'title is required',
    ])
    expect(scim.errors).toEqual([])
  })

  it('in a check is the client’s where its columns are, and the host’s where they are not', async () => {
    const scim = await service()
    await run(
      `alter table app."Emp" add constraint short check (length(job) < 4), add column seats int default 0`,
    )
    const user = { schemas: [urns.user], userName: 'ann' }
    const refused = await scim.post('/Users', { ...user, title: 'Engineer' })
    expect([refused.status, refused.body.detail]).toEqual([400, 'title is not one that the database accepts'])
    // The same in a transaction of the store's own, and in one of a bulk request.
    const emails = [{ value: 'a@x.example' }]
    expect((await scim.post('/Users', { ...user, title: 'Engineer', emails })).body.detail).toBe(
      'title is not one that the database accepts',
    )
    expect(scim.errors).toEqual([])
    await run('alter table app."Emp" add constraint seated check (seats > 0)')
    expect((await scim.post('/Users', { ...user, title: 'x' })).status).toBe(500)
    expect(scim.errors).toMatchObject([
      { error: { name: 'IntegrityFault', constraint: 'seated', table: 'Emp', code: '23514' } },
    ])
  })

  it('in the rows of an attribute is about that attribute', async () => {
    const scim = await service()
    const { id } = await scim.createUser({ userName: 'ann', emails: [{ value: 'one@x.example' }] })
    const other = await scim.createUser({ userName: 'bob' })
    const taken = { emails: [{ value: 'one@x.example' }] }
    for (const reply of [
      await scim.post('/Users', { schemas: [urns.user], userName: 'cy', ...taken }),
      await scim.put(`/Users/${other.id}`, { schemas: [urns.user], userName: 'bob', ...taken }),
      await scim.patch(`/Users/${other.id}`, [{ op: 'add', value: taken }]),
    ]) {
      expect([reply.status, reply.body.scimType, reply.body.detail]).toEqual([
        409,
        'uniqueness',
        'emails.value is already in use by another resource',
      ])
    }
    await run(`update emp_emails set kind = 'home'`)
    await run('alter table emp_emails alter column kind set not null')
    const refused = await scim.patch(`/Users/${id}`, [
      { op: 'add', path: 'emails', value: [{ value: 'two@x.example' }] },
    ])
    expect([refused.status, refused.body.detail]).toEqual([400, 'emails.type is required'])
    expect(scim.errors).toEqual([])
    await run('alter table emp_emails alter column kind drop not null')
    await run('delete from emp_emails')
    await run('alter table emp_emails add column checked boolean not null')
    expect(
      (
        await scim.patch(`/Users/${id}`, [
          { op: 'add', path: 'emails', value: [{ value: 'two@x.example', type: 'work' }] },
        ])
      ).status,
    ).toBe(500)
    expect(scim.errors).toMatchObject([{ error: { table: 'emp_emails', column: 'checked', code: '23502' } }])
  })

  it('of the members of groups is about members', async () => {
    const scim = await service()
    await run('create table staff (id uuid primary key)')
    await run('alter table app.crew_members add constraint known foreign key (member) references staff')
    const user = await scim.createUser()
    const refused = await scim.post('/Groups', {
      schemas: [urns.group],
      displayName: 'Crew',
      members: [{ value: user.id }],
    })
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      'members.value refers to something that does not exist',
    ])
  })

  it('of a value that is unique and none of the client’s says no name that is wrong', async () => {
    const scim = await service()
    await run(
      'alter table app."Emp" add column key text generated always as (upper(job)) stored, add constraint one_key unique (key)',
    )
    await scim.createUser({ title: 'x' })
    const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'ann', title: 'X' })
    expect([reply.status, reply.body.scimType, reply.body.detail]).toEqual([
      409,
      'uniqueness',
      'A value is already in use by another resource',
    ])
    expect(scim.errors).toMatchObject([
      { error: { status: 409, cause: { constraint: 'one_key', table: 'Emp', code: '23505' } } },
    ])
  })

  it('of rows that refer to others is a conflict, whichever way it is met', async () => {
    const scim = await service()
    const { id } = await scim.createUser({ userName: 'ann', externalId: 'e1' })
    await run('alter table app."Emp" add constraint one_ext unique (ext)')
    await run(
      'create table cards (owner uuid constraint owned references app."Emp", ext text constraint same references app."Emp" (ext))',
    )
    await run(`insert into cards values ('${id}', null)`)
    const inUse = await scim.delete(`/Users/${id}`)
    expect([inUse.status, inUse.body.detail]).toEqual([
      409,
      'It cannot be deleted while other data of this service refers to it',
    ])
    await run(`update cards set owner = null, ext = 'e1'`)
    const kept = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'externalId', value: 'e2' }])
    expect([kept.status, kept.body.detail]).toEqual([
      409,
      'It cannot be changed while other data of this service refers to it as it was',
    ])
    expect(scim.errors).toMatchObject([
      { error: { status: 409, cause: { constraint: 'owned', table: 'cards', code: '23503' } } },
      { error: { status: 409, cause: { constraint: 'same', table: 'cards', code: '23503' } } },
    ])
  })

  it('of what a trigger writes is the host’s', async () => {
    const scim = await service()
    const { id } = await scim.createUser()
    await run('create table clerks (id int primary key)')
    await run('create table audit (clerk int constraint audited references clerks)')
    await run(
      'create function note() returns trigger language plpgsql as $$ begin insert into audit values (7); return coalesce(new, old); end $$',
    )
    await run(
      'create trigger noted before insert or update or delete on app."Emp" for each row execute function note()',
    )
    for (const reply of [
      await scim.post('/Users', { schemas: [urns.user], userName: 'bob' }),
      await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'y' }]),
      await scim.delete(`/Users/${id}`),
    ])
      expect(reply.status).toBe(500)
    expect(scim.errors).toHaveLength(3)
    for (const { error } of scim.errors)
      expect(error).toMatchObject({
        name: 'IntegrityFault',
        constraint: 'audited',
        table: 'audit',
        code: '23503',
      })
  })

  it('shows in the default log by name, code and place, and never by value', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const scim = createScim({ authenticate, ...(await stores()), onWarning: () => {} })
      await run('alter table app."Emp" add column badge int not null')
      const reply = await scim.fetch(
        new Request(`${base}/Users`, {
          method: 'POST',
          headers: { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' },
          body: JSON.stringify({ schemas: [urns.user], userName: 'secret-ann', title: 'hunter2' }),
        }),
      )
      expect(reply.status).toBe(500)
      const text = log.mock.calls.flat().join('\n')
      expect(text).toMatch(
        /^scimkit: create failed with IntegrityFault 23502 \([\da-f-]{36}\): a column must have a value: column "badge" of table "Emp"\n/,
      )
      expect(text).not.toMatch(/secret|hunter2|Failing row/)
    } finally {
      log.mockRestore()
    }
  })

  it('is no rule of ours for an id that the column cannot hold', async () => {
    const { db } = await openOnce()
    await run(
      'create table staff (id int primary key, org text not null, login text not null, created timestamptz not null, modified timestamptz not null)',
    )
    await run(
      'create table crews (id int primary key, org text not null, name text not null, created timestamptz not null, modified timestamptz not null)',
    )
    await run(
      'create table crew_members (crew int not null references crews, member int not null, primary key (crew, member))',
    )
    const where = {
      db,
      tenant: 'org',
      created: 'created',
      lastModified: 'modified',
      id: { column: 'id', type: 'integer' },
    } as const
    const scim = serve({
      users: kyselyStore<unknown, User>({
        ...where,
        table: 'staff',
        mapping: mapUser<Row>()({ userName: 'login' }),
      }),
      groups: kyselyStore<unknown, Group>({
        ...where,
        table: 'crews',
        mapping: mapGroup<Row>()({
          displayName: 'name',
          members: childTable('crew_members', { key: 'crew', columns: { value: 'member' } }),
        }),
      }),
      onWarning: () => {},
    })
    const change = { op: 'add', path: 'members', value: [{ value: '1' }] }
    for (const id of ['99999999999', '-99999999999', '999999999999999999'])
      for (const reply of [
        await scim.get(`/Users/${id}`),
        await scim.delete(`/Users/${id}`),
        await scim.get(`/Groups/${id}`),
        await scim.patch(`/Groups/${id}`, [change]),
        await scim.patch(`/Groups/${id}`, [{ ...change, op: 'replace' }]),
        await scim.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }]),
        await scim.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members[value eq "1"]' }]),
      ])
        expect([id, reply.status]).toEqual([id, 404])
    expect(scim.errors).toEqual([])
  })
})
