// The HTTP rows. All servers are alive for the whole run and take turns under
// load, one at a time, so that whatever else the machine does hits each of them.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, upperBound } from '../statistics.mjs'
import { check, growth, slowdown, http as targets } from '../targets.mjs'
import { makeUsers } from '../users.mjs'
import { cpuSeconds, residentMegabytes } from './process-usage.mjs'
import { scenarios } from './scenarios.mjs'
import { setBareAnswer, startBare, startScimkit, startScimmy, stop } from './servers.mjs'

const loadScript = fileURLToPath(new URL('./load.mjs', import.meta.url))

/**
 * @typedef {object} HttpRow
 * @property {string} name
 * @property {keyof typeof scenarios} scenario
 * @property {number} users
 * @property {'bare' | 'scimkit' | 'scimmy' | 'base'} server
 * @property {number} rate requests per second, the median of the rounds
 * @property {number[]} rates each round's
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} [cpuShare] of one core that the server used; below 1 the load was the limit
 * @property {number} [cpuMicroseconds] of the server per request
 * @property {number} [memory] resident MB of the server after the scenario
 * @property {number} failed answers other than 2xx, resets and time-outs
 * @property {import('../targets.mjs').Check[]} checks
 */

/**
 * @param {import('../options.mjs').Options} options
 * @param {(line: string) => void} log
 * @returns {Promise<HttpRow[]>}
 */
export async function measureHttp(options, log) {
  const token = randomBytes(16).toString('hex')
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-bench-'))
  // Not in the `finally` below, which an interrupted bench never reaches.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const servers = []
  try {
    if (options.base !== undefined)
      return await measureAgainstBase({ ...options, token, folder, servers }, log)
    const bare = await startBare()
    servers.push(bare)
    const contenders = []
    for (const users of options.users) {
      log(`starting servers with ${users} users`)
      const scimkit = options.peersOnly ? undefined : await startScimkit(users, token)
      if (scimkit !== undefined) servers.push(scimkit)
      const seeded = scimkit === undefined ? makeUsers(users) : await everyUser(scimkit, token)
      const files = await writeUsers(seeded, join(folder, String(users)))
      const scimmy = await startScimmy(users, token, files.users)
      servers.push(scimmy)

      const answers = await rightAnswers(scimkit ?? scimmy, token, seeded)
      // scimmy has to be right as well: an error page is served fast.
      if (scimkit !== undefined) await rightAnswers(scimmy, token, seeded)
      for (const server of [{ ...bare, users }, scimkit, scimmy]) {
        if (server !== undefined) contenders.push({ server, answers, subjects: files.subjects })
      }
    }

    const rows = await competeInAll(contenders, { ...options, token }, log)
    judge(rows)
    return rows
  } finally {
    await Promise.all(servers.map(stop))
  }
}

/** This checkout and another one, over the same number of users each. */
async function measureAgainstBase({ token, folder, servers, ...options }, log) {
  const contenders = []
  for (const users of options.users) {
    for (const checkout of [undefined, options.base]) {
      const server = await startScimkit(users, token, checkout)
      servers.push(server)
      const seeded = await everyUser(server, token)
      const { subjects } = await writeUsers(seeded, join(folder, `${server.kind}-${users}`))
      await rightAnswers(server, token, seeded)
      contenders.push({ server, subjects })
    }
  }
  const rows = await competeInAll(contenders, { ...options, token }, log)
  for (const row of rows) {
    if (row.server !== 'scimkit') continue
    const base = rows.find((one) => one.server === 'base' && one.name === row.name)
    const times = row.rates.map((rate, round) => base.rates[round] / rate)
    const failed = row.failed + base.failed > 0
    row.checks.push(check('base', failed ? Number.NaN : upperBound(times), 'x time', { atMost: slowdown }))
  }
  return rows
}

async function competeInAll(contenders, options, log) {
  const rows = []
  for (const scenario of options.scenarios) {
    rows.push(...(await compete(scenario, contenders, options, log)))
  }
  return rows
}

/** One scenario: every contender once a round, each round beginning with another one. */
async function compete(scenario, contenders, options, log) {
  const results = new Map(contenders.map((contender) => [contender, []]))
  for (let round = 0; round < options.rounds; round++) {
    const first = round % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const { server } = contender
      if (server.kind === 'bare') await setBareAnswer(server, contender.answers[scenario])
      const result = await shoot(scenario, contender, options)
      results.get(contender).push(result)
      log(
        `${scenarios[scenario].name}, ${server.users} users, round ${round + 1}: ` +
          `${server.kind} ${Math.round(result.rate)}/s${result.failed > 0 ? `, ${result.failed} FAILED` : ''}`,
      )
    }
  }
  return contenders.map((contender) => summarize(scenario, contender.server, results.get(contender)))
}

