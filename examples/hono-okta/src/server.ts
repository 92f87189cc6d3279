import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bearerTokens, createScim, type Group, memoryStore } from 'scimkit'
import { honoHandler } from 'scimkit/hono'
import {
  allEmployees,
  employeeOfSession,
  findEmployeeByLogin,
  openSession,
  revokeSessions,
  sessionsOf,
} from './database.js'
import { employeeStore } from './employee-store.js'

const { SCIM_TOKEN: token, PORT: port = '3000' } = process.env
if (!token) {
  console.error(
    'SCIM_TOKEN is not set. It is the API token that Okta sends: SCIM_TOKEN=$(openssl rand -hex 32) npm start',
  )
  process.exit(1)
}

const scim = createScim({
  authenticate: bearerTokens([{ token, actor: 'okta' }]),
  users: employeeStore,
  // Okta reads /Groups while "Import Groups" is checked. Without this line the service has users only.
  groups: memoryStore<Group>(),
  on: {
    'user.created': ({ after }) => console.log(`employee ${after.id}: joined`),
    // However Okta says it: by PATCH, by PUT, or by deleting a user who is active.
    'user.deactivated': ({ before }) => {
      console.log(`employee ${before.id}: terminated, sessions revoked: ${revokeSessions(before.id)}`)
    },
    'user.reactivated': ({ after }) => console.log(`employee ${after.id}: is back`),
    'user.deleted': ({ before }) => console.log(`employee ${before.id}: deleted`),
  },
})

const app = new Hono()
app.all('/scim/v2/*', honoHandler(scim))

// From here on: the service as it was before.
app.get('/employees', (c) =>
  c.json(allEmployees().map((employee) => ({ ...employee, sessions: sessionsOf(employee.id).length }))),
)

app.post('/login', async (c) => {
  // A real service asks for more than a name.
  const { login } = await c.req.json<{ login: string }>()
  const employee = findEmployeeByLogin(login)
  if (employee?.status !== 'active') return c.json({ error: 'no active employee has this login' }, 403)
  return c.json({ session: openSession(employee) }, 201)
})

app.get('/me', (c) => {
  const employee = employeeOfSession(c.req.header('authorization')?.replace(/^Bearer /, '') ?? '')
  return employee ? c.json({ login: employee.login }) : c.json({ error: 'no such session' }, 401)
})

serve({ fetch: app.fetch, port: Number(port) }, () => {
  console.log(`SCIM at http://localhost:${port}/scim/v2, employees at http://localhost:${port}/employees`)
}).on('error', (error) => {
  console.error(`port ${port} can not be listened on: ${error.message}`)
  process.exit(1)
})
