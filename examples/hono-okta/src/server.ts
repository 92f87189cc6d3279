import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bearerTokens, createScim, type Group, memoryStore } from 'scimkit'
import { honoHandler } from 'scimkit/hono'
import { openDatabase } from './database.js'
import { followEvents, openDirectory } from './directory.js'
import { allDepartments, allEmployees, employeeOfSession, openSession } from './employees.js'

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}

const { SCIM_TOKEN: token, PORT: port = '3000' } = process.env
if (!token) {
  fail(
    'SCIM_TOKEN is not set. It is the API token that Okta sends: SCIM_TOKEN=$(openssl rand -hex 32) npm start',
  )
}

const db = await openDatabase(process.env).catch((error: NodeJS.ErrnoException) =>
  fail(`the database cannot be opened: ${error.code ?? error.name}`),
)

const scim = createScim({
  authenticate: bearerTokens([{ token, actor: 'okta' }]),
  users: await openDirectory(db),
  // Okta reads /Groups while "Import Groups" is checked. Without this line the service has users only.
  groups: memoryStore<Group>(),
})

// Compares the mapping with the table: what does not fit ends the start, with what mends it.
await scim.ready().catch((error: Error) => fail(error.message))

const app = new Hono()
app.all('/scim/v2/*', honoHandler(scim))

// From here on: the service as it was before.
app.get('/employees', async (c) => c.json(await allEmployees(db)))

app.get('/departments', async (c) => c.json(await allDepartments(db)))

app.post('/login', async (c) => {
  // A real service asks for more than a name.
  const body = await c.req.json<{ login?: unknown } | null>().catch(() => null)
  const session = await openSession(db, String(body?.login))
  return session ? c.json({ session }, 201) : c.json({ error: 'no active employee has this login' }, 403)
})

app.get('/me', async (c) => {
  const session = c.req.header('authorization')?.replace(/^Bearer /, '') ?? ''
  const employee = await employeeOfSession(db, session)
  return employee ? c.json({ login: employee.login }) : c.json({ error: 'no such session' }, 401)
})

const ending = new AbortController()
const events = followEvents(db, ending.signal)

const server = serve({ fetch: app.fetch, port: Number(port) }, () => {
  console.log(`SCIM at http://localhost:${port}/scim/v2, employees at http://localhost:${port}/employees`)
})
server.on('error', (error) => fail(`port ${port} cannot be listened on: ${error.message}`))

/** Answers what has been asked, finishes the events in hand, and closes the database. */
function stop(): void {
  ending.abort()
  server.close(async () => {
    await events
    await db.destroy()
    process.exit(0)
  })
  if ('closeAllConnections' in server) {
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 2000).unref()
  }
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
