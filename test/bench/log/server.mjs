// scimkit over its own tables, with a request log or without, as a process of its own. Started by fork(); the settings
// are the first message.
import { once } from 'node:events'
import { createServer } from 'node:http'
import Database from 'libsql'
import pg from 'pg'
import { bearerTokens, createScim } from 'scimkit'
import { kyselyRequestLog, scimTables } from 'scimkit/kysely'
import { nodeHandler } from 'scimkit/node'
import { createRequestLog } from 'scimkit/portal'

const [{ url, file, token, connections, isLogged, isDown }] = await once(process, 'message')

function open() {
  if (url !== undefined) return new pg.Pool({ connectionString: url, max: connections })
  const database = new Database(file, { timeout: 5000 })
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  return database
}

const database = open()
const { users, groups, migrate } = scimTables(database)
await migrate()
// In PostgreSQL its own connections, as its documentation advises.
const store = kyselyRequestLog(url === undefined ? database : new pg.Pool({ connectionString: url, max: 2 }))
await store.migrate()
const refuse = () => Promise.reject(new Error('the store of the log is down'))
const log =
  isLogged &&
  createRequestLog({
    store: isDown ? { ...store, append: refuse } : store,
    secret: token,
    onError: (error) => console.error(error.message),
  })
const scim = createScim({ authenticate: bearerTokens([{ token }]), users, groups, ...(log && { log }) })
const server = createServer(nodeHandler(scim))
process.on('message', async ({ ask }) => {
  if (ask !== 'counts') return
  await log?.flush?.()
  process.send({ counts: log ? log.counts : undefined })
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` })
})
