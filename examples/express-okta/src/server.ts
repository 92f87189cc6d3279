import { randomBytes } from 'node:crypto'
import express from 'express'
import { bearerTokens, createScim, type Group, memoryStore } from 'scimkit'
import { createConnections, memoryConnections } from 'scimkit/connections'
import { expressHandler } from 'scimkit/express'
import { createPortal, createRequestLog, memoryRequestLog } from 'scimkit/portal'
import { administrators, companyOfAdministrator, shownPassword } from './administrators.js'
import {
  allEmployees,
  employeeOfSession,
  findEmployeeByLogin,
  openSession,
  revokeSessions,
  sessionsOf,
} from './database.js'
import { employeeStore } from './employee-store.js'

const { PORT: port = '3000' } = process.env

/** The customers of this service, acme being the first. Each has an Okta of its own, with a token of its own. */
const variables = { acme: 'SCIM_TOKEN', globex: 'SCIM_TOKEN_GLOBEX' } as const
const companies = Object.entries(variables).map(([company, variable]) => {
  const given = process.env[variable]
  const token = given || randomBytes(32).toString('hex')
  // A token from outside is known there, and has no place in a log.
  return { company, token, shown: given ? `the value of ${variable}` : token }
})

/** Tokens from the environment, for who has no use for the portal. */
const fixedTokens = bearerTokens(
  companies.map(({ company, token }) => ({ token, tenant: company, actor: 'okta' })),
)

// The identity providers that the customers connect themselves, with tokens that the portal issues. With a database:
// kyselyConnections and kyselyRequestLog of scimkit/kysely, and one secret for all processes.
const connections = createConnections({ store: memoryConnections(), tokenPrefix: 'people' })
const log = createRequestLog({
  store: memoryRequestLog(),
  secret: process.env.LOG_SECRET || randomBytes(32).toString('hex'),
})

const scim = createScim({
  // The token says whose users a request is about: the store is told as `context.tenant`.
  authenticate: async (request) => (await fixedTokens(request)) ?? connections.authenticate(request),
  log,
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

/** The page on which a customer's administrator connects Okta, behind this service's own session. */
const portal = createPortal({
  scim,
  connections,
  log,
  name: 'People',
  authorize: ({ header }) => {
    const company = companyOfAdministrator(header('cookie'))
    return (
      company !== undefined && { tenant: company, rights: 'manage', actor: `administrator of ${company}` }
    )
  },
})

const app = express()
app.use('/scim/v2', expressHandler(scim))
app.use('/settings/scim', expressHandler(portal))
app.use('/sign-in', administrators(companies.map(({ company }) => company)))

// From here on: the service as it was before.
app.use(express.json())

app.get('/employees', (_req, res) => {
  res.json(allEmployees().map((employee) => ({ ...employee, sessions: sessionsOf(employee.id).length })))
})

app.post('/login', (req, res) => {
  // A real service asks for more than a name.
  const employee = findEmployeeByLogin(String(req.body?.company), String(req.body?.login))
  if (employee?.status !== 'active') {
    res.status(403).json({ error: 'no active employee of this company has this login' })
    return
  }
  res.status(201).json({ session: openSession(employee) })
})

app.get('/me', (req, res) => {
  const employee = employeeOfSession(req.get('authorization')?.replace(/^Bearer /, '') ?? '')
  if (employee) res.json({ company: employee.company, login: employee.login })
  else res.status(401).json({ error: 'no such session' })
})

app.listen(Number(port), (error) => {
  if (error) {
    console.error(`port ${port} cannot be listened on: ${error.message}`)
    process.exit(1)
  }
  console.log(`SCIM at http://localhost:${port}/scim/v2, employees at http://localhost:${port}/employees`)
  for (const { company, shown } of companies) console.log(`API token of ${company}: ${shown}`)
  console.log(`Connect an Okta at http://localhost:${port}/sign-in; the password is ${shownPassword}`)
})
