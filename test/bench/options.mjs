import { parseArgs } from 'node:util'
import { scenarios } from './http/scenarios.mjs'

export const PARTS = ['http', 'inprocess', 'groups', 'bulk', 'pages', 'size', 'import']

export const usage = `Usage: npm run bench -- [options]

  --only PART        one of ${PARTS.join(', ')}; may be given several times
  --scenario NAME    of the HTTP part only get, lookup, page, patch or post; may be given several times
  --quick            a short run, to see that everything works; its numbers mean little
  --duration S       seconds of each HTTP measurement (default 3)
  --rounds N         how often each server takes its turn (default 5)
  --connections N    open connections of the load (default 10)
  --users N,M        how many users the servers hold (default 10000,100000)
  --peers-only       leave scimkit out
  --base DIR         of the HTTP part: against another built checkout instead of the peers; 20 rounds if not said
  --markdown         print the tables for README.md
  --json             print one JSON object as the last line
`

/**
 * @typedef {object} Options
 * @property {string[]} parts
 * @property {string[]} scenarios of the HTTP part
 * @property {boolean} quick
 * @property {number} warmUp seconds before each HTTP measurement
 * @property {number} duration seconds of each HTTP measurement
 * @property {number} rounds
 * @property {number} connections
 * @property {number[]} users
 * @property {boolean} peersOnly
 * @property {string} [base] the folder of another built checkout
 * @property {boolean} markdown
 * @property {boolean} json
 */

/**
 * @param {string[]} args
 * @returns {Options | undefined} nothing when only help was asked for
 * @throws on an unknown option or a value out of range
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      scenario: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      duration: { type: 'string' },
      rounds: { type: 'string' },
      connections: { type: 'string' },
      users: { type: 'string' },
      'peers-only': { type: 'boolean', default: false },
      base: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined

  const parts = some('only', values.only ?? (values.base === undefined ? undefined : ['http']), PARTS)
  const { quick } = values
  return {
    parts,
    scenarios: some('scenario', values.scenario, Object.keys(scenarios)),
    quick,
    warmUp: quick ? 0.5 : 1,
    duration: positive('duration', values.duration, quick ? 1 : 3),
    rounds: whole('rounds', values.rounds, quick ? 1 : values.base === undefined ? 5 : 20),
    connections: whole('connections', values.connections, 10),
    users: values.users?.split(',').map((text) => whole('users', text)) ?? [10_000, 100_000],
    peersOnly: values['peers-only'],
    base: values.base,
    markdown: values.markdown,
    json: values.json,
  }
}

function some(name, chosen, all) {
  for (const one of chosen ?? []) {
    if (!all.includes(one)) throw new Error(`--${name} ${one}: expected one of ${all.join(', ')}`)
  }
  return chosen ?? all
}

function positive(name, text, otherwise) {
  const value = text === undefined ? otherwise : Number(text)
  if (!(value > 0)) throw new Error(`--${name} ${text}: expected a number above 0`)
  return value
}

function whole(name, text, otherwise) {
  const value = positive(name, text, otherwise)
  if (!Number.isInteger(value)) throw new Error(`--${name} ${text}: expected a whole number`)
  return value
}
