/** A request that a {@link RateLimit} decides about. */
export interface RateLimitRequest {
  /** Whose request it is; undefined is a tenant of its own. */
  readonly tenant: string | undefined
  /** How many units of the tenant's quota it uses: 1; a bulk request as many as it has operations. */
  readonly cost: number
  /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
  readonly signal?: AbortSignal | undefined
}

/** What a {@link RateLimit} says of a request. */
export interface RateLimitDecision {
  /** False: the client receives 429, and nothing of its request is done. */
  readonly allowed: boolean
  /** What is left of the quota, in units; 0 where more is used than there was. */
  readonly remaining: number
  /**
   * Seconds within which the client can use no more than `remaining`. For a request that is not allowed: after which it
   * will be, `Retry-After`. Rounded up.
   */
  readonly reset: number
}

/**
 * Counts the requests of each tenant: {@link memoryRateLimit}, or one over a store that several processes share, such as
 * Redis.
 *
 * A request that costs more than `limit` is one that must be allowed while nothing of the quota is used, or its client
 * would try again for ever.
 *
 * @example
 * const rateLimit: RateLimit = {
 *   limit: 1500,
 *   window: 60,
 *   async take({ tenant = '', cost }) {
 *     const key = `scim:${tenant}:${Math.floor(Date.now() / 60_000)}`
 *     const [used] = await redis.multi().incrBy(key, cost).expire(key, 60).exec()
 *     const reset = 60 - (Date.now() / 1000) % 60
 *     return { allowed: used <= 1500 || used === cost, remaining: Math.max(0, 1500 - used), reset }
 *   },
 * }
 */
export interface RateLimit {
  /** The quota of a tenant, in requests. */
  readonly limit: number
  /** Whole seconds that the quota is for. */
  readonly window: number
  /**
   * Takes what a request costs from its tenant's quota, if there is as much. What it throws lets the request through,
   * since a deactivation that comes too often does less harm than one that is not done, and so does an answer that takes
   * more than half a second; `onError` is told when that begins. A {@link ScimError} is the reply: for a limit that
   * would rather refuse.
   */
  take(request: RateLimitRequest): RateLimitDecision | Promise<RateLimitDecision>
}
