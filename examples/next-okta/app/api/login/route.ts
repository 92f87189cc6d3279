import { findEmployeeByLogin, openSession } from '../../../lib/database'

export async function POST(request: Request): Promise<Response> {
  // A real service asks for more than a name.
  const { login } = (await request.json()) as { login: string }
  const employee = findEmployeeByLogin(login)
  if (employee?.status !== 'active') {
    return Response.json({ error: 'no active employee has this login' }, { status: 403 })
  }
  return Response.json({ session: openSession(employee) }, { status: 201 })
}
