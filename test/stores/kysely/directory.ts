import { sql } from 'kysely'
import type { CommonAttributes, Group, User } from '../../../src/schema/index.js'
import { enterpriseUserExtension } from '../../../src/schema/index.js'
import {
  childTable,
  column,
  json,
  kyselyStore,
  mapGroup,
  mapResource,
  mapUser,
  type PostgresPool,
  reference,
} from '../../../src/stores/kysely/index.js'
import { type TestDatabase, withVersion } from './databases.js'

// A service's staff directory, which was there before SCIM and has a place for everything that SCIM knows: ids that
// are texts, circles inside circles, managers without a foreign key.

interface PersonRow {
  readonly key: string
  readonly login: string
  readonly staff_number: string | null
  readonly shown_as: string | null
  readonly given: string | null
  readonly family: string | null
  readonly job: string | null
  readonly left_on: Date | null
  readonly work_mail: string | null
  readonly home_mail: string | null
  readonly addresses: unknown
  readonly department: string | null
  readonly boss: string | null
  readonly more: unknown
}

interface CircleRow {
  readonly name: string
  readonly external_id: string | null
}

interface PhoneRow {
  readonly person: string
  readonly number: string | null
  readonly kind: string | null
  readonly label: string | null
  readonly is_first: boolean | null
}

const common =
  'key text primary key, org text not null, created timestamptz not null, changed timestamptz not null'

const tables = [
  `create table people (${common}, login text not null, staff_number text, shown_as text, given text, family text, job text, left_on timestamptz, work_mail text, home_mail text, addresses jsonb, department text, boss text, more jsonb)`,
  'create unique index people_login on people (org, lower(login))',
  'create table phones (person text not null references people on delete cascade, number text, kind text, label text, is_first boolean)',
  `create table circles (${common}, name text not null, external_id text)`,
  'create unique index circles_name on circles (org, lower(name))',
  'create table circle_members (circle text not null references circles on delete cascade, member text not null, kind text, shown_as text, primary key (circle, member))',
  `create table roles (${common}, entry jsonb not null)`,
  `create table entitlements (${common}, entry jsonb not null)`,
]

const people = mapUser<PersonRow>()({
  userName: 'login',
  externalId: 'staff_number',
  displayName: 'shown_as',
  'name.givenName': 'given',
  'name.familyName': 'family',
  title: 'job',
  active: column('left_on', {
    read: (leftOn) => leftOn === null,
    write: (active) => (active ? null : new Date()),
    filter: { true: null, false: { not: null } },
  }),
  'emails[type eq "work"].value': 'work_mail',
  'emails[type eq "home"].value': 'home_mail',
  phoneNumbers: childTable<PhoneRow>('phones', {
    key: 'person',
    columns: { value: 'number', type: 'kind', display: 'label', primary: 'is_first' },
    ids: 'text',
  }),
  addresses: json('addresses'),
  [enterpriseUserExtension.urn]: {
    department: 'department',
    manager: reference('boss', { displayName: 'shown_as' }),
  },
  overflow: 'more',
})

const circles = mapGroup<CircleRow>()({
  displayName: 'name',
  externalId: 'external_id',
  members: childTable('circle_members', {
    key: 'circle',
    columns: { value: 'member', type: 'kind', display: 'shown_as' },
    ids: 'text',
  }),
})

export async function createDirectory(database: TestDatabase): Promise<void> {
  for (const text of tables)
    await sql.raw(text.includes('created') ? withVersion(database, text) : text).execute(database.db)
}

const where = { tenant: 'org', created: 'created', lastModified: 'changed' }

/** Over the host's Kysely or over its pool. */
export function directoryStores({
  db,
  version,
}: Pick<TestDatabase, 'version'> & { readonly db: TestDatabase['db'] | PostgresPool }) {
  const here = { ...where, db, version, id: { column: 'key', type: 'text' as const } }
  return {
    users: kyselyStore<unknown, User>({ ...here, table: 'people', mapping: people }),
    groups: kyselyStore<unknown, Group>({ ...here, table: 'circles', mapping: circles }),
  }
}

/** A store of one of the directory's lists, which numbers what is in it. */
export function listStore<R extends CommonAttributes>(
  { db, version }: TestDatabase,
  table: 'roles' | 'entitlements',
  newId: () => string,
) {
  const id = { column: 'key', type: 'text' as const, generate: newId }
  const mapping = mapResource<{ readonly entry: unknown }, CommonAttributes>()({ overflow: 'entry' })
  return kyselyStore<unknown, R>({ ...where, db, version, id, table, mapping })
}
