import { monitorEventLoopDelay } from 'node:perf_hooks'
import fc from 'fast-check'
import { type Answered, check } from './check.js'
import { hostile } from './hostile.js'
import { mutated } from './requests.js'

/** When to stop, and where to begin. */
export interface FuzzOptions {
  /** Milliseconds. Default: no bound. */
  readonly time?: number
  /** How many requests are sent at least. Default: no bound. */
  readonly requests?: number
  /** Default: another one each time. */
  readonly seed?: number | undefined
  /** Which series of the seed, as a failure names it. */
  readonly path?: string | undefined
}

/** What was sent, and what it cost. */
export interface FuzzReport {
  readonly seed: number
  readonly series: number
  readonly requests: number
  /** How many replies had each status. */
  readonly statuses: ReadonlyMap<number, number>
  /** The ten that took longest. */
  readonly slowest: readonly Answered[]
  /** Milliseconds by which others came later than they could. */
  readonly delay: { readonly mean: number; readonly p99: number; readonly max: number }
}

/** So many series are made of one seed. */
const batch = 500

const series = fc.oneof({ weight: 15, arbitrary: mutated }, { weight: 1, arbitrary: hostile })

/** Sends series of requests. @throws Error with the smallest one that breaks a promise, and its seed. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { time = Infinity, requests = Infinity, path } = options
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const end = Date.now() + time
  const statuses = new Map<number, number>()
  let slowest: readonly Answered[] = []
  let [runs, answers] = [0, 0]
  function count(answered: Answered): void {
    answers += 1
    statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1)
    if (slowest.length === 10 && answered.total <= (slowest.at(-1)?.total ?? 0)) return
    const { request, bytes, status, total, blocked } = answered
    slowest = [...slowest, { request, bytes, status, total, blocked }]
      .sort((a, b) => b.total - a.total)
      .slice(0, 10)
  }
  const property = fc.asyncProperty(series, async (sent) => {
    if (Date.now() >= end || answers >= requests) return
    runs += 1
    await check(sent, count)
  })
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  for (let nth = seed; Date.now() < end && answers < requests; nth++) {
    const found = await fc.check(property, {
      seed: nth,
      numRuns: batch,
      // Making a smaller one takes as long again as it may.
      interruptAfterTimeLimit: Math.min(end - Date.now() + 60_000, 2 ** 31 - 1),
      ...(path !== undefined && { path, endOnFailure: true }),
    })
    if (found.failed) {
      const { errorInstance, counterexample, counterexamplePath } = found
      throw new Error(
        `${errorInstance}\n${fc.stringify(counterexample).slice(0, 1000)}\n` +
          `Run it again: npm run fuzz -- --seed ${nth} --path ${counterexamplePath}`,
        { cause: errorInstance },
      )
    }
    if (path !== undefined) break
  }
  histogram.disable()
  const delay = {
    mean: histogram.mean / 1e6,
    p99: histogram.percentile(99) / 1e6,
    max: histogram.max / 1e6,
  }
  return { seed, series: runs, requests: answers, statuses, slowest, delay }
}
