import { sql } from 'kysely'
import { bearerTokens, createScim, type ScimOptions, type User, urns } from '../../../../src/index.js'
import { enterpriseUserExtension } from '../../../../src/schema/index.js'
import {
  childTable,
  column,
  computed,
  json,
  kyselyStore,
  mapUser,
  reference,
} from '../../../../src/stores/kysely/index.js'
import { run, type TestDatabase, withVersion } from '../databases.js'

// The staff of a company, in tables that were made for payroll: with columns, states, rows and keys that SCIM does not
// know, and that are none of an identity provider's business.

export interface StaffRow {
  readonly id: string
  readonly login: string
  readonly title: string | null
  readonly state: string
  readonly given: string | null
  readonly family: string | null
  readonly full_name: string
  readonly work_mail: string | null
  readonly home_mail: string | null
  readonly grade: string | null
  readonly boss: string | null
  readonly profile: unknown
  readonly places: unknown
  readonly more: unknown
}

const tables = [
  `create table staff (id uuid primary key, org text not null, login text not null, title text, state text not null default 'ACTIVE', given text, family text, full_name text generated always as (coalesce(given, '') || ' ' || coalesce(family, '')) stored, work_mail text, home_mail text, grade text default 'G1', boss uuid references staff, profile jsonb, places jsonb, more jsonb not null default '{}', salary integer not null default 1000, notes text, photo bytea, created_at timestamptz not null, updated_at timestamptz not null)`,
  'create unique index staff_login on staff (org, lower(login))',
  `create table phones (id serial primary key, staff uuid not null references staff on delete cascade, number text not null, kind text not null default 'other', label text, is_first boolean not null default false, verified_at timestamptz, note text not null default 'unchecked')`,
  `create table badges (id serial primary key, staff uuid not null references staff on delete cascade, code text not null, issued_by text not null default 'reception')`,
]

export const { urn } = enterpriseUserExtension

/** States that are neither on nor off for SCIM are on; a grade is shown in lower case and kept as the host writes it. */
export const staffMapping = mapUser<StaffRow>()({
  userName: 'login',
  title: 'title',
  active: column('state', {
    read: (state) => state !== 'LEFT' && state !== 'BARRED',
    write: (active) => (active ? 'ACTIVE' : 'LEFT'),
    filter: { true: { not: ['LEFT', 'BARRED'] }, false: ['LEFT', 'BARRED'] },
  }),
  displayName: computed(['full_name'], (row: StaffRow) => row.full_name.trim() || undefined),
  'name.givenName': 'given',
  'name.familyName': 'family',
  'emails[type eq "work"].value': column('work_mail', {
    read: (mail) => mail?.toLowerCase() || undefined,
    write: (mail) => mail,
  }),
  'emails[type eq "home"].value': 'home_mail',
  phoneNumbers: childTable('phones', {
    key: 'staff',
    columns: { value: 'number', type: 'kind', display: 'label', primary: 'is_first' },
  }),
  entitlements: childTable('badges', { key: 'staff', columns: { value: 'code' } }),
  addresses: json('places'),
  [urn]: {
    costCenter: column<StaffRow, string, 'grade'>('grade', {
      read: (grade) => grade?.toLowerCase(),
      write: (grade) => grade.toUpperCase(),
    }),
    manager: reference('boss'),
  },
  overflow: 'more',
})

/** The same, with a name in a JSON column of the host and without a column for what is left. */
export const profileMapping = mapUser<StaffRow>()({
  userName: 'login',
  title: 'title',
  active: column('state', {
    read: (state) => state !== 'LEFT' && state !== 'BARRED',
    write: (active) => (active ? 'ACTIVE' : 'LEFT'),
  }),
  name: json('profile'),
  'emails[type eq "work"].value': 'work_mail',
})

