import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Group, LifecycleEvent, User } from '../../../../src/index.js'
import { bearerTokens, createScim, groupResourceType, ScimError, urns } from '../../../../src/index.js'
import { compileResourceType, fullProjection } from '../../../../src/schema/index.js'
import type { OnTransaction } from '../../../../src/stores/kysely/index.js'
import {
  childTable,
  deliverEvents,
  eventsTable,
  kyselyStore,
  mapGroup,
  mapUser,
  scimTables,
} from '../../../../src/stores/kysely/index.js'
import { authenticate, serve } from '../../../http/service.js'
import { databases, openPool, postgres, type TestDatabase } from '../databases.js'
import { recorder } from '../recorder.js'

// A service whose database keeps companies apart: policies show a transaction the rows of the company that it has set,
// and none where it has set none. The role of the service neither owns the tables nor bypasses the policies.

const isOwn = `org = current_setting('app.org', true)`
const org = `org text not null default current_setting('app.org', true)`
const times = 'made timestamptz not null, changed timestamptz not null'

const tables = [
  `create table persons (id uuid primary key, ${org}, login varchar(40) not null, nick text, is_on boolean not null default true, gone timestamptz, ${times})`,
  'create unique index persons_login on persons (org, lower(login)) where gone is null',
  `create table squads (id uuid primary key, ${org}, name text not null, ${times})`,
  'create unique index squads_name on squads (org, lower(name))',
  `create table squad_persons (squad uuid not null references squads on delete cascade, person uuid not null references persons on delete cascade, ${org}, primary key (squad, person))`,
]
const names = ['persons', 'squads', 'squad_persons']

const persons = mapUser<{ login: string; nick: string; is_on: boolean }>()({
  userName: 'login',
  nickName: 'nick',
  active: 'is_on',
})
const squads = (tenant: { tenant?: 'org' }) =>
  mapGroup<{ name: string }>()({
    displayName: 'name',
    members: childTable('squad_persons', { key: 'squad', columns: { value: 'person' }, ...tenant }),
  })

const setOrg: OnTransaction = (execute, { tenant }) => execute`select set_config('app.org', ${tenant}, true)`

const withColumns = { tenant: 'org' } as const
const forgotten = { tenant: false } as const
type Kind = typeof withColumns | typeof forgotten

interface Where {
  readonly db: Kysely<unknown>
  readonly onTransaction?: OnTransaction
  readonly outbox?: string
}

function storesOf(kind: Kind, where: Where) {
  const common = { onTransaction: setOrg, ...where, ...kind, created: 'made', lastModified: 'changed' }
  return {
    users: kyselyStore<unknown, User>({ ...common, table: 'persons', mapping: persons }),
    groups: kyselyStore<unknown, Group>({
      ...common,
      table: 'squads',
      mapping: squads(kind.tenant === false ? {} : kind),
    }),
  }
}

const globex = { token: 'globex-token' }

/** Tables with policies, and a role that is bound by them. */
async function prepare({ db }: TestDatabase, role: string): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db)
  for (const text of tables) await run(text)
  for (const name of names) {
    await run(`alter table ${name} enable row level security`)
    await run(`alter table ${name} force row level security`)
    await run(`create policy own on ${name} using (${isOwn}) with check (${isOwn})`)
  }
  await run(`create role ${role} login password 'app' nosuperuser nobypassrls`)
  await run(`grant select, insert, update, delete on all tables in schema public to ${role}`)
}

function connectAs(role: string, { url = '' }: TestDatabase, max: number) {
  const own = new URL(url)
  own.username = role
  own.password = 'app'
  const pool = openPool({ connectionString: own.href, max })
  pool.on('error', () => {})
  return pool
}

const kyselyOf = (pool: pg.Pool, log?: (text: string) => void) =>
  new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => log?.(event.query.sql),
  })

