import { randomUUID } from 'node:crypto'
import type { Draft, StoreContext, User, UserStore } from 'scimkit'
import { ScimError } from 'scimkit'
import {
  type Employee,
  employeesOf,
  findEmployee,
  findEmployeeByLogin,
  LoginTaken,
  removeEmployee,
  saveEmployee,
} from './database.js'

/** The address that `work_email` holds: the primary one, or else the first. */
function mainEmail(emails: User['emails']) {
  return emails?.find((email) => email.primary) ?? emails?.[0]
}

/** A SCIM user as columns. */
function toColumns({ userName, externalId, active, ...profile }: Draft<User>) {
  return {
    login: userName,
    first_name: profile.name?.givenName ?? null,
    last_name: profile.name?.familyName ?? null,
    work_email: mainEmail(profile.emails)?.value ?? null,
    // Who is deactivated in Okta is terminated here, and keeps the row.
    status: active === false ? 'terminated' : 'active',
    okta_id: externalId ?? null,
    profile,
  } satisfies Partial<Employee>
}

/** A row as a SCIM user. What has a column comes from there, so that Okta also sees what the service has changed. */
function toUser(row: Employee): User {
  const { profile } = row
  const name = {
    ...profile.name,
    givenName: row.first_name ?? undefined,
    familyName: row.last_name ?? undefined,
  }
  return {
    ...profile,
    id: row.id,
    userName: row.login,
    externalId: row.okta_id ?? undefined,
    name: Object.values(name).some((part) => part !== undefined) ? name : undefined,
    emails: toEmails(row),
    active: row.status === 'active',
    meta: {
      created: row.created_at.toISOString(),
      lastModified: row.updated_at.toISOString(),
      version: String(row.revision),
    },
  }
}

function toEmails({ work_email, profile: { emails } }: Employee): User['emails'] {
  if (work_email === null) return emails
  const main = mainEmail(emails)
  if (!main) return [{ value: work_email, type: 'work', primary: true }]
  return emails?.map((email) => (email === main ? { ...email, value: work_email } : email))
}

function save(row: Employee): User {
  try {
    saveEmployee(row)
    return toUser(row)
  } catch (error) {
    throw error instanceof LoginTaken ? ScimError.uniqueness('userName', { cause: error }) : error
  }
}

/** The company whose token was sent: no other company's rows are read or changed. */
function companyOf({ tenant }: StoreContext): string {
  if (tenant === undefined) throw new Error('every token belongs to a company')
  return tenant
}

/** The row at the version that is expected; with a database, `where company = $1 and id = $2 and revision = $3`. */
function current(company: string, id: string, expectedVersion: string | undefined): Employee {
  const row = findEmployee(company, id)
  if (!row) throw ScimError.notFound()
  if (expectedVersion !== undefined && expectedVersion !== String(row.revision))
    throw ScimError.versionMismatch()
  return row
}

/** Users for SCIM, over the service's own employees table. */
export const employeeStore: UserStore = {
  async get(id, _projection, context) {
    const row = findEmployee(companyOf(context), id)
    return row && toUser(row)
  },

  async list({ filter, startIndex, count }, context) {
    const company = companyOf(context)
    // Okta finds a user by `userName eq "…"`: that is one lookup in an index, and anything else is a scan.
    const login = filter?.equalTo('userName')
    const row = typeof login === 'string' ? findEmployeeByLogin(company, login) : undefined
    const rows = login === undefined ? employeesOf(company) : row ? [row] : []
    const users = rows.map(toUser).filter((user) => filter?.matches(user) ?? true)
    return { resources: users.slice(startIndex - 1, startIndex - 1 + count), totalResults: users.length }
  },

  async create(draft, context) {
    const [id, company, now] = [randomUUID(), companyOf(context), new Date()]
    return save({ ...toColumns(draft), id, company, revision: 1, created_at: now, updated_at: now })
  },

  async replace(id, user, expectedVersion, context) {
    const row = current(companyOf(context), id, expectedVersion)
    return save({ ...row, ...toColumns(user), revision: row.revision + 1, updated_at: new Date() })
  },

  async delete(id, expectedVersion, context) {
    removeEmployee(current(companyOf(context), id, expectedVersion))
  },
}
