import { backoff } from '../../../protocol/index.js'

/** How a worker works; {@link DeliverOptions} says what each number means. */
export interface Timing {
  readonly concurrency: number
  readonly pollInterval: number
  readonly maxAttempts: number
  readonly retryDelay: number
  readonly timeout: number
  readonly gracePeriod: number
  readonly lease: number
}

const defaults = {
  concurrency: 10,
  pollInterval: 1000,
  maxAttempts: 10,
  retryDelay: 1000,
  timeout: 30_000,
  gracePeriod: 10_000,
}

/** How much longer than a handler may take an event is claimed, in milliseconds. */
const leaseAfterTimeout = 30_000

/** Timers that are set for longer fire at once. */
const longestTimer = 2 ** 31 - 1

/** @throws TypeError for what is not a whole number from 1 on. */
export function readTiming(options: Partial<Timing>): Timing {
  const read = (name: keyof Timing, otherwise: number): number => {
    const value = options[name] ?? otherwise
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`deliverEvents: ${name} must be a whole number from 1 on`)
    }
    return Math.min(value, longestTimer)
  }
  const timeout = read('timeout', defaults.timeout)
  return {
    timeout,
    concurrency: read('concurrency', defaults.concurrency),
    pollInterval: read('pollInterval', defaults.pollInterval),
    maxAttempts: read('maxAttempts', defaults.maxAttempts),
    retryDelay: read('retryDelay', defaults.retryDelay),
    gracePeriod: read('gracePeriod', defaults.gracePeriod),
    lease: read('lease', timeout + leaseAfterTimeout),
  }
}

/** Whole milliseconds, of which half are random. */
export function delayAfter(attempt: number, first: number, max: number): number {
  return Math.ceil(backoff(attempt, { first, max, jitter: 0.5 }))
}

/** Waits for a time, or until the signal is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