describe.each(databases)('policies in $database', ({ database: kind, open }) => {
  const role = `app_${crypto.randomUUID().replaceAll('-', '')}`
  let database: TestDatabase
  let pool: pg.Pool | undefined
  let db: Kysely<unknown>
  beforeAll(async () => {
    database = await open()
    await prepare(database, role)
    if (kind === 'PostgreSQL') {
      // One connection, so that each transaction has the one of another tenant before.
      pool = connectAs(role, database, 1)
      db = kyselyOf(pool)
    } else {
      db = database.db
      await sql`set role ${sql.id(role)}`.execute(db)
    }
  })
  afterAll(async () => {
    await pool?.end()
    await database.close()
  })

  it.each([
    ['beside tenant columns', withColumns],
    ['where tenant columns were forgotten', forgotten],
  ])('keep companies apart %s', async (_, columns) => {
    const scim = serve({ ...storesOf(columns, { db }), atomicBulk: true })
    const name = crypto.randomUUID().slice(0, 8)
    const ada = await scim.createUser({ userName: `Ada-${name}` })
    const bob = await scim.createUser({ userName: `bob-${name}` })
    const theirs = await scim.createUser({ userName: `ada-${name}` }, globex)

    // Reads, lists and filters.
    expect((await scim.get(`/Users/${theirs.id}`)).status).toBe(404)
    expect((await scim.get(`/Users/${ada.id}`, globex)).status).toBe(404)
    const ids = async (path: string, sent = {}) =>
      (await scim.get(path, sent)).body.Resources.map(({ id }) => id).sort()
    expect(await ids('/Users', globex)).toEqual([theirs.id])
    expect(await ids('/Users')).toEqual([ada.id, bob.id].sort())
    const isAda = `?filter=${encodeURIComponent(`userName eq "ADA-${name}"`)}`
    expect(await ids(`/Users${isAda}`)).toEqual([ada.id])
    expect(await ids(`/Users${isAda}`, globex)).toEqual([theirs.id])
    expect(await ids(`/Users?count=1&cursor`)).toHaveLength(1)
    expect((await scim.get('/Users?count=0')).body.totalResults).toBe(2)

    // Writes of what is another company's.
    const off = [{ op: 'replace', path: 'active', value: false }]
    expect((await scim.patch(`/Users/${theirs.id}`, off)).status).toBe(404)
    expect((await scim.delete(`/Users/${theirs.id}`)).status).toBe(404)
    const body = { schemas: [urns.user], userName: 'taken', active: true }
    expect((await scim.put(`/Users/${theirs.id}`, body)).status).toBe(404)

    // Groups, their members, and the groups of users.
    const squad = await scim.createGroup({ displayName: name, members: [{ value: ada.id }] })
    const others = await scim.createGroup({ displayName: name, members: [{ value: theirs.id }] }, globex)
    const add = (id: string) => [{ op: 'add', path: 'members', value: [{ value: id }] }]
    expect((await scim.patch(`/Groups/${squad.id}`, add(theirs.id))).status).toBe(204)
    expect((await scim.patch(`/Groups/${others.id}`, add(ada.id))).status).toBe(404)
    expect((await scim.patch(`/Groups/${squad.id}`, add(bob.id))).status).toBe(204)
    const members = async (id: string, sent = {}) =>
      ((await scim.get(`/Groups/${id}`, sent)).body.members as { value: string }[]).map(({ value }) => value)
    expect((await members(squad.id)).sort()).toEqual([ada.id, bob.id].sort())
    expect(await members(others.id, globex)).toEqual([theirs.id])
    expect((await scim.get(`/Groups/${others.id}`)).status).toBe(404)
    expect((await scim.get(`/Users/${ada.id}`)).body.groups).toMatchObject([{ value: squad.id }])
    expect((await scim.get(`/Users/${theirs.id}`, globex)).body.groups).toMatchObject([{ value: others.id }])
    const hasTheirs = `?filter=${encodeURIComponent(`members.value eq "${theirs.id}"`)}`
    expect(await ids(`/Groups${hasTheirs}`)).toEqual([])

    // What is a company's own can be changed and deleted, alone and in bulk.
    expect((await scim.patch(`/Users/${theirs.id}`, off, globex)).body.active).toBe(false)
    const bulk = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'PATCH', path: `/Users/${bob.id}`, data: { schemas: [urns.patchOp], Operations: off } },
        { method: 'DELETE', path: `/Users/${ada.id}` },
      ],
    })
    expect(bulk.status).toBe(200)
    expect(await members(squad.id)).toEqual([bob.id])
    expect((await scim.get(`/Users/${bob.id}`)).body.active).toBe(false)
    for (const [path, sent] of [
      [`/Groups/${squad.id}`],
      [`/Users/${bob.id}`],
      [`/Groups/${others.id}`, globex],
      [`/Users/${theirs.id}`, globex],
    ] as const)
      expect((await scim.delete(path, sent)).status).toBe(204)
    expect(scim.errors).toEqual([])
    // A setting ends with its transaction.
    const { rows } = await sql<{
      org: string | null
    }>`select current_setting('app.org', true) as org`.execute(db)
    expect(rows[0]?.org || null).toBeNull()
  })

  it('are not relied upon where they are not', async () => {
    const { transactions, get } = storesOf(forgotten, { db }).users
    expect([transactions, get]).toBeDefined()
    await sql`create temp table visitors (id uuid primary key, login text not null, made timestamptz not null, changed timestamptz not null)`.execute(
      db,
    )
    const users = kyselyStore<unknown, User>({
      ...{
        db,
        ...forgotten,
        onTransaction: setOrg,
        table: 'visitors',
        created: 'made',
        lastModified: 'changed',
      },
      mapping: mapUser<{ login: string }>()({ userName: 'login' }),
    })
    const scim = serve({ users })
    for (const { status } of [
      await scim.get('/Users'),
      await scim.post('/Users', { schemas: [urns.user], userName: 'ada' }),
    ])
      expect(status).toBe(500)
    expect(String(scim.errors[0]?.error)).toContain(
      'row-level security is not active for its table and this role',
    )
    await sql`drop table visitors`.execute(db)
  })
})

