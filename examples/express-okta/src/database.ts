import { randomUUID } from 'node:crypto'
import type { Draft, User } from 'scimkit'

/** A row of the service's own table, with the column names that it had before SCIM. */
export interface Employee {
  readonly id: string
  /** The customer that the employee belongs to. */
  readonly company: string
  readonly login: string
  readonly first_name: string | null
  readonly last_name: string | null
  readonly work_email: string | null
  readonly status: 'active' | 'terminated'
  readonly okta_id: string | null
  /** A JSON column for what Okta sends and no other column holds. */
  readonly profile: Omit<Draft<User>, 'userName' | 'externalId' | 'active'>
  readonly revision: number
  readonly created_at: Date
  readonly updated_at: Date
}

/** Another employee of the company has this login: what a database says of a unique index on `company, lower(login)`. */
export class LoginTaken extends Error {}

// In memory, so that the example runs by itself. In a service of your own these are tables, and the functions below
// are queries.
const employees = new Map<string, Employee>()
const idByLogin = new Map<string, string>()
const employeeIdBySession = new Map<string, string>()

function loginKey(company: string, login: string): string {
  return JSON.stringify([company, login.toLowerCase()])
}

export function allEmployees(): readonly Employee[] {
  return [...employees.values()]
}

export function employeesOf(company: string): readonly Employee[] {
  return allEmployees().filter((row) => row.company === company)
}

/** An employee of a company: with a database, `where company = $1 and id = $2`. */
export function findEmployee(company: string, id: string): Employee | undefined {
  const row = employees.get(id)
  return row?.company === company ? row : undefined
}

export function findEmployeeByLogin(company: string, login: string): Employee | undefined {
  return employees.get(idByLogin.get(loginKey(company, login)) ?? '')
}

/** @throws LoginTaken */
export function saveEmployee(row: Employee): void {
  const holder = findEmployeeByLogin(row.company, row.login)
  if (holder && holder.id !== row.id) throw new LoginTaken()
  const before = employees.get(row.id)
  if (before) idByLogin.delete(loginKey(before.company, before.login))
  idByLogin.set(loginKey(row.company, row.login), row.id)
  employees.set(row.id, row)
}

export function removeEmployee({ id, company, login }: Employee): void {
  idByLogin.delete(loginKey(company, login))
  employees.delete(id)
}

export function openSession(employee: Employee): string {
  const session = randomUUID()
  employeeIdBySession.set(session, employee.id)
  return session
}

export function employeeOfSession(session: string): Employee | undefined {
  return employees.get(employeeIdBySession.get(session) ?? '')
}

export function sessionsOf(employeeId: string): readonly string[] {
  return [...employeeIdBySession].filter(([, id]) => id === employeeId).map(([session]) => session)
}

/** Ends every session of an employee, and says how many there were. */
export function revokeSessions(employeeId: string): number {
  const sessions = sessionsOf(employeeId)
  for (const session of sessions) employeeIdBySession.delete(session)
  return sessions.length
}
