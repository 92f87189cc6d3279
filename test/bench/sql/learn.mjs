// Asks scimkit once for each kind of request, checks the answer, and keeps it with the statements behind it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import pg from 'pg'
import { nodeHandler } from 'scimkit/node'
import { scenariosOf } from './scenarios.mjs'
import { service } from './service.mjs'
import { openSeen, sqlitePool } from './sqlite.mjs'
import { record, templates } from './statements.mjs'

/** A version that is in no statement by chance. */
const version = '424242'

/**
 * @typedef {object} Learnt
 * @property {{ status: number, body: string }} answer
 * @property {Record<string, import('./statements.mjs').Statement[]>} statements by the request's kind
 */

/**
 * @param {{ url: string, users: number, secrets: { token: string, secret: string }, subject: object }} settings
 *   `subject`: a user whom no request of the load is about
 * @returns {Promise<{ far: { half: number, cursor: string }, learnt: Record<string, Learnt> }>}
 */
export async function learn({ url, engine, users, secrets, subject }) {
  const isSqlite = engine === 'sqlite'
  const pool = isSqlite ? sqlitePool(url) : new pg.Pool({ connectionString: url, max: 1 })
  const seen = isSqlite ? [] : record(pool)
  const given = isSqlite ? openSeen(url, seen) : pool
  const half = Math.floor(users / 2)
  try {
    const far = await withServer(service(given, secrets, half - 99), async (ask) => {
      const { body } = await ask({ method: 'GET', path: '/Users?cursor=&count=100' })
      return { half, cursor: JSON.parse(body).nextCursor }
    })
    await pool.query('update scim_users set version = $1 where id = $2', [version, subject.id])
    const learnt = {}
    await withServer(service(given, secrets), async (ask) => {
      for (const [key, scenario] of Object.entries(scenariosOf(far))) {
        learnt[key] = { statements: {} }
        const request = (number) =>
          scenario.request({ number, subject: () => subject, runId: 'learn' }, users)
        // Two requests are one of each kind, where there are two.
        for (const asked of scenario.kindOf ? [request(0), request(1)] : [request(0)]) {
          if (key === 'patch') {
            await pool.query('update scim_users set version = $1 where id = $2', [version, subject.id])
          }
          seen.length = 0
          const answer = await ask(asked)
          assert.ok(answer.status < 300, `${scenario.name}: ${answer.status} ${answer.body.slice(0, 300)}`)
          const about = { ...subject, ...scenario.subjectOf(asked), version }
          if (key === 'post') about.id = JSON.parse(answer.body).id
          learnt[key].answer = answer
          learnt[key].statements[asked.kind ?? 'only'] = templates(seen, about)
        }
      }
    })
    return { far, learnt }
  } finally {
    await pool.end()
  }

  async function withServer(scim, work) {
    const server = createServer(nodeHandler(scim)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const base = `http://127.0.0.1:${server.address().port}`
    const headers = { authorization: `Bearer ${secrets.token}`, 'content-type': 'application/scim+json' }
    const ask = async ({ method, path, body }) => {
      const response = await fetch(`${base}${path}`, { method, headers, body })
      return { status: response.status, body: await response.text() }
    }
    try {
      return await work(ask)
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }
}
