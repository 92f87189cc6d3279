// A walk through all users by pages of 200, as a first import does it: by number, by cursor, by number as a server that
// remembers nothing must (count and offset for each page), and hand-written by key. In turns, within one run.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { bearerTokens, createScim } from 'scimkit'
import { scimTables } from 'scimkit/kysely'
import { startPostgres } from './postgres.mjs'
import { seed } from './seed.mjs'

const usage = `Usage: npm run bench:walk -- [--users N] [--rounds N]

  --users N     how many users the tables hold (default 100000)
  --rounds N    how often each walk takes its turn (default 3)
`
const pageSize = 200
/** Of the walk that counts for each page, so many pages are read, from all over it; the rest costs what they cost. */
const sampledPages = 40

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const users = Number(values.users)
const rounds = Number(values.rounds)
if (!(Number.isInteger(users) && users >= 1000 && Number.isInteger(rounds) && rounds >= 1)) {
  console.error(usage)
  process.exit(1)
}

/** @returns the share of the walk that was done */
async function byNumber(tables) {
  const ask = service(tables)
  const seen = new Set()
  for (let startIndex = 1, total = 1; startIndex <= total; ) {
    const page = await ask(`/Users?startIndex=${startIndex}&count=${pageSize}`)
    for (const { id } of page.Resources) seen.add(id)
    total = page.totalResults
    startIndex += page.Resources.length
  }
  return complete(seen)
}

async function byCursor(tables) {
  const ask = service(tables)
  const seen = new Set()
  for (let cursor = ''; cursor !== undefined; ) {
    const page = await ask(`/Users?cursor=${encodeURIComponent(cursor)}&count=${pageSize}`)
    for (const { id } of page.Resources) seen.add(id)
    cursor = page.nextCursor
  }
  return complete(seen)
}

/** A process of its own for each page: it knows nothing of the one before. */
async function byNumberAnew(tables) {
  const pages = Math.ceil(users / pageSize)
  const sampled = Math.min(sampledPages, pages)
  for (let turn = 0; turn < sampled; turn++) {
    const number = Math.floor((turn * pages) / sampled)
    const { Resources } = await service(tables)(
      `/Users?startIndex=${number * pageSize + 1}&count=${pageSize}`,
    )
    if (Resources.length === 0) throw new Error(`page ${number} is empty`)
  }
  return sampled / pages
}

async function byHand() {
  const seen = new Set()
  let text = ''
  const first = await pool.query(`select count(*)::int as total from scim_users where tenant = ''`)
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool.query(
      `select id::text, version::text, created, last_modified, user_name, external_id, document from scim_users
        where tenant = '' and id > $1 order by scim_users.id limit ${pageSize}`,
      [last],
    )
    text = JSON.stringify({ totalResults: first.rows[0].total, Resources: rows.map(toUser) })
    for (const { id } of JSON.parse(text).Resources) seen.add(id)
    if (rows.length < pageSize) break
    last = rows.at(-1).id
  }
  return complete(seen)
}

function toUser({ id, version, created, last_modified: lastModified, user_name: userName, ...row }) {
  const { external_id: externalId, document } = row
  const meta = {
    resourceType: 'User',
    created,
    lastModified,
    version: `W/"${version}"`,
    location: `/Users/${id}`,
  }
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id,
    externalId,
    userName,
    ...document,
    meta,
  }
}

function service({ users: store, groups }) {
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'bench' }]),
    users: store,
    groups,
    check: false,
  })
  const headers = { authorization: 'Bearer bench' }
  return async (path) => {
    const reply = await scim.fetch(new Request(`http://localhost${path}`, { headers }))
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply.json()
  }
}

function complete(seen) {
  if (seen.size !== users) throw new Error(`the walk has seen ${seen.size} of ${users} users`)
  return 1
}

function report(times) {
  const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
  const cursor = median(times.get('by cursor'))
  console.log(`${users} users, pages of ${pageSize}, median of ${rounds}`)
  for (const [name, list] of times) {
    const seconds = median(list)
    console.log(
      `${name.padEnd(24)} ${seconds.toFixed(1).padStart(8)} s  ${(seconds / cursor).toFixed(2).padStart(6)} times by cursor`,
    )
  }
}

const walks = [
  { name: 'by number', walk: byNumber },
  { name: 'by cursor', walk: byCursor },
  { name: 'by number, as before', walk: byNumberAnew },
  { name: 'hand-written, by key', walk: byHand },
]
const server = await startPostgres()
const pool = new pg.Pool({ connectionString: server.url, max: 4 })
try {
  const tables = scimTables(pool)
  await tables.migrate()
  await seed(pool, users)
  const times = new Map(walks.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, walk } of walks) {
      const begun = performance.now()
      const share = await walk(tables)
      const seconds = (performance.now() - begun) / share / 1000
      times.get(name).push(seconds)
      console.error(`round ${round + 1}, ${name}: ${seconds.toFixed(1)} s`)
    }
  }
  report(times)
} finally {
  await pool.end()
  await server.stop()
}
