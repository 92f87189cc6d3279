// The in-process rows, in a fresh process: what the HTTP part left on the heap
// would slow the scans down.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} unit what the time is for: a filter, a user, a PATCH
 * @property {Record<string, number>} nanoseconds per unit, by contender
 * @property {import('../targets.mjs').Check[]} checks
 */

const script = fileURLToPath(new URL('./child.mjs', import.meta.url))

/**
 * @param {import('../options.mjs').Options} options
 * @param {(line: string) => void} log
 * @returns {Promise<Row[]>}
 */
export async function measureInProcess({ quick, peersOnly }, log) {
  log('in-process rows')
  const child = fork(script, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--expose-gc'],
  })
  child.send({ quick, peersOnly })
  const [rows] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the in-process part ended with ${code}`))),
  ])
  return rows
}
