/** How long to wait between attempts. */
export interface Backoff {
  /** Milliseconds before the second attempt, at most; each further one waits up to twice as long. */
  readonly first: number
  /** Milliseconds that no wait exceeds. Default: no bound. */
  readonly max?: number
  /** The share of each wait that is random, from 0 to 1, so that concurrent attempts spread. Default 1. */
  readonly jitter?: number
}

/** Milliseconds to wait after a failed attempt, counted from 1: exponential, with jitter. */
export function backoff(attempt: number, { first, max = Infinity, jitter = 1 }: Backoff): number {
  return Math.min(first * 2 ** (attempt - 1), max) * (1 - jitter + Math.random() * jitter)
}
