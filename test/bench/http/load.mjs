// The load, in a process of its own: autocannon against one server for one
// scenario. Started by fork(); the job is the first message, then it says when
// the warm-up is over, and last it sends the result.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import { quantile } from '../statistics.mjs'

/**
 * @typedef {object} Job
 * @property {string} scenario
 * @property {string} [scenarios] the module that has it; ./scenarios.mjs unless told
 * @property {string} url where /Users is
 * @property {string} token
 * @property {string} subjectsFile JSON, the users that requests are about
 * @property {number} connections
 * @property {number} warmUp seconds, answered but not counted
 * @property {number} duration seconds that count
 * @property {string} runId makes what this process creates unique
 */

const [job] = /** @type {[Job]} */ (await once(process, 'message'))
const { scenarios } = await import(job.scenarios ?? './scenarios.mjs')
const scenario = scenarios[job.scenario]
const everybody = JSON.parse(readFileSync(job.subjectsFile, 'utf8'))
const subjects = everybody.filter(scenario.about)
if (subjects.length < job.connections) {
  throw new Error(`${scenario.name}: only ${subjects.length} users to ask about`)
}
const { host, pathname } = new URL(job.url)
const base = pathname.replace(/\/$/, '')

const latencies = []
/** Where a scenario has requests of several kinds. */
const latenciesByKind = {}
let failed = 0
let counting = false
let countedFrom = 0
let finished = 0
let connection = 0

// Warm-up and measurement are one run: two runs would leave the first one's
// unanswered requests for a slow server to work off during the second.
const run = autocannon({
  url: job.url,
  connections: job.connections,
  duration: job.warmUp + job.duration,
  // How often autocannon looks whether the time is over, in ms.
  sampleInt: 50,
  timeout: 60,
  setupClient(client) {
    const next = requestsOf(connection++)
    // autocannon builds requests ahead, which for all users fills the heap, or
    // one by one from a description, which costs more than answering them does.
    client.getRequestBuffer = () => {
      const request = next()
      client.kind = request.kind
      return wire(request)
    }
  },
})

run.on('response', (client, status, _bytes, milliseconds) => {
  if (!counting) return
  if (status >= 300) failed++
  latencies.push(milliseconds)
  if (client.kind !== undefined) {
    latenciesByKind[client.kind] ??= []
    latenciesByKind[client.kind].push(milliseconds)
  }
  finished = performance.now()
})
setTimeout(() => {
  counting = true
  countedFrom = performance.now()
  process.send({ counting: true })
}, job.warmUp * 1000)

const { errors, timeouts } = await run
latencies.sort((a, b) => a - b)
const seconds = (finished - countedFrom) / 1000
process.send({
  result: {
    responses: latencies.length,
    seconds,
    rate: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    p50ByKind: Object.fromEntries(Object.entries(latenciesByKind).map(([kind, all]) => [kind, middle(all)])),
    failed: failed + errors + timeouts,
  },
})
process.disconnect()

function middle(all) {
  return quantile(
    all.sort((a, b) => a - b),
    0.5,
  )
}

/** One connection's requests. Users are dealt out like cards, so no user is in two hands. */
function requestsOf(hand) {
  const share = Math.floor(subjects.length / job.connections)
  const turn = {
    number: -1,
    subject: (number) => subjects[(number % share) * job.connections + hand],
    spread: (number, count) => (number * job.connections + hand) % count,
    runId: `${job.runId}.${hand}`,
  }
  return () => {
    turn.number++
    return scenario.request(turn, everybody.length)
  }
}

/** A request as it goes over the wire. Everything in it is ASCII. */
function wire({ method, path, body }) {
  const head =
    `${method} ${base}${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n` +
    `Authorization: Bearer ${job.token}\r\nAccept: application/scim+json\r\n`
  const text =
    body === undefined
      ? `${head}\r\n`
      : `${head}Content-Type: application/scim+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  return Buffer.from(text, 'latin1')
}