describe('onTransaction in PostgreSQL', () => {
  const role = `app_${crypto.randomUUID().replaceAll('-', '')}`
  let database: TestDatabase
  let pool: pg.Pool
  beforeAll(async () => {
    database = await postgres()
    await eventsTable(database.db, { table: 'occurrences' }).migrate()
    await prepare(database, role)
    const run = (text: string) => sql.raw(text).execute(database.db)
    for (const name of ['occurrences', 'occurrences_heads']) {
      await run(`alter table ${name} enable row level security`)
      await run(`alter table ${name} force row level security`)
      await run(`create policy own on ${name} using (tenant = current_setting('app.org', true))`)
    }
    pool = connectAs(role, database, 2)
  })
  afterAll(async () => {
    await pool.end()
    await database.close()
  })
  beforeEach(() => sql`truncate persons, squads, squad_persons, occurrences`.execute(database.db))

  const stored = async () => (await sql`select 1 from persons`.execute(database.db)).rows.length
  const ada = { schemas: [urns.user], userName: 'ada' }

  it('that fails is a 500 that the host is told of, and nothing is written', async () => {
    const failures: readonly (readonly [OnTransaction, RegExp])[] = [
      [() => Promise.reject(new Error('no such company')), /^Error: no such company$/],
      [
        () => {
          throw new RangeError('not today')
        },
        /^RangeError: not today$/,
      ],
      // The database's opinion of a value is not the client's business.
      [
        (execute) => execute('select $1::uuid', ['x']),
        /^Error: onTransaction has failed, and nothing was done$/,
      ],
      [
        (execute) => execute`select set_conf('app.org', ${1}, true)`,
        /onTransaction has failed|does not exist/,
      ],
      // Nobody waits for this one.
      [(execute) => void execute('select 1 / 0'), /onTransaction has failed|division by zero/],
      [(execute) => execute('select $1', 'x' as never), /the parameters of a text must be a list/],
    ]
    for (const [onTransaction, message] of failures) {
      const scim = serve(storesOf(withColumns, { db: kyselyOf(pool), onTransaction, outbox: 'occurrences' }))
      for (const { status } of [await scim.post('/Users', ada), await scim.get('/Users')])
        expect(status).toBe(500)
      expect(scim.errors.map(({ error }) => String(error))).toEqual([
        expect.stringMatching(message),
        expect.stringMatching(message),
      ])
    }
    const refused = serve(
      storesOf(withColumns, {
        db: kyselyOf(pool),
        onTransaction: () => {
          throw ScimError.forbidden('Your company has left')
        },
      }),
    )
    expect((await refused.post('/Users', ada)).body).toMatchObject({
      status: '403',
      detail: 'Your company has left',
    })
    expect(await stored()).toBe(0)
    expect(pool.waitingCount).toBe(0)
  })

  it('runs once in each transaction, and first', async () => {
    const log: string[] = []
    const calls: unknown[] = []
    const onTransaction: OnTransaction = async (execute, caller) => {
      calls.push(caller)
      await setOrg(execute, caller)
    }
    const db = kyselyOf(pool, (text) => log.push(text))
    const stores = storesOf(withColumns, { db, onTransaction, outbox: 'occurrences' })
    const scim = serve({ ...stores, atomicBulk: true, check: false })
    const counted = async (work: () => Promise<unknown>) => {
      log.length = 0
      calls.length = 0
      await work()
      const begins = log.filter((text) => /^(?:begin|start transaction)/.test(text))
      // Nothing outside of a transaction, and the hook's statement right after each beginning.
      let isOpen = false
      for (const [index, text] of log.entries()) {
        if (/^(?:begin|start transaction)/.test(text)) {
          isOpen = true
          expect(log[index + 1]).toMatch(/set_config/)
        }
        expect(isOpen, text).toBe(true)
        if (/^(?:commit|rollback)$/.test(text)) isOpen = false
      }
      expect(begins).toHaveLength(calls.length)
      return calls.length
    }
    let id = ''
    expect(await counted(async () => (id = (await scim.createUser({ userName: 'ada' })).id))).toBe(1)
    expect(calls).toEqual([{ tenant: 'acme', actor: 'okta' }])
    expect(await counted(() => scim.get(`/Users/${id}?excludedAttributes=groups`))).toBe(1)
    expect(await counted(() => scim.get('/Users?attributes=userName'))).toBe(1)
    const off = [{ op: 'replace', path: 'active', value: false }]
    // It is read, and written with its events.
    expect(await counted(() => scim.patch(`/Users/${id}?attributes=active`, off))).toBe(2)
    const operations = [1, 2, 3].map((n) => ({
      ...{ method: 'POST', path: '/Users', bulkId: `${n}` },
      data: { ...ada, userName: `user ${n}` },
    }))
    expect(
      await counted(() => scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations: operations })),
    ).toBe(1)
    // A text that is too long makes the service look for its column: that is a transaction too.
    expect(await counted(() => scim.post('/Users', { ...ada, userName: 'x'.repeat(41) }))).toBe(2)
    expect(await stored()).toBe(4)
    expect(scim.errors).toEqual([])
  })

  it('keeps no connection while a client reads members', async () => {
    const narrow = connectAs(role, database, 1)
    try {
      const log: string[] = []
      const scim = serve(storesOf(withColumns, { db: kyselyOf(narrow, (text) => log.push(text)) }))
      const { id } = await scim.createGroup()
      await sql`with p as (insert into persons (id, org, login, made, changed) select gen_random_uuid(), 'acme', n::text, now(), now() from generate_series(1, 2500) as n returning id) insert into squad_persons (squad, person, org) select ${id}, id, 'acme' from p`.execute(
        database.db,
      )
      log.length = 0
      const reply = await scim.scim.fetch(
        new Request(`https://app.example.com/scim/v2/Groups/${id}`, {
          headers: { authorization: 'Bearer acme-token' },
        }),
      )
      const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = (await reader?.read())?.value ?? ''
      expect((await scim.get('/Users?count=1', globex)).body.totalResults).toBe(0)
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        text += part.value
      expect(JSON.parse(text).members).toHaveLength(2500)
      // The group, three pages of members, and the other request.
      expect(log.filter((one) => one.startsWith('begin'))).toHaveLength(5)
      expect((await scim.get(`/Groups/${id}`, globex)).status).toBe(404)
    } finally {
      await narrow.end()
    }
  })

  it('leaves no setting behind for the next tenant of a connection', async () => {
    const narrow = connectAs(role, database, 1)
    try {
      const scim = serve(storesOf(forgotten, { db: kyselyOf(narrow) }))
      await scim.createUser({ userName: 'ada' })
      await scim.createUser({ userName: 'eve' }, globex)
      const found = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const { body } = await scim.get('/Users', index % 2 ? globex : {})
          return body.Resources.map(({ userName }) => userName).join()
        }),
      )
      expect(found).toEqual(found.map((_, index) => (index % 2 ? 'eve' : 'ada')))
      expect((await narrow.query('select * from persons')).rows).toEqual([])
    } finally {
      await narrow.end()
    }
  })

  it('takes SQL as a template, as text with parameters, and as Kysely has it', async () => {
    const tenant = "'); delete from persons; --"
    const authenticate = bearerTokens([{ token: 'acme-token', tenant }])
    const ways: readonly OnTransaction[] = [
      setOrg,
      (execute, caller) => execute("select set_config('app.org', $1, true)", [caller.tenant]),
      (execute, caller) => execute(sql`select set_config('app.org', ${caller.tenant}, true)`),
      async (execute, caller) => {
        const [row] = await execute<{ one: number }>('select 1 as one')
        if (row?.one === 1) await setOrg(execute, caller)
      },
    ]
    for (const [index, onTransaction] of ways.entries()) {
      const scim = serve({ ...storesOf(forgotten, { db: kyselyOf(pool), onTransaction }), authenticate })
      await scim.createUser({ userName: `user ${index}` })
      expect((await scim.get('/Users')).body.totalResults).toBe(index + 1)
    }
    const { rows } = await sql<{ org: string }>`select distinct org from persons`.execute(database.db)
    expect(rows).toEqual([{ org: tenant }])
  })

  it('is not used afterwards', async () => {
    let kept: Parameters<OnTransaction>[0] | undefined
    const onTransaction: OnTransaction = (execute) => {
      kept = execute
    }
    const scim = serve(storesOf(withColumns, { db: kyselyOf(pool), onTransaction }))
    await scim.get('/Users')
    expect(() => kept?.('select 1')).toThrow('execute is for the time until onTransaction has returned')
  })

  it('records events for their tenant; a worker with a role of its own delivers all', async () => {
    const db = kyselyOf(pool)
    const scim = serve(storesOf(withColumns, { db, outbox: 'occurrences' }))
    await scim.createUser({ userName: 'ada' })
    await scim.createUser({ userName: 'eve' }, globex)
    const seen: (string | undefined)[] = []
    const note = ({ tenant }: LifecycleEvent) => void seen.push(tenant)
    // Without a tenant, the role of the service sees none.
    await deliverEvents(db, note, { table: 'occurrences' })
    expect(seen).toEqual([])
    await deliverEvents(database.db, note, { table: 'occurrences' })
    expect(seen.sort()).toEqual(['acme', 'globex'])
  })

  it('is not needed for checks and migrations, which may use a role of their own', async () => {
    const options = {
      db: database.db,
      table: 'persons',
      mapping: persons,
      created: 'made',
      lastModified: 'changed',
    }
    for (const users of [
      kyselyStore<unknown, User>({ ...options, tenant: 'org' }),
      kyselyStore<unknown, User>({ ...options, db: kyselyOf(pool), tenant: 'org', onTransaction: setOrg }),
    ]) {
      const found = await createScim({ authenticate, users }).check()
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
    }
    await scimTables(database.db, { outbox: true }).migrate()
    await sql
      .raw(
        `grant select, insert, update, delete on all tables in schema public to ${role}; alter table scim_users enable row level security; alter table scim_users force row level security; create policy own on scim_users using (tenant = current_setting('app.org', true))`,
      )
      .execute(database.db)
    const scim = serve(scimTables(kyselyOf(pool), { onTransaction: setOrg }))
    const mine = await scim.createUser({ userName: 'ada' })
    const theirs = await scim.createUser({ userName: 'ada' }, globex)
    expect((await scim.get('/Users')).body.Resources).toMatchObject([{ id: mine.id }])
    expect((await scim.get(`/Users/${theirs.id}`)).status).toBe(404)
    expect((await scim.delete(`/Users/${mine.id}`)).status).toBe(204)
  })

  it('leaves a constraint that is checked at the end of the transaction a conflict', async () => {
    const run = (text: string) => sql.raw(text).execute(database.db)
    await run('alter table persons add constraint late unique (org, nick) deferrable initially deferred')
    try {
      for (const more of [{}, { outbox: 'occurrences' }]) {
        const scim = serve(storesOf(withColumns, { db: kyselyOf(pool), ...more }))
        const nickName = crypto.randomUUID()
        await scim.createUser({ nickName })
        const again = await scim.post('/Users', { ...ada, userName: nickName, nickName })
        expect(again.body).toMatchObject({ status: '409', scimType: 'uniqueness' })
        expect(scim.errors).toEqual([])
      }
    } finally {
      await run('alter table persons drop constraint late')
    }
  })

  it('is around deletions that keep the row, and around what brings it back', async () => {
    const users = kyselyStore<unknown, User>({
      ...{
        db: kyselyOf(pool),
        onTransaction: setOrg,
        ...forgotten,
        created: 'made',
        lastModified: 'changed',
      },
      ...{ table: 'persons', mapping: persons, where: { gone: null } },
      softDelete: { set: { gone: () => new Date() }, revive: true },
    })
    const scim = serve({ users })
    const { id } = await scim.createUser({ userName: 'ada' })
    const theirs = await scim.createUser({ userName: 'ada' }, globex)
    expect((await scim.delete(`/Users/${theirs.id}`, globex)).status).toBe(204)
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
    expect((await scim.get('/Users')).body.totalResults).toBe(0)
    expect((await scim.post('/Users', ada)).body.id).toBe(id)
    expect((await scim.get('/Users', globex)).body.totalResults).toBe(0)
    expect([await stored(), scim.errors]).toEqual([2, []])
  })

  it('waits for a group that many change, and loses none of the members', async () => {
    const wide = connectAs(role, database, 8)
    try {
      const scim = serve(storesOf(withColumns, { db: kyselyOf(wide) }))
      const users = await Promise.all(Array.from({ length: 24 }, () => scim.createUser()))
      const { id } = await scim.createGroup()
      const replies = await Promise.all(
        users.map(({ id: value }) =>
          scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
        ),
      )
      expect(replies.map(({ status }) => status)).toEqual(users.map(() => 204))
      expect((await scim.get(`/Groups/${id}`)).body.members).toHaveLength(24)
    } finally {
      await wide.end()
    }
  })
})

