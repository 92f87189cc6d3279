import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding, Group, Scim, User } from '../../../../src/index.js'
import { createScim, memoryStore } from '../../../../src/index.js'
import type { KyselyStoreOptions } from '../../../../src/stores/kysely/index.js'
import {
  childTable,
  column,
  eventsTable,
  kyselyStore,
  lookup,
  mapGroup,
  mapUser,
  reference,
  scimTables,
} from '../../../../src/stores/kysely/index.js'
import { codes } from '../../../../src/stores/kysely/store/check/codes.js'
import { authenticate } from '../../../http/service.js'
import { databases, type TestDatabase } from '../databases.js'

// What was wrong with a table came out when an identity provider was refused, or when two people had one account.

interface Row {
  readonly login: string
  readonly name: string
  readonly ext: string | null
  readonly nick: string | null
  readonly state: string | null
  readonly boss: string | null
  readonly job: string | null
  readonly grade: number | null
  readonly more: unknown
}

/** What only a host without types can write. */
const untyped = (definition: object) => mapUser<Row>()(definition as { userName: 'login' })

const times = 'created timestamptz not null, modified timestamptz not null'
const columns = `id uuid primary key, org text not null, login text not null, ext text, ${times}`
const unique = 'create unique index on people (org, lower(login))'
const byExternalId = 'create index on people (org, ext)'
const indexes = [unique, byExternalId]

const mapping = mapUser<Row>()({ userName: 'login', externalId: 'ext' })

interface Case {
  readonly code: keyof typeof codes
  readonly tables: readonly string[]
  readonly options?: Partial<KyselyStoreOptions<unknown, User>>
  readonly where: string
  readonly message: string
  /** What its `fix` must say; undefined: it is SQL, which is run. */
  readonly fix?: string | RegExp
  /** What follows the advice, where that is no SQL. */
  readonly mended?: Partial<KyselyStoreOptions<unknown, User>> | ((database: TestDatabase) => Promise<void>)
}

