// What somebody would write by hand for one kind of request: it reads the request, runs the statements that
// scimkit runs, and sends an answer that was made beforehand.
import { once } from 'node:events'
import { createServer } from 'node:http'
import pg from 'pg'
import { scenarios } from './load-scenarios.mjs'
import { sqlitePool } from './sqlite.mjs'
import { runner } from './statements.mjs'

const [{ url, engine, connections }] = await once(process, 'message')
const pool = engine === 'sqlite' ? sqlitePool(url) : new pg.Pool({ connectionString: url, max: connections })
// The database is stopped first at the end.
pool.on('error', () => {})

let scenario
/** How to run each kind of request, as it was learnt from scimkit. */
let run
let status = 200
let body = Buffer.alloc(0)

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const asked = { path: request.url, body: Buffer.concat(chunks).toString() }
    const kind = scenario.kindOf?.(asked) ?? 'only'
    run[kind](scenario.subjectOf(asked)).then(
      () => {
        const head = { 'content-type': 'application/scim+json', 'content-length': body.length }
        response.writeHead(status, body.length === 0 ? {} : head)
        response.end(body)
      },
      (error) => {
        console.error(error.message)
        response.writeHead(500).end()
      },
    )
  })
})

process.on('message', ({ key, statements, answer }) => {
  scenario = scenarios[key]
  run = Object.fromEntries(Object.entries(statements).map(([kind, one]) => [kind, runner(pool, one)]))
  status = answer.status
  body = Buffer.from(answer.body)
  process.send({ answering: status })
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` })
})