describe('the stores of one database', () => {
  const message = /onTransaction belongs to the database, and another store of this one has (?:another|none)/

  it('call the database in transactions, whatever the method', async () => {
    const { db, take } = recorder()
    const common = { db, onTransaction: setOrg, ...withColumns, created: 'made', lastModified: 'changed' }
    const groups = kyselyStore<unknown, Group>({
      ...{ ...common, outbox: true, table: 'squads' },
      mapping: mapGroup<{ name: string }>()({
        displayName: 'name',
        members: childTable('squad_persons', {
          ...{ key: 'squad', columns: { value: 'person', display: 'called' } },
          ...withColumns,
        }),
      }),
    })
    const resourceType = compileResourceType(groupResourceType)
    const context = { tenant: 'acme', actor: 'okta', requestId: 'test', resourceType, signal: undefined }
    const id = '5e0f0d2c-1111-4222-8333-444455556666'
    const projection = fullProjection(resourceType)
    const draft = { schemas: [urns.group], displayName: 'Maths', members: [{ value: id }] }
    const query = { filter: undefined, sort: undefined, startIndex: 1, count: 9, projection }
    const event: LifecycleEvent = {
      ...{ id, name: 'group.created', resourceType: 'Group', resourceId: id, changed: [] },
      ...{ tenant: 'acme', actor: 'okta', requestId: 'test' },
    }
    const calls: Readonly<Record<string, () => unknown>> = {
      get: () => groups.get(id, projection, context),
      list: () => groups.list(query, context),
      create: () => groups.create(draft, context),
      replace: () => groups.replace(id, draft, '1', context),
      delete: () => groups.delete(id, '1', context),
      record: () => groups.record?.([event], context),
      changeMembers: () => groups.changeMembers?.(id, { add: [{ value: id }], remove: [] }, '1', context),
      groupsOf: () => groups.groupsOf?.([id], context),
      renameMember: () => groups.renameMember?.({ id, type: 'User' }, new Map([['Ada', 'Eva']]), context),
      members: async () => {
        for await (const page of groups.members?.(id, context) ?? []) expect(page).toEqual([])
      },
    }
    // They know their answer without the database, or ask its catalogue, which has no rows of tenants.
    const others = [
      'canClear',
      'check',
      'checksReferencesTo',
      'describe',
      'restrictResourceType',
      'storesAsText',
    ]
    const names = Object.entries(groups).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    )
    expect(names.filter((name) => !others.includes(name)).sort()).toEqual(Object.keys(calls).sort())
    for (const [name, call] of Object.entries(calls)) {
      // The database of the test stores nothing: most of them fail in the end.
      await Promise.resolve(call()).catch(() => {})
      const [begin, hook, ...statements] = take().split('\n')
      expect(begin, name).toMatch(/^(?:begin|start transaction.*);$/)
      expect(hook, name).toContain('set_config')
      expect(statements.length, name).toBeGreaterThan(1)
      expect(statements.pop(), name).toMatch(/^(?:commit|rollback);$/)
      expect(statements.join(), name).not.toMatch(/begin;|commit;|rollback;/)
    }
  })

  it('have one onTransaction', () => {
    const { db } = recorder()
    const hook: OnTransaction = () => {}
    storesOf(withColumns, { db, onTransaction: hook })
    expect(() => storesOf(withColumns, { db, onTransaction: () => {} })).toThrow(/^kyselyStore: /)
    expect(() => storesOf(withColumns, { db, onTransaction: () => {} })).toThrow(message)
    expect(() => scimTables(db)).toThrow(/^scimTables: /)
    expect(() => scimTables(db)).toThrow(message)
    scimTables(db, { onTransaction: hook })
    const other = recorder().db
    scimTables(other)
    expect(() => storesOf(withColumns, { db: other })).toThrow(message)
    expect(() => storesOf(withColumns, { db: other.withSchema('hr') })).toThrow(message)
  })

  it('have one that is a function', () => {
    const { db } = recorder()
    expect(() => storesOf(withColumns, { db, onTransaction: 'set role app' as never })).toThrow(
      new TypeError('kyselyStore: onTransaction must be a function'),
    )
  })

  it('use no more statements without it', async () => {
    const statements = async (onTransaction: OnTransaction | undefined) => {
      const { db, take } = recorder()
      const common = { db, onTransaction, tenant: 'org', created: 'made', lastModified: 'changed' }
      const users = kyselyStore<unknown, User>({ ...common, table: 'persons', mapping: persons })
      const scim = serve({ users, check: false })
      await scim.get('/Users/5e0f0d2c-1111-4222-8333-444455556666')
      return take().split('\n')
    }
    const [read, ...others] = await statements(undefined)
    expect([read, others]).toEqual([expect.stringMatching(/^select /), []])
    expect(await statements(setOrg)).toEqual([
      'begin;',
      `select set_config('app.org', $1, true); -- "acme"`,
      read,
      'commit;',
    ])
  })
})

