// The entry: the same service with a request log and without, on PostgreSQL and on SQLite. Progress goes to stderr, a
// table to stdout.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { assertBuilt } from '../scimkit.mjs'
import { startPostgres } from '../sql/postgres.mjs'
import { seed, subject } from '../sql/seed.mjs'
import { median } from '../statistics.mjs'
import { logRatio } from '../targets.mjs'

const usage = `Usage: npm run bench:log -- [options]

  --users N          how many users there are (default 10000)
  --duration S       seconds of each measurement (default 3)
  --rounds N         how often each server takes its turn (default 9)
  --database D       postgres or sqlite; both unless told
  --down             with a log whose store is down
`

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    duration: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '9' },
    database: { type: 'string' },
    down: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(usage)
  process.exit()
}
const [users, duration, rounds] = [values.users, values.duration, values.rounds].map(Number)
const connections = 16
const scenarios = ['get', 'patch', 'post']
const token = randomBytes(16).toString('hex')
const folder = mkdtempSync(join(tmpdir(), 'scimkit-bench-log-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

assertBuilt()
const chosen = ['postgres', 'sqlite'].filter((name) => (values.database ?? name) === name)
const rows = []
for (const name of chosen) rows.push(...(await (name === 'postgres' ? onPostgres() : onSqlite())))
print(rows)
process.exit()

async function onPostgres() {
  const postgres = await startPostgres()
  try {
    const plain = await start({ url: postgres.url, isLogged: false })
    const pool = new pg.Pool({ connectionString: postgres.url, max: 1 })
    await seed(pool, users)
    await pool.end()
    const subjects = Array.from({ length: users }, (_, n) => ({ ...subject(n + 1), active: true }))
    return await compare('PostgreSQL', plain, await start({ url: postgres.url, isLogged: true }), subjects)
  } finally {
    await postgres.stop()
  }
}

async function onSqlite() {
  const plain = await start({ file: join(folder, 'plain.db'), isLogged: false })
  const logged = await start({ file: join(folder, 'logged.db'), isLogged: true })
  // Each has a file of its own, with the same users in it; ids are random, so the load looks them up by server.
  const subjects = { plain: await fill(plain), logged: await fill(logged) }
  return compare('SQLite', plain, logged, subjects)
}

/** Creates the users by requests. */
async function fill({ url }) {
  const made = []
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  const create = async (number) => {
    const userName = `user.${number}@example.com`
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName,
      name: { givenName: 'Ada', familyName: 'Berg' },
      displayName: 'Ada Berg',
      emails: [{ value: userName, type: 'work', primary: true }],
    }
    const response = await fetch(`${url}/Users`, { method: 'POST', headers, body: JSON.stringify(body) })
    const { id } = await response.json()
    made[number] = { id, userName, active: true }
  }
  for (let number = 0; number < users; number += 50)
    await Promise.all(Array.from({ length: Math.min(50, users - number) }, (_, n) => create(number + n)))
  return made
}

async function compare(database, plain, logged, subjects) {
  const rows = []
  for (const scenario of scenarios) {
    const ratios = []
    const rates = { plain: [], logged: [] }
    for (let round = 0; round < rounds; round++) {
      const turn = {}
      const order = round % 2 === 0 ? ['plain', 'logged'] : ['logged', 'plain']
      for (const which of order) {
        const server = which === 'plain' ? plain : logged
        turn[which] = await shoot(scenario, server, subjects[which] ?? subjects)
        rates[which].push(turn[which])
      }
      ratios.push(turn.logged / turn.plain)
    }
    const counts = await ask(logged)
    rows.push({
      database,
      scenario,
      plain: median(rates.plain),
      logged: median(rates.logged),
      ratio: median(ratios),
      counts,
    })
    const { ratio } = rows.at(-1)
    console.error(`${database} ${scenario}: ${ratio.toFixed(3)} ${JSON.stringify(counts)}`)
  }
  for (const server of [plain, logged]) server.process.kill()
  return rows
}

async function start(settings) {
  const child = fork(fileURLToPath(new URL('./server.mjs', import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  process.once('exit', () => child.kill())
  child.send({ token, connections, isDown: values.down, ...settings })
  const [{ url }] = await once(child, 'message')
  return { url, process: child }
}

async function ask(server) {
  server.process.send({ ask: 'counts' })
  const [{ counts }] = await once(server.process, 'message')
  return counts
}

async function shoot(scenario, server, subjects) {
  const subjectsFile = join(folder, 'subjects.json')
  writeFileSync(subjectsFile, JSON.stringify(subjects))
  const load = fork(fileURLToPath(new URL('../http/load.mjs', import.meta.url)))
  load.send({
    scenario,
    url: server.url,
    token,
    subjectsFile,
    connections,
    warmUp: 0.5,
    duration,
    runId: randomBytes(6).toString('hex'),
  })
  await once(load, 'message')
  const [{ result }] = await once(load, 'message')
  await once(load, 'exit')
  if (result.failed > 0) throw new Error(`${scenario}: ${result.failed} answers were wrong`)
  return result.rate
}

function print(rows) {
  console.log('| database | scenario | requests/s without | with the log | ratio | target | not recorded |')
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  for (const { database, scenario, plain, logged, ratio, counts } of rows) {
    const verdict = ratio >= logRatio.atLeast ? 'met' : 'missed'
    console.log(
      `| ${database} | ${scenario} | ${plain.toFixed(0)} | ${logged.toFixed(0)} | ${ratio.toFixed(3)} | ${logRatio.atLeast} (${verdict}) | ${counts.dropped} of ${counts.recorded + counts.dropped} |`,
    )
  }
}
