import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions } from '../../protocol/index.js'
import type { RateLimit, RateLimitDecision, RateLimitRequest } from './rate-limit.js'

/** The options of {@link memoryRateLimit}. */
export interface MemoryRateLimitOptions {
  /** How many requests a tenant may send at once, and in the long run per window. Default: 1500. */
  readonly limit?: number
  /** Whole seconds in which a used quota is whole again. Default: 60. */
  readonly window?: number
}

const optionNames = { limit: true, window: true } satisfies OptionNames<MemoryRateLimitOptions>

/** Tenants in memory at most, each with a few dozen bytes. */
const maxTenants = 100_000

/** What rounding can cost a quota that is counted in fractions, in units. */
const rounding = 1e-6

/** The quotas of tenants, refilled at an even rate. Of each that is not whole, one number is kept: when it will be. */
export class Quotas {
  private readonly wholeAt = new Map<string | undefined, number>()
  private sweep = this.wholeAt.entries()
  /** Milliseconds in which one unit is refilled. */
  private readonly interval: number

  constructor(
    private readonly limit: number,
    window: number,
  ) {
    this.interval = (window * 1000) / limit
  }

  /** The tenants that are remembered. */
  get size(): number {
    return this.wholeAt.size
  }

  take({ tenant, cost }: RateLimitRequest): RateLimitDecision {
    const { limit, interval } = this
    const now = performance.now()
    this.forget(now)
    const wholeAt = Math.max(this.wholeAt.get(tenant) ?? now, now)
    const available = limit - (wholeAt - now) / interval
    // What costs more than there ever is takes a whole quota, and the rest from what comes after.
    const missing = Math.min(cost, limit) - available
    const seconds = (units: number) => (units * interval) / 1000
    if (missing > rounding)
      return { allowed: false, remaining: wholeUnits(available), reset: seconds(missing) }
    this.makeRoom(tenant)
    this.wholeAt.set(tenant, wholeAt + cost * interval)
    const left = available - cost
    const remaining = wholeUnits(left)
    // A client that spreads what remains evenly over this time sends as fast as the quota is refilled.
    return { allowed: true, remaining, reset: seconds(remaining > 0 ? remaining : 1 - left) }
  }

  /** Looks at two tenants, and forgets those whose quota is whole: faster than one request can add another. */
  private forget(now: number): void {
    for (let looked = 0; looked < 2; looked++) {
      const { done, value } = this.sweep.next()
      if (done) {
        this.sweep = this.wholeAt.entries()
        return
      }
      const [tenant, wholeAt] = value
      if (wholeAt <= now) this.wholeAt.delete(tenant)
    }
  }

  /** Forgets another tenant, whose quota is whole by that, where there are too many. */
  private makeRoom(tenant: string | undefined): void {
    if (this.wholeAt.size < maxTenants || this.wholeAt.has(tenant)) return
    const [first] = this.wholeAt.keys()
    this.wholeAt.delete(first)
  }
}

function wholeUnits(units: number): number {
  return Math.max(0, Math.floor(units + rounding))
}

/**
 * A rate limit that counts in the memory of this process: each of several processes has quotas of its own. A tenant may
 * use its quota at once; what is used comes back evenly over the window. By default that is 25 requests a second in the
 * long run, what Microsoft asks of a service.
 *
 * @throws TypeError for an option that there is not, and for a `limit` or `window` that is no whole number from 1 on.
 * @example
 * createScim({ authenticate, users, rateLimit: memoryRateLimit({ limit: 3000, window: 60 }) })
 */
export function memoryRateLimit(options: MemoryRateLimitOptions = {}): RateLimit {
  assertKnownOptions('memoryRateLimit', options, optionNames)
  const { limit = 1500, window = 60 } = options
  for (const [name, value] of Object.entries({ limit, window })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new TypeError(`memoryRateLimit: ${name} must be a whole number from 1 on`)
  }
  const quotas = new Quotas(limit, window)
  return { limit, window, take: (request) => quotas.take(request) }
}