describe('a store without tenants', () => {
  it('is for callers without one', async () => {
    const { db, answers, take } = recorder()
    const common = { db, tenant: false, created: 'made', lastModified: 'changed' } as const
    const users = kyselyStore<unknown, User>({ ...common, table: 'persons', mapping: persons })
    const groups = kyselyStore<unknown, Group>({ ...common, table: 'squads', mapping: squads({}) })
    const tokens = bearerTokens([{ token: 'acme-token', tenant: 'acme' }, { token: 'nobody' }])
    expect(() => serve({ users, groups, authenticate: tokens })).toThrow(
      new TypeError(
        'createScim: the tokens name tenants, and the store of User resources is for one tenant only (tenant: false)',
      ),
    )
    const scim = serve({ users, groups, check: false, authenticate: (request) => tokens(request) })
    const id = '5e0f0d2c-1111-4222-8333-444455556666'
    const body = { ...{ schemas: [urns.user], userName: 'ada' }, displayName: 'Maths' }
    const off = [{ op: 'replace', path: 'active', value: false }]
    const add = [{ op: 'add', path: 'members', value: [{ value: id }] }]
    const replies = [
      await scim.get('/Users'),
      await scim.get(`/Users/${id}`),
      await scim.get(`/Groups/${id}`),
      await scim.post('/Users', body),
      await scim.post('/Groups', { ...body, schemas: [urns.group] }),
      await scim.put(`/Users/${id}`, body),
      await scim.patch(`/Users/${id}`, off),
      await scim.patch(`/Groups/${id}`, add),
      await scim.delete(`/Users/${id}`),
      await scim.delete(`/Groups/${id}`),
    ]
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 500))
    expect(take()).toBe('')
    for (const { error } of scim.errors)
      expect(String(error)).toMatch(
        /The caller has a tenant, and the store of "(?:persons|squads)" is for one/,
      )
    expect(scim.errors.length).toBe(replies.length)
    answers.push([{ m_total: '0' }])
    expect((await scim.get('/Users?count=0', { token: 'nobody' })).body.totalResults).toBe(0)
  })
})