const cases: Readonly<Record<string, Case>> = {
  'a table that is not there': {
    code: 'missing-table',
    tables: [`create table people (${columns})`, ...indexes],
    options: { table: 'persons' },
    where: 'users: option table',
    message: 'there is no table "persons"',
    fix: /Name one that there is/,
    mended: { table: 'people' },
  },
  'a table whose name has capitals': {
    code: 'missing-table',
    tables: [
      `create table "People" (${columns})`,
      'create unique index on "People" (org, lower(login))',
      'create index on "People" (org, ext)',
    ],
    options: { table: 'people' },
    where: 'users: option table',
    message: 'there is no table "people" on the search path, though there is "public.People"',
    fix: 'Name it as it is: "public.People"',
    mended: { table: 'People' },
  },
  'a table in another schema': {
    code: 'missing-table',
    tables: [
      'create schema hr',
      `create table hr.people (${columns})`,
      'create unique index on hr.people (org, lower(login))',
      'create index on hr.people (org, ext)',
    ],
    where: 'users: option table',
    message: 'there is no table "people" on the search path, though there is "hr.people"',
    fix: 'Name it as it is: "hr.people"',
    mended: { table: 'hr.people' },
  },
  'a column that is not there': {
    code: 'missing-column',
    tables: [`create table people (${columns})`, ...indexes],
    options: { mapping: mapUser<Row>()({ userName: 'login', externalId: 'ext', nickName: 'nick' }) },
    where: 'users: mapping of nickName',
    message: 'the table "people" has no column "nick"',
  },
  'a column under another convention': {
    code: 'missing-column',
    tables: [`create table people (${columns.replace('modified', '"modifiedAt"')})`, ...indexes],
    options: { lastModified: 'modified_at' },
    where: 'users: option lastModified',
    message: 'the table "people" has no column "modified_at"',
    fix: 'Name it as it is: "modifiedAt"',
    mended: { lastModified: 'modifiedAt' },
  },
  'a column that is misspelt': {
    code: 'missing-column',
    tables: [`create table people (${columns})`, ...indexes],
    options: { lastModified: 'modifeid' },
    where: 'users: option lastModified',
    message: 'the table "people" has no column "modifeid"',
    fix: 'Name it as it is, if you mean "modified"; else: alter table "people" add column "modifeid" timestamptz;',
    mended: { lastModified: 'modified' },
  },
  'no column for the tenant': {
    code: 'missing-column',
    tables: [`create table people (${columns})`, ...indexes],
    options: { tenant: 'company' },
    where: 'users: option tenant',
    message: 'the table "people" has no column "company"',
    fix: 'alter table "people" add column "company" text;',
    mended: { tenant: 'org' },
  },
  'ids of another type': {
    code: 'column-type',
    tables: [`create table people (${columns.replace('id uuid', 'id text')})`, ...indexes],
    where: 'users: option id',
    message: 'the column "id" of "people" is a text, and ids are uuid',
    fix: "Say so: id: { column: 'id', type: 'text' }",
    mended: { id: { column: 'id', type: 'text' } },
  },
  'a boolean in a text': {
    code: 'column-type',
    tables: [`create table people (${columns}, state text)`, ...indexes],
    options: { mapping: untyped({ userName: 'login', externalId: 'ext', active: 'state' }) },
    where: 'users: mapping of active',
    message: 'the column "state" of "people" is a text, which does not fit',
    fix: /column\('state', \{ read, write, filter \}\); or: alter table "people" alter column "state" type boolean/,
    mended: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        active: column('state', { read: (state) => state === 'ON', write: (on) => (on ? 'ON' : 'OFF') }),
      }),
    },
  },
  'a document in a text': {
    code: 'column-type',
    tables: [`create table people (${columns}, more text)`, ...indexes],
    options: { mapping: mapUser<Row>()({ userName: 'login', externalId: 'ext', overflow: 'more' }) },
    where: 'users: mapping of overflow',
    message: 'the column "more" of "people" is a text, which does not fit',
  },
  'a manager of another type than ids': {
    code: 'column-type',
    tables: [`create table people (${columns}, boss text)`, ...indexes],
    options: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: reference('boss') },
      }),
    },
    where: 'users: mapping of urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
    message: 'the column "boss" of "people" is a text, and what it refers to is uuid',
  },
  'a view without a version': {
    code: 'no-version',
    tables: [
      `create table people (${columns}, seen int not null default 1)`,
      ...indexes,
      'create view staff as select * from people',
    ],
    options: { table: 'staff' },
    where: 'users: option version',
    message: '"staff" is no table: its rows have no version of their own',
    fix: /bigint not null default 1/,
    mended: { version: 'seen' },
  },
  'a view that passes on the version': {
    code: 'no-version',
    tables: [
      `create table people (${columns})`,
      ...indexes,
      'create view staff as select * from people',
      'create view versioned as select *, xmin from people',
    ],
    options: { table: 'staff' },
    where: 'users: option version',
    message: '"staff" is no table: its rows have no version of their own',
    fix: /the option "version"/,
    mended: { table: 'versioned' },
  },
  'a version of fewer columns than are mapped': {
    code: 'version-partial',
    tables: [`create table people (${columns})`, ...indexes],
    options: { version: { columns: ['login'] } },
    where: 'users: option version',
    message: 'changes of "ext", "modified" of "people" alone do not show in the version of a row',
    fix: /^Name them too: version: \{ columns: \['login', 'ext', 'modified'\] \}$/,
    mended: { version: undefined },
  },
  'a version that rows may lack': {
    code: 'version-nullable',
    tables: [`create table people (${columns}, seen int)`, ...indexes],
    options: { version: 'seen' },
    where: 'users: option version',
    message: 'the column "seen" of "people" may be empty',
  },
  'rows of e-mail addresses that two tenants could own': {
    code: 'tenants-not-apart',
    tables: [
      `create table people (${columns.replace('id uuid primary key', 'id uuid not null')}, primary key (org, id))`,
      ...indexes,
      'create table mails (owner uuid not null, value text not null)',
      'create index on mails (owner)',
    ],
    options: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        emails: childTable('mails', { key: 'owner', columns: { value: 'value' } }),
      }),
    },
    where: 'users: mapping of emails',
    message:
      'the rows of "mails" belong to a "id" of "people", which two tenants can both have, and say no tenant',
    fix: /create unique index concurrently "people_id_scim" on "people" \("id"\);$/,
    mended: async ({ db }) => {
      await sql.raw('create unique index on people (id)').execute(db)
    },
  },
  'an outbox without its table': {
    code: 'no-events-table',
    tables: [`create table people (${columns})`, ...indexes],
    options: { outbox: 'Moves' },
    where: 'users: option outbox',
    message: 'there is no table "Moves"',
    fix: "Create it: await eventsTable(db, { table: 'Moves' }).migrate()",
    mended: ({ db }) => eventsTable(db, { table: 'Moves' }).migrate(),
  },
  'ids that nothing keeps unique': {
    code: 'id-not-unique',
    tables: [`create table people (${columns.replace(' primary key', '')})`, ...indexes],
    where: 'users: option id',
    message: 'no unique index of "people" is about "id"',
  },
  'user names that nothing keeps unique': {
    code: 'not-unique',
    tables: [`create table people (${columns})`, byExternalId, 'create index on people (org, lower(login))'],
    where: 'users: mapping of userName',
    message: 'no unique index of "people" covers userName',
  },
  'user names that are unique with something else only': {
    code: 'not-unique',
    tables: [
      `create table people (${columns})`,
      byExternalId,
      'create unique index on people (org, lower(login), ext)',
    ],
    where: 'users: mapping of userName',
    message: 'no unique index of "people" covers userName',
  },
  'two accounts for Ann@ and ann@': {
    code: 'unique-case-sensitive',
    tables: [`create table people (${columns}, constraint one_login unique (org, login))`, byExternalId],
    where: 'users: mapping of userName',
    message:
      'the unique index "one_login" of "people" tells upper and lower case apart, and userName does not',
    fix: 'create unique index concurrently "people_org_login_scim" on "people" ("org", lower("login"));',
  },
  'user names that are unique among some': {
    code: 'unique-partial',
    tables: [
      `create table people (${columns}, gone boolean)`,
      byExternalId,
      'create unique index some_logins on people (org, lower(login)) where not gone',
    ],
    where: 'users: mapping of userName',
    message: 'the unique index "some_logins" of "people" is about some rows only (NOT gone)',
  },
  'an external id without an index': {
    code: 'not-indexed',
    tables: [`create table people (${columns})`, unique],
    where: 'users: mapping of externalId',
    message: 'no index of "people" answers what externalId is looked up by',
  },
  'e-mail addresses without an index': {
    code: 'not-indexed',
    tables: [
      `create table people (${columns})`,
      ...indexes,
      'create table mails (owner uuid not null, value text not null)',
    ],
    options: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        emails: childTable('mails', { key: 'owner', columns: { value: 'value' } }),
      }),
    },
    where: 'users: mapping of emails',
    message: 'no index of "mails" begins with "owner"',
  },
  'two attributes in the same rows': {
    code: 'shared-table',
    tables: [
      `create table people (${columns})`,
      ...indexes,
      'create table contacts (owner uuid not null, value text not null)',
      'create index on contacts (owner)',
    ],
    options: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        emails: childTable('contacts', { key: 'owner', columns: { value: 'value' } }),
        phoneNumbers: childTable('contacts', { key: 'owner', columns: { value: 'value' } }),
      }),
    },
    where: 'users: mapping of phoneNumbers',
    message: 'the rows of "contacts" are emails too',
    fix: /a table of its own/,
    mended: { mapping },
  },
  'an index in which those who have left keep their names': {
    code: 'unique-with-deleted',
    tables: [`create table people (${columns}, state text, gone timestamptz)`, ...indexes],
    options: { where: { gone: null }, softDelete: { set: { gone: () => new Date() } } },
    where: 'users: option softDelete',
    message: 'the unique index "people_org_lower_idx" of "people" is about deleted rows too',
    fix: /^Set revive: true, or .* create unique index concurrently "people_org_login_scim" on "people" \("org", lower\("login"\)\) where "gone" is null;$/,
    mended: async ({ db }) => {
      await sql.raw('drop index people_org_lower_idx').execute(db)
      await sql.raw('create unique index on people (org, lower(login)) where gone is null').execute(db)
    },
  },
  // A row without a state is shown, and must be in the index too.
  'deleted rows by a state that may be missing': {
    code: 'unique-with-deleted',
    tables: [`create table people (${columns}, state text)`, ...indexes],
    options: { where: { state: { not: 'GONE' } }, softDelete: { set: { state: 'GONE' } } },
    where: 'users: option softDelete',
    message: 'the unique index "people_org_lower_idx" of "people" is about deleted rows too',
    fix: /where \("state" = 'GONE'\) is not true;$/,
    mended: async ({ db }) => {
      await sql.raw('drop index people_org_lower_idx').execute(db)
      await sql
        .raw("create unique index on people (org, lower(login)) where (state = 'GONE') is not true")
        .execute(db)
    },
  },
  'departments that can be there twice': {
    code: 'lookup-not-unique',
    tables: [
      `create table people (${columns}, job int)`,
      ...indexes,
      'create table jobs (no serial primary key, org text not null, label text not null)',
    ],
    options: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        title: lookup('job', { table: 'jobs', key: 'no', value: 'label', tenant: 'org', create: true }),
      }),
    },
    where: 'users: mapping of title',
    message: 'no unique index of "jobs" covers "label"',
  },
  'a column that nobody fills': {
    code: 'column-without-value',
    tables: [
      `create table people (${columns}, badge int not null, serial int generated always as identity, twice text not null generated always as (login || login) stored, kind text not null default 'p')`,
      ...indexes,
    ],
    where: 'users: option table',
    message: 'the column "badge" of "people" must have a value, and nothing gives it one',
    fix: 'Give it a default or map an attribute to it; or: alter table "people" alter column "badge" drop not null;',
    mended: async ({ db }) => {
      await sql.raw('alter table "people" alter column "badge" drop not null').execute(db)
    },
  },
  'a column that a client may leave empty, and the table not': {
    code: 'attribute-not-null',
    tables: [`create table people (${columns}, job text not null)`, ...indexes],
    options: { mapping: mapUser<Row>()({ userName: 'login', externalId: 'ext', title: 'job' }) },
    where: 'users: mapping of title',
    message: 'the column "job" of "people" must have a value, and clients may leave title out',
    fix: /drop not null;$/,
    mended: async ({ db }) => {
      await sql.raw('alter table people alter column job drop not null').execute(db)
    },
  },
  'a text in a number': {
    code: 'column-not-text',
    tables: [`create table people (${columns}, grade int)`, ...indexes],
    options: { mapping: untyped({ userName: 'login', externalId: 'ext', title: 'grade' }) },
    where: 'users: mapping of title',
    message: 'the column "grade" of "people" is an integer, and clients send text',
    fix: /column\('grade', \{ read, write \}\)/,
    mended: {
      mapping: mapUser<Row>()({
        userName: 'login',
        externalId: 'ext',
        title: column('grade', { read: (grade) => String(grade), write: Number }),
      }),
    },
  },
  'a user name that filters cannot use': {
    code: 'not-filterable',
    tables: [`create table people (${columns})`, ...indexes],
    options: {
      mapping: mapUser<Row>()({
        userName: column('login', { read: (login) => String(login), write: (name) => name.toLowerCase() }),
        externalId: 'ext',
      }),
    },
    where: 'users: mapping of userName',
    message: 'filters cannot use userName: its column is translated',
    fix: /without read and write/,
    mended: { mapping },
  },
  'times without a zone': {
    code: 'time-without-zone',
    tables: [
      `create table people (${columns.replace('modified timestamptz', 'modified timestamp(3)')})`,
      ...indexes,
    ],
    where: 'users: option lastModified',
    message: 'the column "modified" of "people" is a timestamp(3) without time zone',
    fix: `Nothing where it holds UTC; else: alter table "people" alter column "modified" type timestamptz using "modified" at time zone 'UTC';`,
    mended: async ({ db }) => {
      await sql
        .raw(
          `alter table "people" alter column "modified" type timestamptz using "modified" at time zone 'UTC'`,
        )
        .execute(db)
    },
  },
  'no place for external ids': {
    code: 'no-external-id',
    tables: [`create table people (${columns})`, ...indexes],
    options: { mapping: mapUser<Row>()({ userName: 'login' }) },
    where: 'users: mapping of externalId',
    message: 'externalId has no place',
    fix: 'alter table "people" add column "external_id" text; and map externalId to it',
    mended: { mapping },
  },
}

