// The entry: scimkit over its own tables in PostgreSQL or SQLite, beside the same statements without it. Progress goes to
// stderr, results to stdout.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describeMachine } from '../machine.mjs'
import { asMarkdown, asText, summary } from '../report.mjs'
import { assertBuilt } from '../scimkit.mjs'
import { learn } from './learn.mjs'
import { readBig, runBare, shoot, startServer, teach } from './measure.mjs'
import { readOptions, usage } from './options.mjs'
import { measureOutbox } from './outbox.mjs'
import { startPostgres } from './postgres.mjs'
import { judge, tables } from './results.mjs'
import { scenariosOf } from './scenarios.mjs'
import { bigGroup, seed, subject } from './seed.mjs'
import { seedSqlite } from './seed-sqlite.mjs'
import { migrate } from './service.mjs'
import { makeSqlite, openSqlite, sqlitePool } from './sqlite.mjs'

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(usage)
  else print(await measure(options), options)
  process.exit()
} catch (error) {
  console.error(error)
  process.exit(1)
}

async function measure(options) {
  assertBuilt()
  const log = (line) => console.error(line)
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const isSqlite = options.engine === 'sqlite'
  const database = isSqlite ? makeSqlite() : await startPostgres()
  const pool = isSqlite
    ? sqlitePool(database.url)
    : new pg.Pool({ connectionString: database.url, max: options.connections })
  try {
    log(`entering ${options.users} users`)
    await migrate(isSqlite ? openSqlite(database.url) : pool)
    if (isSqlite) seedSqlite(database.url, options.users)
    else await seed(pool, options.users)

    const secrets = { token: randomBytes(16).toString('hex'), secret: randomBytes(16).toString('hex') }
    const { far, learnt } = await learn({
      ...options,
      url: database.url,
      secrets,
      subject: subject(options.users),
    })
    const subjects = Array.from({ length: Math.min(20_000, options.users - 1) }, (_, n) => subject(n + 1))
    const subjectsFile = join(folder, 'subjects.json')
    writeFileSync(subjectsFile, JSON.stringify(subjects))

    const env = { ...process.env, NODE_ENV: 'production', SCIM_BENCH_FAR: JSON.stringify(far) }
    const settings = { url: database.url, engine: options.engine, secrets, connections: options.connections }
    const scimkit = await startServer('./scimkit-server.mjs', settings, env)
    const plain = await startServer('./plain-server.mjs', settings, env)
    const shared = { ...options, env, token: secrets.token, subjectsFile }

    const big = await readBig(scimkit, `/Groups/${bigGroup}`, secrets.token)
    log(`a group of ${options.users}: ${big.megabytes.toFixed(0)} MB, ${big.peak?.toFixed(0)} MB resident`)
    const rows = []
    for (const [key, scenario] of Object.entries(scenariosOf(far))) {
      const turns = {
        scimkit: () => shootTwice(key, scimkit, shared),
        plain: async () => {
          await teach(plain, key, learnt[key])
          return shootTwice(key, plain, shared)
        },
        bare: () => runBare(scenario, learnt[key], pool, subjects, shared),
      }
      rows.push({ key, name: scenario.name, ...(await takeTurns(turns, options.rounds)) })
      log(describe(rows.at(-1)))
    }
    const outbox = isSqlite ? undefined : await measureOutbox(pool, options, log)
    return { machine: describeMachine(), options, ...judge(rows, big, outbox) }
  } finally {
    await pool.end()
    await database.stop()
  }
}

/** With all connections, and with one. */
async function shootTwice(key, server, options) {
  return {
    ...(await shoot(key, server, options.connections, options)),
    alone: await shoot(key, server, 1, options),
  }
}

/** Each subject's results, round by round. */
async function takeTurns(turns, rounds) {
  const names = Object.keys(turns)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      results[name].push(await turns[name]())
  }
  return results
}

function describe({ name, scimkit, plain, bare }) {
  const rates = [scimkit, plain, bare].map((all) => Math.round(all.at(-1).rate))
  const failed = [...scimkit, ...plain].reduce((sum, one) => sum + one.failed + one.alone.failed, 0)
  return `${name}: scimkit ${rates[0]}/s, plain ${rates[1]}/s, bare ${rates[2]}/s${failed > 0 ? `, ${failed} FAILED` : ''}`
}

function print(results, { markdown, json }) {
  for (const table of tables(results)) console.log(markdown ? asMarkdown(table) : asText(table))
  console.log(summary(results.checks))
  if (json) console.log(JSON.stringify(results))
}
