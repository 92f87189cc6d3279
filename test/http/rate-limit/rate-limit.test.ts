import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RateLimit, RateLimitDecision, RateLimitRequest } from '../../../src/index.js'
import { createScim, memoryRateLimit, memoryStore, ScimError, urns } from '../../../src/index.js'
import { authenticate, serve } from '../service.js'

afterEach(() => void vi.useRealTimers())

/** A quota that does not come back while a test runs. */
const few = (limit: number) => memoryRateLimit({ limit, window: 86_400 })

/** A rate limit of the host's, which remembers what it was asked. */
function asked(answer: (request: RateLimitRequest) => RateLimitDecision | Promise<RateLimitDecision>) {
  const requests: RateLimitRequest[] = []
  const rateLimit: RateLimit = {
    limit: 100,
    window: 60,
    take(request) {
      requests.push(request)
      return answer(request)
    },
  }
  return { rateLimit, requests }
}

const enough = () => asked(() => ({ allowed: true, remaining: 99, reset: 59.2 }))
const user = (userName: string) => ({ schemas: [urns.user], userName })
const bulkOf = (count: number) => ({
  schemas: [urns.bulkRequest],
  Operations: Array.from({ length: count }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${index}`,
    data: user(`bulk-${index}-${crypto.randomUUID()}`),
  })),
})

describe('a tenant with too many requests', () => {
  it('is told when to come back, in a SCIM error and in the fields of the draft', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const service = serve({ rateLimit: memoryRateLimit({ limit: 2, window: 30 }) })
    const first = await service.get('/Users')
    expect(first.status).toBe(200)
    expect(first.headers.get('ratelimit-policy')).toBe('"tenant";q=2;w=30')
    expect(first.headers.get('ratelimit')).toBe('"tenant";r=1;t=15')
    expect(first.headers.get('retry-after')).toBeNull()
    await service.get('/Users')
    const refused = await service.get('/Users')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toBe('application/scim+json')
    expect(refused.body).toEqual({
      schemas: [urns.error],
      status: '429',
      detail: expect.stringContaining('15 s'),
    })
    expect(refused.headers.get('retry-after')).toBe('15')
    expect(refused.headers.get('ratelimit-policy')).toBe('"tenant";q=2;w=30')
    expect(refused.headers.get('ratelimit')).toBe('"tenant";r=0;t=15')
    expect(refused.event).toMatchObject({ status: 429, tenant: 'acme' })
    expect(service.errors).toEqual([])
    vi.advanceTimersByTime(15_000)
    expect((await service.get('/Users')).status).toBe(200)
  })

  it('is told so whatever it asks for, and nothing of it is done', async () => {
    const service = serve({ rateLimit: few(2) })
    const { id } = await service.createUser({ userName: 'ada' })
    const group = await service.createGroup()
    const refused = [
      await service.post('/Users', user('ben')),
      await service.put(`/Users/${id}`, user('changed')),
      await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
      await service.delete(`/Users/${id}`),
      await service.get(`/Groups/${group.id}`),
      await service.post('/.search', { schemas: [urns.searchRequest] }),
      await service.get('/Schemas'),
      await service.get('/nothing'),
      await service.send('HEAD', '/Users'),
      await service.post('/Bulk', bulkOf(1)),
      await service.send('PUT', '/Users', { body: '{' }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 429))
    expect(await service.storedUser(id)).toMatchObject({ userName: 'ada', active: true })
    const { totalResults } = (await serve({ users: service.users }).get('/Users')).body
    expect(totalResults).toBe(1)
  })

  it('keeps no other tenant from anything', async () => {
    const service = serve({ rateLimit: few(1) })
    await service.get('/Users')
    expect((await service.get('/Users')).status).toBe(429)
    expect((await service.get('/Users', { token: 'globex-token' })).status).toBe(200)
  })

  // Okta doubles what it waits, and gives up after ten attempts.
  it('waits a whole number of seconds, and one at least', async () => {
    for (const [reset, seconds] of [
      [0, '1'],
      [0.04, '1'],
      [1.01, '2'],
      [Number.POSITIVE_INFINITY, '999999999999999'],
    ] as const) {
      const { rateLimit } = asked(() => ({ allowed: false, remaining: 0.7, reset }))
      const reply = await serve({ rateLimit }).get('/Users')
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, seconds])
      // No earlier than the end of the window that the other field tells.
      const [, t] = /;r=0;t=(\d+)$/.exec(reply.headers.get('ratelimit') ?? '') ?? []
      expect(Number(t)).toBeLessThanOrEqual(Number(seconds))
    }
  })
})

describe('what a request costs', () => {
  it('is one, with its tenant', async () => {
    const { rateLimit, requests } = enough()
    const service = serve({ rateLimit })
    await service.createUser()
    await service.get('/Users?filter=nonsense')
    await service.get('/nothing')
    await service.get('/Schemas')
    const one = { tenant: 'acme', cost: 1, signal: undefined }
    expect(requests).toEqual([one, one, one, one])
  })

  it('is a bulk request’s operations, decided before the first of them', async () => {
    const { rateLimit, requests } = enough()
    const service = serve({ rateLimit })
    const { status, headers } = await service.post('/Bulk', bulkOf(7))
    expect(status).toBe(200)
    expect(requests.map(({ cost }) => cost)).toEqual([7])
    expect(headers.get('ratelimit')).toBe('"tenant";r=99;t=60')
  })

  it('is never asked for in the middle of a bulk request', async () => {
    const service = serve({ rateLimit: few(5) })
    const created = await service.post('/Bulk', bulkOf(4))
    const statuses = (created.body.Operations as { status: string }[]).map(({ status }) => status)
    expect(statuses).toEqual(['201', '201', '201', '201'])
    const refused = await service.post('/Bulk', bulkOf(2))
    expect(refused.status).toBe(429)
    expect(refused.body.schemas).toEqual([urns.error])
    const { totalResults } = (await service.get('/Users')).body
    expect(totalResults).toBe(4)
  })

  it('is one for a bulk request that cannot be read', async () => {
    const { rateLimit, requests } = enough()
    const service = serve({ rateLimit, limits: { maxBulkOperations: 3 } })
    const statuses = [
      await service.post('/Bulk', '{'),
      await service.post('/Bulk', { schemas: [urns.bulkRequest] }),
      await service.post('/Bulk', bulkOf(4)),
      await service.get('/Bulk'),
    ].map(({ status }) => status)
    expect(statuses).toEqual([400, 400, 413, 405])
    expect(requests.map(({ cost }) => cost)).toEqual([1, 1, 1, 1])
    const over = serve({ rateLimit: few(1) })
    expect((await over.post('/Bulk', '{')).status).toBe(400)
    expect((await over.post('/Bulk', '{')).status).toBe(429)
  })

  it('is nothing without a valid credential', async () => {
    const { rateLimit, requests } = enough()
    const service = serve({ rateLimit, publicDiscovery: true })
    const replies = [
      await service.get('/Users', { token: 'wrong' }),
      await service.post('/Bulk', bulkOf(3), { token: '' }),
      await service.get('/Schemas', { token: '' }),
      await service.get('/ServiceProviderConfig'),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 200, 200])
    for (const { headers } of replies) expect(headers.has('ratelimit')).toBe(false)
    expect(requests).toEqual([])
  })
})

describe('a rate limit that fails', () => {
  const wrong = undefined as unknown as RateLimitDecision
  it.each<readonly [string, RateLimit['take']]>([
    [
      'throws',
      () => {
        throw new Error('redis is away')
      },
    ],
    ['rejects', () => Promise.reject(new Error('redis is away'))],
    ['gives nothing', () => wrong],
    [
      'gives no decision',
      async () => ({ allowed: 'no', remaining: 1, reset: 1 }) as unknown as RateLimitDecision,
    ],
    ['gives no number', () => ({ allowed: false, remaining: Number.NaN, reset: 1 })],
    ['gives no time', () => ({ allowed: false, remaining: 0, reset: -1 })],
  ])('since it %s lets requests through, and the host is told once', async (_how, take) => {
    const service = serve({ rateLimit: { limit: 1, window: 1, take } })
    const { id } = await service.createUser()
    const off = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    expect(off.status).toBe(200)
    expect(off.headers.has('ratelimit')).toBe(false)
    expect((await service.post('/Bulk', bulkOf(2))).status).toBe(200)
    expect(service.errors).toHaveLength(1)
    expect(service.errors[0]?.context).toMatchObject({ operation: 'rateLimit', tenant: 'acme' })
  })

  it('by never answering keeps one request waiting and no other, and is asked again later', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    let isAway = true
    const { rateLimit, requests } = asked(() =>
      isAway ? new Promise(() => {}) : { allowed: false, remaining: 0, reset: 1 },
    )
    const service = serve({ rateLimit })
    const waiting = service.get('/Users')
    await vi.advanceTimersByTimeAsync(500)
    expect((await waiting).status).toBe(200)
    expect(service.errors).toHaveLength(1)
    expect((await service.get('/Users')).status).toBe(200)
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    const again = service.get('/Users')
    expect((await service.get('/Users')).status).toBe(200)
    await vi.advanceTimersByTimeAsync(500)
    expect((await again).status).toBe(200)
    expect(requests).toHaveLength(2)
    isAway = false
    await vi.advanceTimersByTimeAsync(1000)
    expect((await service.get('/Users')).status).toBe(429)
    expect(service.errors).toHaveLength(1)
  })

  it('refuses where it throws the refusal', async () => {
    const { rateLimit } = asked(() => {
      throw ScimError.unavailable('The rate limit is away', { retryAfter: 9 })
    })
    const service = serve({ rateLimit })
    const reply = await service.get('/Users')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '9'])
  })
})

describe('a service', () => {
  it('without a rate limit says nothing of one', async () => {
    const service = serve()
    const names = [...(await service.get('/Users')).headers.keys()]
    expect(names).toEqual(['content-type'])
  })

  it.each([
    { limit: 1, window: 1 },
    { limit: 0, window: 1, take: () => ({ allowed: true, remaining: 1, reset: 1 }) },
    { limit: 1, window: 0.5, take: () => ({ allowed: true, remaining: 1, reset: 1 }) },
  ])('refuses at its start what is no rate limit: %j', (rateLimit) => {
    const options = { authenticate, users: memoryStore(), rateLimit: rateLimit as RateLimit }
    expect(() => createScim(options)).toThrow(/^createScim: rateLimit/)
  })
})
