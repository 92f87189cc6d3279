import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './database.js'

/** A row of the service's own table. */
export interface Employee {
  readonly id: string
  /** Unique, whatever the case. */
  readonly login: string
  readonly first_name: string | null
  readonly last_name: string | null
  readonly display_name: string | null
  readonly work_email: string | null
  readonly job_title: string | null
  readonly employee_number: string | null
  /** A name in `departments`. */
  readonly department: string | null
  readonly manager_id: string | null
  readonly status: 'ACTIVE' | 'TERMINATED'
  readonly created_at: Date
  readonly updated_at: Date
  readonly okta_id: string | null
  /** JSON: what Okta sends and no other column holds. */
  readonly profile: unknown
}

/** The employees, oldest first, each with the number of sessions. */
export async function allEmployees(db: Database) {
  const { rows } = await sql<Employee & { readonly sessions: number }>`
    select employees.*, (select count(*)::int from sessions where employee_id = employees.id) as sessions
    from employees order by created_at, id`.execute(db)
  return rows
}

/** The departments, each with the number of employees who are there. */
export async function allDepartments(db: Database) {
  const { rows } = await sql<{ readonly name: string; readonly employees: number }>`
    select name, count(employees.id)::int as employees
    from departments left join employees on department = name and status = 'ACTIVE'
    group by name order by name`.execute(db)
  return rows
}

/** Logs an employee in; undefined where no active one has the login. */
export async function openSession(db: Database, login: string): Promise<string | undefined> {
  // The lock has a termination at the same moment come before or after, and never miss the new session.
  const { rows } = await sql<{ readonly id: string }>`
    insert into sessions (id, employee_id)
    select ${randomUUID()}::uuid, id from employees
    where lower(login) = lower(${login}) and status = 'ACTIVE' for share
    returning id`.execute(db)
  return rows[0]?.id
}

/** The employee of a session; none for one who has been terminated. */
export async function employeeOfSession(db: Database, session: string): Promise<Employee | undefined> {
  const { rows } = await sql<Employee>`
    select employees.* from sessions join employees on employees.id = employee_id
    where sessions.id::text = ${session} and status = 'ACTIVE'`.execute(db)
  return rows[0]
}

/** Ends every session of an employee, and says how many there were. */
export async function revokeSessions(db: Database, employeeId: string): Promise<number> {
  const { numAffectedRows = 0n } = await sql`delete from sessions where employee_id = ${employeeId}`.execute(
    db,
  )
  return Number(numAffectedRows)
}
