import { employeeOfSession } from '../../../lib/database'

export function GET(request: Request): Response {
  const session = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  const employee = employeeOfSession(session)
  if (!employee) return Response.json({ error: 'no such session' }, { status: 401 })
  return Response.json({ login: employee.login })
}
