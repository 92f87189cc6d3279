import { allEmployees, sessionsOf } from '../../../lib/database'

export function GET(): Response {
  return Response.json(
    allEmployees().map((employee) => ({ ...employee, sessions: sessionsOf(employee.id).length })),
  )
}
