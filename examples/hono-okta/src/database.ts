import { randomUUID } from 'node:crypto'
import type { Draft, User } from 'scimkit'

/** A row of the service's own table, with the column names that it had before SCIM. */
export interface Employee {
  readonly id: string
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

/** Another row has this login: what a database says of a unique index on `lower(login)`. */
export class LoginTaken extends Error {}

// In memory, so that the example runs by itself. In a service of your own these are tables, and the functions below
// are queries.
const employees = new Map<string, Employee>()
const idByLogin = new Map<string, string>()
const employeeIdBySession = new Map<string, string>()

export function allEmployees(): readonly Employee[] {
  return [...employees.values()]
}

export function findEmployee(id: string): Employee | undefined {
  return employees.get(id)
}

export function findEmployeeByLogin(login: string): Employee | undefined {
  return employees.get(idByLogin.get(login.toLowerCase()) ?? '')
}

/** @throws LoginTaken */
export function saveEmployee(row: Employee): void {
  const holder = findEmployeeByLogin(row.login)
  if (holder && holder.id !== row.id) throw new LoginTaken()
  const before = employees.get(row.id)
  if (before) idByLogin.delete(before.login.toLowerCase())
  idByLogin.set(row.login.toLowerCase(), row.id)
  employees.set(row.id, row)
}

export function removeEmployee({ id, login }: Employee): void {
  idByLogin.delete(login.toLowerCase())
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
