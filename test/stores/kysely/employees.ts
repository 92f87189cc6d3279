import { sql } from 'kysely'
import type { Group, User } from '../../../src/schema/index.js'
import { enterpriseUserExtension } from '../../../src/schema/index.js'
import {
  childTable,
  column,
  kyselyStore,
  mapGroup,
  mapUser,
  reference,
} from '../../../src/stores/kysely/index.js'
import { type TestDatabase, withVersion } from './databases.js'

/** A service's own tables, which were there before SCIM. */
export interface EmployeeRow {
  readonly id: string
  readonly company: string
  readonly login: string
  readonly first_name: string | null
  readonly last_name: string | null
  readonly job: string | null
  readonly status: 'ACTIVE' | 'LEAVE' | 'TERMINATED'
  readonly work_email: string | null
  readonly department: string | null
  readonly manager_id: string | null
  readonly scim_data: unknown
  readonly created_at: Date
  readonly updated_at: Date
}

export interface TeamRow {
  readonly id: string
  readonly company: string
  readonly name: string
  readonly external_id: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

const tables = [
  `create table employees (id uuid primary key, company text not null, login varchar(100) not null, first_name text, last_name text, job text, status text not null default 'ACTIVE', work_email text, department text, manager_id uuid references employees, scim_data jsonb, created_at timestamptz not null, updated_at timestamptz not null)`,
  'create unique index employees_login on employees (company, lower(login))',
  'create table teams (id uuid primary key, company text not null, name text not null, external_id text, created_at timestamptz not null, updated_at timestamptz not null)',
  'create unique index teams_name on teams (company, lower(name))',
  'create table team_members (team_id uuid not null references teams on delete cascade, employee_id uuid not null references employees on delete cascade, primary key (team_id, employee_id))',
]

const { urn } = enterpriseUserExtension

export const employeeMapping = mapUser<EmployeeRow>()({
  userName: 'login',
  'name.givenName': 'first_name',
  'name.familyName': 'last_name',
  title: 'job',
  active: column('status', {
    read: (status) => status !== 'TERMINATED',
    write: (active) => (active ? 'ACTIVE' : 'TERMINATED'),
    filter: { true: { not: 'TERMINATED' }, false: 'TERMINATED' },
  }),
  'emails[type eq "work"].value': column('work_email', { primary: true }),
  [urn]: {
    department: 'department',
    manager: reference('manager_id', { displayName: 'login' }),
  },
  overflow: 'scim_data',
})

export const teamMapping = mapGroup<TeamRow>()({
  displayName: 'name',
  externalId: 'external_id',
  members: childTable('team_members', {
    key: 'team_id',
    columns: { value: 'employee_id' },
    constants: { type: 'User' },
  }),
})

export async function createEmployees(database: TestDatabase): Promise<void> {
  for (const text of tables)
    await sql.raw(text.includes('created_at') ? withVersion(database, text) : text).execute(database.db)
}

export function employeeStores({ db, version, outbox }: TestDatabase & { readonly outbox?: boolean }) {
  const where = { db, version, outbox, tenant: 'company', created: 'created_at', lastModified: 'updated_at' }
  return {
    users: kyselyStore<unknown, User>({ ...where, table: 'employees', mapping: employeeMapping }),
    groups: kyselyStore<unknown, Group>({ ...where, table: 'teams', mapping: teamMapping }),
  }
}
