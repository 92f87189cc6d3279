import { parseArgs } from 'node:util'

export const usage = `Usage: npm run bench:sql -- [options]

  --engine E         postgres (default) or sqlite, by libsql
  --quick            50,000 users and short turns; its numbers mean little
  --users N          how many users the tables hold (default 1000000)
  --duration S       seconds of each measurement (default 3)
  --rounds N         how often each subject takes its turn (default 3)
  --markdown         print the tables for README.md
  --json             print one JSON object as the last line
`

/** @returns {object | undefined} nothing when only help was asked for */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: 'string', default: 'postgres' },
      quick: { type: 'boolean', default: false },
      users: { type: 'string' },
      duration: { type: 'string' },
      rounds: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { engine, quick, markdown, json } = values
  if (!['postgres', 'sqlite'].includes(engine)) throw new Error(`--engine ${engine}: postgres or sqlite`)
  const number = (name, otherwise, least) => {
    const value = Number(values[name] ?? otherwise)
    if (!(value >= least))
      throw new Error(`--${name} ${values[name]}: expected a number of at least ${least}`)
    return value
  }
  return {
    engine,
    quick,
    markdown,
    json,
    users: Math.floor(number('users', quick ? 50_000 : 1_000_000, 1000)),
    warmUp: 0.5,
    duration: number('duration', quick ? 1 : 3, 0.1),
    rounds: Math.floor(number('rounds', quick ? 1 : 3, 1)),
    connections: 16,
    waiting: quick ? [10, 10_000] : [10, 10_000, 1_000_000],
    outboxTurns: quick ? 20 : 60,
  }
}
