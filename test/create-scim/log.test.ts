import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ResourceStore, User } from '../../src/index.js'
import { createScim, memoryStore, ScimError } from '../../src/index.js'
import { authenticate, base } from '../http/service.js'

// On call, the log said "Error" and nothing else.

describe('the default log', () => {
  const lines = vi.fn()
  beforeEach(() => {
    lines.mockClear()
    vi.spyOn(console, 'error').mockImplementation(lines)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  async function logged(thrown: unknown): Promise<string> {
    const users: ResourceStore<User> = {
      ...memoryStore<User>(),
      get: async () => {
        throw thrown
      },
    }
    const scim = createScim({ authenticate, users })
    const headers = { authorization: 'Bearer acme-token' }
    const reply = await scim.fetch(new Request(`${base}/Users/1`, { headers }))
    expect(reply.status).toBeGreaterThanOrEqual(500)
    expect(lines).toHaveBeenCalledTimes(1)
    return String(lines.mock.calls[0]?.[0])
  }

  it('has the code of what another library has wrapped, and no values', async () => {
    const cause = Object.assign(new Error('duplicate key (hunter2)'), { code: '57P01', detail: 'hunter2' })
    class DrizzleQueryError extends Error {
      override readonly name = 'DrizzleQueryError'
    }
    const text = await logged(new DrizzleQueryError('Failed query: select hunter2', { cause }))
    expect(text).toMatch(/^scimkit: read failed with DrizzleQueryError 57P01 \([\da-f-]{36}\)\n/)
    expect(text).not.toContain('hunter2')
  })

  it('has the code of what an error of the protocol hides', async () => {
    const cause = Object.assign(new Error('hunter2'), { code: 'ECONNREFUSED' })
    const text = await logged(ScimError.unavailable('The database is not available', { cause }))
    expect(text).toMatch(/failed with Error ECONNREFUSED and was answered with 503/)
    expect(text).not.toContain('hunter2')
  })

  it('survives causes that go round in a circle', async () => {
    const one = new Error('hunter2')
    one.cause = new Error('hunter3', { cause: one })
    expect(await logged(one)).toMatch(/failed with Error \(/)
  })

  it('has our own advice', async () => {
    const users = { ...memoryStore<User>(), list: async () => ({ resources: 'none' }) as never }
    const scim = createScim({ authenticate, users })
    const headers = { authorization: 'Bearer acme-token' }
    await scim.fetch(new Request(`${base}/Users`, { headers }))
    expect(String(lines.mock.calls[0]?.[0])).toContain('The store of User: list gave ')
    const read = new Request(`${base}/Users`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/scim+json' },
      body: '{}',
    })
    await read.text()
    await scim.fetch(read)
    expect(String(lines.mock.calls[1]?.[0])).toContain(': Something has read the request body before\n')
  })
})
