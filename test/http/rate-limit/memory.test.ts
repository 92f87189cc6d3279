import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Quotas } from '../../../src/http/rate-limit/memory.js'
import { memoryRateLimit } from '../../../src/index.js'

// Quotas that are refilled at an even rate; time stands still unless a test moves it.

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const pass = (seconds: number) => void vi.advanceTimersByTime(seconds * 1000)
const acme = { tenant: 'acme', cost: 1 }

describe('the quota of a tenant', () => {
  it('is there at once, and comes back evenly over the window', () => {
    const quotas = new Quotas(3, 60)
    expect(quotas.take(acme)).toEqual({ allowed: true, remaining: 2, reset: 40 })
    expect(quotas.take(acme)).toEqual({ allowed: true, remaining: 1, reset: 20 })
    expect(quotas.take(acme)).toEqual({ allowed: true, remaining: 0, reset: 20 })
    expect(quotas.take(acme)).toEqual({ allowed: false, remaining: 0, reset: 20 })
    pass(19)
    expect(quotas.take(acme)).toMatchObject({ allowed: false, reset: expect.closeTo(1) })
    pass(1)
    expect(quotas.take(acme).allowed).toBe(true)
    expect(quotas.take(acme).allowed).toBe(false)
    pass(600)
    const after = Array.from({ length: 5 }, () => quotas.take(acme).allowed)
    expect(after).toEqual([true, true, true, false, false])
  })

  it('is its own: another tenant, and requests of no tenant, have theirs', () => {
    const quotas = new Quotas(1, 1)
    const tenants = ['acme', 'globex', '', undefined]
    const take = () => tenants.map((tenant) => quotas.take({ tenant, cost: 1 }).allowed)
    expect(take()).toEqual([true, true, true, true])
    expect(take()).toEqual([false, false, false, false])
  })

  it('is not used by what is not allowed', () => {
    const quotas = new Quotas(10, 10)
    quotas.take({ tenant: 'acme', cost: 8 })
    expect(quotas.take({ tenant: 'acme', cost: 3 })).toEqual({
      allowed: false,
      remaining: 2,
      reset: expect.closeTo(1),
    })
    expect(quotas.take({ tenant: 'acme', cost: 2 })).toMatchObject({ allowed: true, remaining: 0 })
  })

  // A client that is told to come back must be let in at some time.
  it('lets in what costs more than there ever is while nothing is used, and has what follows wait for it', () => {
    const quotas = new Quotas(10, 10)
    quotas.take(acme)
    expect(quotas.take({ tenant: 'acme', cost: 25 })).toMatchObject({ allowed: false, reset: 1 })
    pass(1)
    expect(quotas.take({ tenant: 'acme', cost: 25 })).toEqual({ allowed: true, remaining: 0, reset: 16 })
    pass(15)
    expect(quotas.take(acme).allowed).toBe(false)
    pass(1)
    expect(quotas.take(acme).allowed).toBe(true)
  })

  it('is 25 requests a second by default, in the long run', () => {
    const { limit, window, take } = memoryRateLimit()
    expect(limit / window).toBe(25)
    expect(take({ tenant: 'acme', cost: limit })).toMatchObject({ allowed: true, remaining: 0 })
    const allowed: unknown[] = []
    for (let second = 0; second < 30; second++) {
      pass(1)
      for (let sent = 0; sent < 25; sent++) allowed.push(take(acme))
    }
    expect(allowed).toHaveLength(750)
    expect(allowed.filter((decision) => !(decision as { allowed: boolean }).allowed)).toEqual([])
    expect(take(acme)).toMatchObject({ allowed: false })
  })
})

describe('tenants', () => {
  it('that come once are forgotten while others send', () => {
    const quotas = new Quotas(10, 10)
    for (let tenant = 0; tenant < 5000; tenant++) quotas.take({ tenant: `tenant-${tenant}`, cost: 1 })
    expect(quotas.size).toBe(5000)
    pass(1)
    // Each request looks at two of them.
    for (let sent = 0; sent < 2502; sent++) quotas.take(acme)
    expect(quotas.size).toBe(1)
  })

  it('that come and go for ever take bounded memory', () => {
    const quotas = new Quotas(10, 10)
    let most = 0
    for (let tenant = 0; tenant < 50_000; tenant++) {
      pass(0.01)
      quotas.take({ tenant: `tenant-${tenant}`, cost: 1 })
      most = Math.max(most, quotas.size)
    }
    // A hundred of them are still using their quota at any time.
    expect(most).toBeLessThan(400)
  })

  it('are a hundred thousand at most', () => {
    const quotas = new Quotas(1, 1000)
    for (let tenant = 0; tenant < 100_010; tenant++) quotas.take({ tenant: `tenant-${tenant}`, cost: 1 })
    expect(quotas.size).toBe(100_000)
    expect(quotas.take({ tenant: 'tenant-100009', cost: 1 }).allowed).toBe(false)
  })
})

describe('memoryRateLimit', () => {
  it.each([
    { limit: 0 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { window: 0 },
    { window: -1 },
    { window: 0.5 },
  ])('refuses %j', (options) => {
    expect(() => memoryRateLimit(options)).toThrow(/^memoryRateLimit: \w+ must be a whole number from 1 on$/)
  })
})
