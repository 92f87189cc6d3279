import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.js'

// npm run fuzz -- --minutes 10 [--seed 42]

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
const minutes = Number(values.minutes ?? 1)
if (!(minutes > 0)) throw new Error('--minutes must be a number above 0')
const runs = await fuzz(minutes * 60_000, values.seed === undefined ? undefined : Number(values.seed))
console.log(`${runs} series of requests in ${minutes} minutes, and nothing was wrong`)