/** One measurement, by a new load process, with the server's CPU time read around it. */
async function shoot(scenario, { server, subjects }, options) {
  const load = fork(loadScript)
  load.send({
    scenario,
    url: server.url,
    token: options.token,
    subjectsFile: subjects,
    connections: options.connections,
    warmUp: options.warmUp,
    duration: options.duration,
    runId: randomBytes(6).toString('hex'),
  })
  const { pid } = server.process
  await message(load)
  const before = cpuSeconds(pid)
  const { result } = await message(load)
  const after = cpuSeconds(pid)
  await once(load, 'exit')
  const cpu = before === undefined || after === undefined ? undefined : after - before
  return { ...result, cpu }
}

async function message(child) {
  const [value] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the load process ended early'))),
  ])
  return value
}

/** @returns {HttpRow} */
function summarize(scenario, server, results) {
  const of = (value) => median(results.map(value))
  const measuredCpu = results.every(({ cpu }) => cpu !== undefined)
  return {
    name: `${scenarios[scenario].name}, ${server.users} users`,
    scenario,
    users: server.users,
    server: server.kind,
    rate: of(({ rate }) => rate),
    rates: results.map(({ rate }) => rate),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpuShare: measuredCpu ? of(({ cpu, seconds }) => cpu / seconds) : undefined,
    cpuMicroseconds: measuredCpu ? of(({ cpu, responses }) => (cpu / responses) * 1e6) : undefined,
    memory: residentMegabytes(server.process.pid),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    checks: [],
  }
}

/** Adds to scimkit's rows what they were to reach. */
function judge(rows) {
  const fewest = Math.min(...rows.map(({ users }) => users))
  for (const row of rows) {
    if (row.server !== 'scimkit') continue
    const { scenario, users } = row
    const other = (server, size = users) =>
      rows.find((one) => one.scenario === scenario && one.users === size && one.server === server)
    const { ofBare, timesScimmy } = targets[scenario]
    row.checks.push(
      check('bare', pairedRatio(row, other('bare')), 'x', { atLeast: ofBare }),
      check('scimmy', pairedRatio(row, other('scimmy')), 'x', { atLeast: timesScimmy }),
    )
    const atLeast = growth[scenario]
    if (users > fewest && atLeast !== undefined) {
      const ratio = pairedRatio(row, other('scimkit', fewest))
      row.checks.push(check(`${fewest} users`, ratio, 'x', { atLeast }))
    }
  }
}

/**
 * The median of the rounds' ratios, not the ratio of the medians: the two runs of
 * a round were seconds apart, so a slow minute of the machine cancels out. A row
 * with failed answers proves nothing.
 */
function pairedRatio(row, other) {
  if (row.failed > 0 || other.failed > 0) return Number.NaN
  return median(row.rates.map((rate, round) => rate / other.rates[round]))
}

/** Asks for an answer of each kind, checks that it is right, and keeps it. */
async function rightAnswers(server, token, users) {
  const answers = {}
  const runId = `probe.${randomBytes(6).toString('hex')}`
  for (const [key, scenario] of Object.entries(scenarios)) {
    const subjects = users.filter(scenario.about)
    // Twice: a PATCH switches the user off, the next one on again.
    for (const number of [0, 1]) {
      const turn = { number, subject: (index) => subjects[index], spread: (index) => index, runId }
      const request = scenario.request(turn, users.length)
      const response = await ask(server, token, request)
      const body = await response.text()
      try {
        const json = body === '' ? undefined : JSON.parse(body)
        scenario.verify({ status: response.status, json }, request)
      } catch (cause) {
        const excerpt = body.slice(0, 500)
        throw new Error(`${server.kind} answered ${scenario.name} wrongly: ${excerpt}`, { cause })
      }
      answers[key] = { status: response.status, body }
    }
  }
  return answers
}

/** Every user that a server holds, a page at a time. */
async function everyUser(server, token) {
  const users = []
  for (;;) {
    const response = await ask(server, token, {
      method: 'GET',
      path: `/Users?startIndex=${users.length + 1}&count=1000`,
    })
    const { Resources, totalResults } = await response.json()
    users.push(...Resources)
    if (users.length >= totalResults || Resources.length === 0) return users
  }
}

function ask(server, token, { method, path, body }) {
  return fetch(server.url + path, {
    method,
    body,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/scim+json',
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
  })
}

/** Hands the users on in files: one a line for scimmy, and what requests are made of for the load. */
async function writeUsers(users, path) {
  const files = { users: `${path}.users.jsonl`, subjects: `${path}.subjects.json` }
  const lines = createWriteStream(files.users)
  for (const user of users) lines.write(`${JSON.stringify(user)}\n`)
  lines.end()
  await once(lines, 'finish')
  const subjects = shuffle(users.map(({ id, userName, active }) => ({ id, userName, active })))
  writeFileSync(files.subjects, JSON.stringify(subjects))
  return files
}

/** In another order than they were created, the same on every run: neighbours in memory prove nothing. */
function shuffle(items) {
  let state = 1
  for (let last = items.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (last + 1)
    const kept = items[last]
    items[last] = items[other]
    items[other] = kept
  }
  return items
}
