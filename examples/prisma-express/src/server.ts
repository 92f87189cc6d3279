import express from 'express'
import { bearerTokens, createScim } from 'scimkit'
import { expressHandler } from 'scimkit/express'
import { openDatabase } from './database.js'
import { directory, rules } from './directory.js'
import { routes } from './routes.js'

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}

const { DATABASE_URL: url, SCIM_TOKEN: token, SCIM_TOKEN_GLOBEX: other, PORT: port = '3000' } = process.env
if (!url) fail('DATABASE_URL is not set: postgres://user:password@host/database')
if (!token) fail('SCIM_TOKEN is not set: SCIM_TOKEN=$(openssl rand -hex 32) npm start')

const { pool, prisma } = await openDatabase(url).catch((error: NodeJS.ErrnoException) =>
  fail(`the database cannot be opened: ${error.code ?? error.name}`),
)

const scim = createScim({
  // The token says whose users a request is about.
  authenticate: bearerTokens([
    { token, tenant: 'acme', actor: 'okta' },
    ...(other ? [{ token: other, tenant: 'globex', actor: 'entra' }] : []),
  ]),
  ...directory(pool),
  ...rules(prisma),
})

const app = express()
app.use('/scim/v2', expressHandler(scim))
app.use(routes(prisma))

const server = app.listen(Number(port), (error) => {
  if (error) fail(`port ${port} cannot be listened on: ${error.message}`)
  console.log(`SCIM at http://localhost:${port}/scim/v2, the service itself at http://localhost:${port}`)
})

/** Answers what has been asked, and closes the database. */
function stop(): void {
  server.close(async () => {
    await prisma.$disconnect()
    await pool.end()
    process.exit(0)
  })
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 2000).unref()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
