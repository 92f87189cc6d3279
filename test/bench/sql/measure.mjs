// The measurements: subjects take turns within a round, each round beginning with another one.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { residentMegabytes } from '../http/process-usage.mjs'
import { runner } from './statements.mjs'

const loadScript = fileURLToPath(new URL('../http/load.mjs', import.meta.url))
const loadScenarios = new URL('./load-scenarios.mjs', import.meta.url).href

/** @returns {Promise<{ url: string, process: import('node:child_process').ChildProcess }>} */
export async function startServer(file, settings, env) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env })
  process.once('exit', () => child.kill())
  child.send(settings)
  const { url } = await message(child)
  return { url, process: child }
}

/** Tells the plain server what it is to do from now on. */
export async function teach(server, key, { statements, answer }) {
  server.process.send({ key, statements, answer })
  await message(server.process)
}

/** Requests over so many connections, by a new process. */
export async function shoot(key, server, connections, options) {
  const load = fork(loadScript, { env: options.env })
  load.send({
    scenario: key,
    scenarios: loadScenarios,
    url: server.url,
    token: options.token,
    subjectsFile: options.subjectsFile,
    connections,
    warmUp: options.warmUp,
    duration: options.duration,
    runId: randomBytes(6).toString('hex'),
  })
  await message(load)
  const { result } = await message(load)
  await once(load, 'exit')
  return result
}

/** The same statements without HTTP, so many requests in flight, in this process. */
export async function runBare(scenario, learnt, pool, subjects, options) {
  const run = Object.fromEntries(
    Object.entries(learnt.statements).map(([kind, statements]) => [kind, runner(pool, statements)]),
  )
  const runId = randomBytes(6).toString('hex')
  const share = Math.floor(subjects.length / options.connections)
  const begun = performance.now()
  const countsFrom = begun + options.warmUp * 1000
  const ends = countsFrom + options.duration * 1000
  let requests = 0
  let statements = 0
  let finished = countsFrom
  const hand = async (index) => {
    const subject = (number) => subjects[(number % share) * options.connections + index]
    for (let number = 0; performance.now() < ends; number++) {
      const request = scenario.request({ number, subject, runId: `${runId}.${index}` }, subjects.length)
      const kind = request.kind ?? 'only'
      await run[kind](scenario.subjectOf(request))
      finished = performance.now()
      if (finished < countsFrom) continue
      requests++
      statements += learnt.statements[kind].length
    }
  }
  await Promise.all(Array.from({ length: options.connections }, (_, index) => hand(index)))
  const seconds = (finished - countsFrom) / 1000
  return { rate: requests / seconds, statements: statements / seconds }
}

/** Reads an answer to its end, and what the process that sends it holds meanwhile. */
export async function readBig(server, path, token) {
  const { pid } = server.process
  const before = residentMegabytes(pid)
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak ?? 0, residentMegabytes(pid) ?? 0)
  }, 20)
  const begun = performance.now()
  let bytes = 0
  try {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
    for await (const chunk of response.body) bytes += chunk.length
  } finally {
    clearInterval(timer)
  }
  return { before, peak, megabytes: bytes / 1e6, seconds: (performance.now() - begun) / 1000 }
}

async function message(child) {
  // What is not waited for any more is not listened for either.
  const waiting = new AbortController()
  const { signal } = waiting
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process ended early with ${code}`)
  })
  try {
    const [value] = await Promise.race([once(child, 'message', { signal }), ended])
    return value
  } finally {
    ended.catch(() => {})
    waiting.abort()
  }
}
