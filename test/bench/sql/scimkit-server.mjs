// scimkit over its own tables, as a process of its own. Started by fork(); the settings are the first message.
import { once } from 'node:events'
import { createServer } from 'node:http'
import pg from 'pg'
import { nodeHandler } from 'scimkit/node'
import { service } from './service.mjs'
import { openSqlite } from './sqlite.mjs'

const [{ url, engine, secrets, connections }] = await once(process, 'message')
const pool = engine === 'sqlite' ? openSqlite(url) : new pg.Pool({ connectionString: url, max: connections })
const server = createServer(nodeHandler(service(pool, secrets)))
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` })
})
