import express from 'express'
import { bearerTokens, createScim, type Group, memoryStore } from 'scimkit'
import { expressHandler } from 'scimkit/express'
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

const app = express()
app.use('/scim/v2', expressHandler(scim))

// From here on: the service as it was before.
app.use(express.json())

app.get('/employees', (_req, res) => {
  res.json(allEmployees().map((employee) => ({ ...employee, sessions: sessionsOf(employee.id).length })))
})

app.post('/login', (req, res) => {
  // A real service asks for more than a name.
  const employee = findEmployeeByLogin(String(req.body?.login))
  if (employee?.status !== 'active') {
    res.status(403).json({ error: 'no active employee has this login' })
    return
  }
  res.status(201).json({ session: openSession(employee) })
})

app.get('/me', (req, res) => {
  const employee = employeeOfSession(req.get('authorization')?.replace(/^Bearer /, '') ?? '')
  if (employee) res.json({ login: employee.login })
  else res.status(401).json({ error: 'no such session' })
})

app.listen(Number(port), (error) => {
  if (error) {
    console.error(`port ${port} can not be listened on: ${error.message}`)
    process.exit(1)
  }
  console.log(`SCIM at http://localhost:${port}/scim/v2, employees at http://localhost:${port}/employees`)
})
