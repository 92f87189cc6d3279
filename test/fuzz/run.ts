import { parseArgs } from 'node:util'
import { type FuzzReport, fuzz } from './fuzz.js'

// npm run fuzz -- [--minutes 10] [--requests 1000000] [--seed 42 [--path 17:0]]

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`)
  return value
}

function print({ seed, series, requests, statuses, slowest, delay }: FuzzReport): void {
  console.log(`${requests} requests in ${series} series from seed ${seed}, and nothing was wrong`)
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(`Replies: ${counts.join(', ')}`)
  const { mean, p99, max } = delay
  console.log(
    `Event loop delay: ${mean.toFixed(1)} ms (mean), ${p99.toFixed(1)} (p99), ${max.toFixed(1)} (max)`,
  )
  console.log('The slowest requests (ms, blocked ms, status, bytes of the body):')
  for (const { request, total, blocked, status, bytes } of slowest) {
    console.log(
      `${total.toFixed(0).padStart(6)} ${blocked.toFixed(0).padStart(6)} ${status} ${bytes} ${request}`,
    )
  }
}

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { minutes: text, requests: text, seed: text, path: text } })
const requests = positive('requests', values.requests)
const minutes = positive('minutes', values.minutes) ?? (requests === undefined ? 1 : undefined)
print(
  await fuzz({
    ...(minutes !== undefined && { time: minutes * 60_000 }),
    ...(requests !== undefined && { requests }),
    seed: values.seed === undefined ? undefined : Number(values.seed),
    path: values.path,
  }),
)