const groupCases: Readonly<
  Record<string, Omit<Case, 'options' | 'mended'> & { readonly members?: Parameters<typeof childTable>[1] }>
> = {
  'members without an index of their groups': {
    code: 'not-indexed',
    tables: [
      'create table "Team_Members" (person uuid not null, team uuid not null, primary key (person, team))',
    ],
    where: 'groups: mapping of members',
    message: 'no index of "Team_Members" begins with "team"',
  },
  'members without an index of their own': {
    code: 'not-indexed',
    tables: [
      'create table "Team_Members" (person uuid not null, team uuid not null, primary key (team, person))',
    ],
    where: 'groups: mapping of members',
    message: 'no index of "Team_Members" begins with "person"',
  },
  'members that can be in a group twice': {
    code: 'members-not-unique',
    tables: [
      'create table "Team_Members" (person uuid not null, team uuid not null)',
      'create index on "Team_Members" (team)',
      'create index on "Team_Members" (person)',
    ],
    where: 'groups: mapping of members',
    message: 'no unique index of "Team_Members" covers "team" and "person"',
  },
}

describe.each(databases)('on $database, the check of a table', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  async function fresh(tables: readonly string[]): Promise<void> {
    const run = (text: string) => sql.raw(text).execute(database.db)
    await run('drop schema if exists hr cascade')
    await run('drop schema public cascade')
    await run('create schema public')
    for (const text of tables) await run(text)
  }

  function users(options: Partial<KyselyStoreOptions<unknown, User>> = {}) {
    return kyselyStore<unknown, User>({
      db: database.db,
      table: 'people',
      mapping,
      tenant: 'org',
      created: 'created',
      lastModified: 'modified',
      ...options,
    })
  }

  function check(options: Partial<KyselyStoreOptions<unknown, User>> = {}): Promise<readonly Finding[]> {
    return createScim({ authenticate, users: users(options) }).check()
  }

  it('finds nothing where it fits', async () => {
    await fresh([`create table people (${columns})`, ...indexes])
    expect(await check()).toEqual([])
  })

  it('finds nothing in a table of a lookup whose columns are all filled', async () => {
    await fresh([
      `create table people (${columns}, job int)`,
      ...indexes,
      'create table jobs (no int generated always as identity primary key, org text not null, label text not null, pay int not null default 1)',
      'create unique index on jobs (org, lower(label))',
    ])
    const title = (create: boolean) =>
      lookup<Row>('job', { table: 'jobs', key: 'no', value: 'label', tenant: 'org', create })
    for (const create of [true, false]) {
      const mapping = mapUser<Row>()({ userName: 'login', externalId: 'ext', title: title(create) })
      expect(await check({ mapping })).toEqual([])
    }
  })

  it('finds nothing where policies keep tenants apart, whose column only they know', async () => {
    const own = await open()
    try {
      for (const text of [`create table people (${columns})`, ...indexes]) await sql.raw(text).execute(own.db)
      await sql.raw('alter table people enable row level security').execute(own.db)
      await sql
        .raw("create policy own on people using (org = current_setting('app.tenant', true))")
        .execute(own.db)
      const policies = { tenant: false, onTransaction: () => undefined } as const
      const found = await check({ ...policies, db: own.db, insertDefaults: () => ({}) })
      expect(found).toEqual([])
    } finally {
      await own.close()
    }
  })

  it('finds nothing where an index is about those who have not left, or they are brought back', async () => {
    const softDelete = { set: { gone: () => new Date() } }
    await fresh([`create table people (${columns}, gone timestamptz)`, ...indexes])
    expect(await check({ where: { gone: null }, softDelete: { ...softDelete, revive: true } })).toEqual([])
    await fresh([
      `create table people (${columns}, gone timestamptz)`,
      `${unique} where gone is null`,
      byExternalId,
    ])
    expect(await check({ where: { gone: null }, softDelete })).toEqual([])
  })

  it('finds nothing where a column of its own keeps names without their case', async () => {
    const own = 'create unique index on people (org, key)'
    const folded = {
      mapping: mapUser<Row & { key: string }>()({
        userName: column('login', { foldedIn: 'key' }),
        externalId: 'ext',
      }),
    }
    await fresh([`create table people (${columns}, key text not null)`, own, byExternalId])
    expect((await check(folded)).filter(({ code }) => code !== 'ascii-letters-only')).toEqual([])
    await fresh([`create table people (${columns}, key text not null)`, unique, byExternalId])
    const [found] = await check(folded)
    expect(found).toMatchObject({ code: 'not-unique' })
    await sql.raw(found?.fix ?? '').execute(database.db)
    expect((await check(folded)).filter(({ code }) => code !== 'ascii-letters-only')).toEqual([])
  })

  it('finds nothing in tables of its own, once they are there', async () => {
    await fresh([])
    const { users, groups, migrate } = scimTables(database.db, { outbox: true })
    const scim = createScim({ authenticate, users, groups })
    const before = await scim.check()
    expect(new Set(before.map(({ code }) => code))).toEqual(new Set(['missing-table']))
    expect(before[0]?.fix).toBe('Create it: await scimTables(db).migrate()')
    await migrate()
    expect(await scim.check()).toEqual([])
  })

  it.each(Object.entries(cases))('says what is wrong with %s, and what mends it', async (_, wrong) => {
    await fresh(wrong.tables)
    const found = await check(wrong.options)
    const finding = found.find(({ code }) => code === wrong.code)
    expect(finding).toMatchObject({
      where: wrong.where,
      message: wrong.message,
      severity: codes[wrong.code][0],
    })
    expect(finding?.why).not.toBe('')
    if (wrong.fix instanceof RegExp) expect(finding?.fix).toMatch(wrong.fix)
    else if (wrong.fix !== undefined) expect(finding?.fix).toBe(wrong.fix)
    const { mended } = wrong
    if (typeof mended === 'function') await mended(database)
    else if (mended === undefined)
      // PGlite takes one statement at a time.
      for (const statement of (finding?.fix ?? '').split(/(?<=;) /))
        await sql.raw(statement).execute(database.db)
    const after = await check({ ...wrong.options, ...(typeof mended === 'object' && mended) })
    expect(after.filter(({ code, where }) => code === wrong.code && where === wrong.where)).toEqual([])
    expect(after.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it.each(Object.entries(groupCases))('says what is wrong with %s, and what mends it', async (_, wrong) => {
    await fresh([
      `create table "Team" (id uuid primary key, org text not null, name text not null, ext text, ${times})`,
      'create unique index on "Team" (org, lower(name))',
      'create index on "Team" (org, ext)',
      ...wrong.tables,
    ])
    const groups = kyselyStore<unknown, Group>({
      db: database.db,
      table: 'Team',
      tenant: 'org',
      created: 'created',
      lastModified: 'modified',
      mapping: mapGroup<Row>()({
        displayName: 'name',
        externalId: 'ext',
        members: childTable('Team_Members', { key: 'team', columns: { value: 'person' } }),
      }),
    })
    const scim = createScim({ authenticate, users: memoryStore(), groups })
    const found = (await scim.check()).find(({ message }) => message === wrong.message)
    expect(found).toMatchObject({ code: wrong.code, where: wrong.where, severity: 'warning' })
    await sql.raw(found?.fix ?? '').execute(database.db)
    expect((await scim.check()).filter(({ message }) => message === wrong.message)).toEqual([])
  })

  it('finds rows that are the members of groups and the values of users', async () => {
    await fresh([
      `create table people (${columns})`,
      ...indexes,
      `create table teams (id uuid primary key, org text not null, name text not null, ext text, ${times})`,
      'create unique index on teams (org, lower(name))',
      'create index on teams (org, ext)',
      'create table links (person uuid not null, team uuid not null, label text, primary key (team, person))',
      'create index on links (person)',
    ])
    const groups = kyselyStore<unknown, Group>({
      db: database.db,
      table: 'teams',
      tenant: 'org',
      created: 'created',
      lastModified: 'modified',
      mapping: mapGroup<Row>()({
        displayName: 'name',
        externalId: 'ext',
        members: childTable('links', { key: 'team', columns: { value: 'person' } }),
      }),
    })
    const roles = childTable('links', { key: 'person', columns: { value: 'label' } })
    const store = users({ mapping: mapUser<Row>()({ userName: 'login', externalId: 'ext', roles }) })
    const found = await createScim({ authenticate, users: store, groups }).check()
    const shared = found.filter(({ code }) => code === 'shared-table')
    expect(shared.map(({ code, where, message }) => [code, where, message])).toEqual([
      ['shared-table', 'users: mapping of roles', 'the rows of "links" are members of Group too'],
      ['shared-table', 'groups: mapping of members', 'the rows of "links" are roles of User too'],
    ])
  })

  it('takes a unique index for one that a column or its collation folds', async () => {
    await fresh([
      "create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      `create table people (${columns.replace('login text', 'login text collate any_case')})`,
      'create unique index on people (org, login)',
      byExternalId,
    ])
    expect(await check()).toMatchObject([
      { code: 'not-indexed', where: 'users: mapping of userName', severity: 'warning' },
    ])
  })

  it('asks the database once, for all stores and services of the process', async () => {
    const heard: string[] = []
    const other = await open(({ query }) => heard.push(query.sql))
    try {
      const { users, groups, migrate } = scimTables(other.db, { outbox: true })
      await migrate()
      const services = [1, 2, 3].map(() => createScim({ authenticate, users, groups }))
      const headers = { authorization: 'Bearer acme-token' }
      const ask = (scim: Scim, path: string) =>
        scim.fetch(new Request(`http://localhost${path}`, { headers }))
      const catalogueQueries = () => heard.filter((text) => text.includes('pg_index')).length
      for (let round = 1; round <= 2; round++) {
        const replies = await Promise.all(
          services.flatMap((scim) => [ask(scim, '/Users'), ask(scim, '/Groups')]),
        )
        expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
        expect(catalogueQueries()).toBe(1)
      }
      const later = createScim({ authenticate, users, groups })
      expect((await ask(later, '/Users')).status).toBe(200)
      expect(catalogueQueries()).toBe(1)
      // Who asks looks again.
      await later.check()
      expect(catalogueQueries()).toBe(2)
    } finally {
      await other.close()
    }
  })

  it('does not believe that a table is missing which has been made meanwhile', async () => {
    const other = await open()
    try {
      const { users, groups, migrate } = scimTables(other.db)
      const ask = async () => {
        const scim = createScim({ authenticate, users, groups, onError: () => {} })
        const headers = { authorization: 'Bearer acme-token' }
        return (await scim.fetch(new Request('http://localhost/Users', { headers }))).status
      }
      expect(await ask()).toBe(500)
      await migrate()
      expect(await ask()).toBe(200)
    } finally {
      await other.close()
    }
  })
})

it('has the codes of its README', () => {
  const path = join(import.meta.dirname, '../../../../src/stores/kysely/README.md')
  const written = /<!-- codes: begin -->\n([\s\S]*?)\n<!-- codes: end -->/.exec(
    readFileSync(path, 'utf8'),
  )?.[1]
  const lines = Object.entries(codes).map(
    ([code, [severity, what]]) => `| \`${code}\` | ${severity} | ${what} |`,
  )
  expect(written).toBe(['| code | severity | what it is |', '|---|---|---|', ...lines].join('\n'))
})

it('has a case for each code', () => {
  const known = new Set([...Object.values(cases), ...Object.values(groupCases)].map(({ code }) => code))
  // A database that folds ASCII letters only has a suite of its own, integrity.test.ts; so have these, findings.test.ts, and
  // tables of an earlier version, upgrade.test.ts, and numbers that SQLite gives again, reused-ids.test.ts.
  const others = [
    'outdated-tables',
    'ascii-letters-only',
    'ids-reused',
    'no-events-trigger',
    'tenant-not-text',
    'folded-nullable',
    'folded-stale',
    'letters-folded-otherwise',
  ]
  expect(new Set([...known, ...others])).toEqual(new Set(Object.keys(codes)))
})
