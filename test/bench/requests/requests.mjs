// Whole requests without HTTP, as an adapter hands them to the service. Each part runs in
// a fresh process: a million members on the heap would slow the next one down.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} RequestRow
 * @property {string} name
 * @property {string} by
 * @property {number} nanoseconds per request, or per user where a request is about many
 * @property {number} [p99] nanoseconds, where requests are timed one by one
 * @property {import('../targets.mjs').Check[]} checks
 */

const script = fileURLToPath(new URL('./child.mjs', import.meta.url))

/**
 * @param {'groups' | 'bulk' | 'pages'} part
 * @param {import('../options.mjs').Options} options
 * @param {(line: string) => void} log
 * @returns {Promise<RequestRow[]>}
 */
export async function measureRequests(part, { quick, peersOnly }, log) {
  log(`${part} rows`)
  const child = fork(script, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--expose-gc'],
  })
  child.send({ part, quick, peersOnly })
  const [rows] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the ${part} part ended with ${code}`))),
  ])
  return rows
}
