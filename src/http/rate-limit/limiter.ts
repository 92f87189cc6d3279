import type { OperationContext, Service } from '../../operations/index.js'
import { CircuitBreaker, report } from '../../operations/index.js'
import { HostFault, isScimError, ScimError } from '../../protocol/index.js'
import type { RateLimit, RateLimitDecision } from './rate-limit.js'

/** The largest integer of a structured field (RFC 9651 section 3.3.1). */
const maxInteger = 999_999_999_999_999

/** The whole seconds, or units, that a field can say. */
function fieldInteger(value: number): number {
  return Math.min(Math.max(0, value), maxInteger)
}

/** The decision of the host's rate limit. @throws HostFault for what is none. */
function readDecision(returned: RateLimitDecision): RateLimitDecision {
  const { allowed, remaining, reset } = returned ?? {}
  // NaN is compared with as false, too.
  if (typeof allowed === 'boolean' && remaining >= 0 && reset >= 0) return returned
  throw new HostFault(
    'rateLimit.take must return { allowed, remaining, reset }: a boolean and two numbers from 0 on',
  )
}

/** A rate limit of the host. @throws TypeError for what is none. */
function assertRateLimit({ limit, window, take }: RateLimit): void {
  if (typeof take !== 'function')
    throw new TypeError('createScim: rateLimit must be a rate limit, such as memoryRateLimit()')
  for (const [name, value] of Object.entries({ limit, window })) {
    if (!Number.isInteger(value) || value < 1 || value > maxInteger)
      throw new TypeError(`createScim: rateLimit.${name} must be a whole number from 1 on`)
  }
}

/** Charges requests to their tenants' quotas. A rate limit that fails lets them through. */
export class RateLimiter {
  /** Of requests that were charged; undefined where the rate limit had failed. */
  private readonly decisions = new WeakMap<OperationContext, RateLimitDecision | undefined>()
  private readonly owing = new WeakSet<OperationContext>()
  private readonly policy: string
  private readonly breaker = new CircuitBreaker()

  /** @throws TypeError for what is no rate limit. */
  constructor(
    private readonly service: Service,
    private readonly rateLimit: RateLimit,
  ) {
    assertRateLimit(rateLimit)
    this.policy = `"tenant";q=${rateLimit.limit};w=${rateLimit.window}`
  }

  /** @throws ScimError 429. Called once for a request, and before anything of it is done. */
  async charge(context: OperationContext, cost: number): Promise<void> {
    this.decisions.set(context, undefined)
    const decision = await this.decide(context, cost)
    this.decisions.set(context, decision)
    if (!decision || decision.allowed) return
    const retryAfter = Math.max(1, Math.ceil(fieldInteger(decision.reset)))
    throw new ScimError(429, undefined, `Too many requests for this tenant; try again in ${retryAfter} s`, {
      retryAfter,
    })
  }

  /** For a request whose cost is in its body: whoever reads it calls {@link charge}. */
  postpone(context: OperationContext): void {
    this.owing.add(context)
  }

  /** What a client is told of a request that has failed: that there were too many, where it had not been charged yet. */
  async errorFor(context: OperationContext, error: unknown): Promise<unknown> {
    if (!this.owing.has(context) || this.decisions.has(context)) return error
    try {
      await this.charge(context, 1)
      return error
    } catch (refusal) {
      return refusal
    }
  }

  /** The fields of a reply to a request that was charged (draft-ietf-httpapi-ratelimit-headers-11). */
  fieldsOf(context: OperationContext): Readonly<Record<string, string>> | undefined {
    const decision = this.decisions.get(context)
    if (!decision) return undefined
    const remaining = Math.floor(fieldInteger(decision.remaining))
    const seconds = Math.ceil(fieldInteger(decision.reset))
    return { 'ratelimit-policy': this.policy, ratelimit: `"tenant";r=${remaining};t=${seconds}` }
  }

  private decide(context: OperationContext, cost: number): Promise<RateLimitDecision | undefined> {
    const { tenant, callbackSignal: signal } = context
    return this.breaker.ask<RateLimitDecision>({
      name: 'rateLimit.take',
      ask: () => this.rateLimit.take({ tenant, cost, signal }),
      read: readDecision,
      onFailure: (error, isFirst) => {
        if (isScimError(error)) throw error
        if (isFirst) this.report(error, context)
      },
    })
  }

  private report(error: unknown, { requestId, traceparent, tenant }: OperationContext): void {
    report(this.service, error, { requestId, traceparent, tenant, operation: 'rateLimit' })
  }
}