/** The least that an identity provider can work with. */
export const leastMapping = mapUser<StaffRow>()({
  userName: 'login',
  active: column('state', {
    read: (state) => state !== 'LEFT' && state !== 'BARRED',
    write: (active) => (active ? 'ACTIVE' : 'LEFT'),
    filter: { true: { not: ['LEFT', 'BARRED'] }, false: ['LEFT', 'BARRED'] },
  }),
  'name.givenName': 'given',
  'name.familyName': 'family',
})

export async function createStaff(database: TestDatabase): Promise<void> {
  const [staff = '', ...others] = tables
  for (const text of [withVersion(database, staff), ...others]) await run(database, text)
}

export function staffStore({ db, version }: TestDatabase, mapping = staffMapping) {
  return kyselyStore<unknown, User>({
    db,
    version,
    table: 'staff',
    mapping,
    tenant: 'org',
    created: 'created_at',
    lastModified: 'updated_at',
  })
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly trace: readonly { readonly rule: string; readonly path?: string; readonly message: string }[]
}

/** A service of these stores, called as a client calls it. */
export function serve(stores: Pick<ScimOptions, 'users'> & Partial<ScimOptions>) {
  const errors: unknown[] = []
  let trace: Answer['trace'] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'secret', tenant: 'acme' }]),
    onError: (error) => void errors.push(error),
    ...stores,
    onRequest: (event) => {
      trace = event.trace as Answer['trace']
    },
  })
  async function send(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await scim.fetch(
      new Request(`https://app.example.com/scim/v2${path}`, {
        method,
        headers: { authorization: 'Bearer secret', 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), trace }
  }
  return {
    errors,
    send,
    patch: (id: string, ...operations: object[]) =>
      send('PATCH', `/Users/${id}`, { schemas: [urns.patchOp], Operations: operations }),
  }
}

/** All rows of a table as JSON has their values, by their ids. */
export async function rowsOf(
  { db, version }: TestDatabase,
  table: 'staff' | 'phones' | 'badges',
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (version !== undefined) return rowsOfSqlite(db, table)
  const { rows } = await sql<{ id: string; columns: Record<string, string> }>`
    select t.id::text as id, (select jsonb_object_agg(key, value::text) from jsonb_each(to_jsonb(t))) as columns
    from ${sql.table(table)} as t order by t.id`.execute(db)
  return new Map(rows.map(({ id, columns }) => [id, columns]))
}

/** Without the column that counts versions. SQLite has no types for JSON and for what is true. */
async function rowsOfSqlite(db: TestDatabase['db'], table: string) {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} order by id`.execute(
    db,
  )
  const textOf = (name: string, value: unknown) => {
    if (['profile', 'places', 'more'].includes(name)) return String(value)
    return JSON.stringify(name === 'is_first' ? value === 1 : value)
  }
  return new Map(
    rows.map(({ version: _, ...row }) => [
      String(row.id),
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(name, value)])),
    ]),
  )
}

/** Adds a row as the host does. */
export async function hire(
  { db, version }: TestDatabase,
  columns: Readonly<Record<string, unknown>>,
  table: 'staff' | 'phones' | 'badges' = 'staff',
): Promise<void> {
  const now = '2020-01-01T00:00:00Z'
  const all = table === 'staff' ? { org: 'acme', created_at: now, updated_at: now, ...columns } : columns
  const names = Object.keys(all).map((name) => sql.id(name))
  const values = Object.values(all).map((value) =>
    typeof value !== 'object' || value === null
      ? sql`${value}`
      : version === undefined
        ? sql`${JSON.stringify(value)}::jsonb`
        : sql`${JSON.stringify(value)}`,
  )
  await sql`insert into ${sql.table(table)} (${sql.join(names)}) values (${sql.join(values)})`.execute(db)
}

/** Everybody leaves. */
export async function emptyStaff({ db, version }: TestDatabase): Promise<void> {
  if (version === undefined)
    return void (await sql`truncate staff, phones, badges restart identity cascade`.execute(db))
  for (const table of ['badges', 'phones', 'staff', 'sqlite_sequence'])
    await sql`delete from ${sql.table(table)}`.execute(db)
}
