import { describe, expect, test } from 'vitest'
import { isScimError, memoryStore, ScimError, type User, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

describe('a ScimError', () => {
  test.each([200, 204, 302, 100, 399, 600, 0, -404, 404.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot have the status %d',
    (status) => {
      expect(() => new ScimError(status, undefined, 'x')).toThrow(
        new TypeError('ScimError: status must be a whole number from 400 to 599'),
      )
    },
  )

  test.each(['404', null, undefined, true, [404], '404\r\nset-cookie: a=b'])('nor %j', (status) => {
    expect(() => new ScimError(status as never, undefined, 'x')).toThrow(TypeError)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '5', '5\r\nx: y', null, true, {}, [5]])(
    'cannot ask to be retried after %j',
    (retryAfter) => {
      const options = { retryAfter: retryAfter as number }
      const message = 'ScimError: retryAfter must be a number of seconds from 0 on'
      for (const make of [
        () => new ScimError(503, undefined, 'x', options),
        () => ScimError.unavailable('x', options),
      ]) {
        expect(make).toThrow(new TypeError(message))
      }
    },
  )

  test('is asked to be retried after whole seconds', () => {
    expect(new ScimError(429, undefined, 'x', { retryAfter: 0 }).retryAfter).toBe(0)
    expect(new ScimError(429, undefined, 'x', { retryAfter: 29.5 }).retryAfter).toBe(30)
    expect(ScimError.unavailable('x').retryAfter).toBe(1)
    expect(new ScimError(429, undefined, 'x').retryAfter).toBeUndefined()
  })

  test.each([400, 418, 499, 500, 599])('can have the status %d', (status) => {
    expect(new ScimError(status, undefined, 'x').toMessage().status).toBe(String(status))
  })
})

/** An error that was right when it was made. */
const changed = (changes: object) => Object.assign(ScimError.forbidden('x'), changes)

/** What says of itself that it is one, such as the error of another copy of the package. */
const foreign = (members: object) =>
  Object.assign(
    new Error('x'),
    { status: 400, detail: 'x', [Symbol.for('scimkit.ScimError')]: true },
    members,
  )

describe.each<[string, unknown]>([
  ['a status that is none', changed({ status: 99 })],
  ['a status of success', changed({ status: 200 })],
  ['a status without a body', changed({ status: 204 })],
  ['a status as text', changed({ status: '403' })],
  ['lines in its status', changed({ status: '403\r\nset-cookie: a=b' })],
  ['lines in its delay', changed({ retryAfter: '1\r\nset-cookie: a=b' })],
  ['a negative delay', changed({ retryAfter: -1 })],
  ['a fraction of a delay', changed({ retryAfter: 0.5 })],
  ['a type that is no text', changed({ scimType: 1n })],
  ['a detail that is no JSON', changed({ detail: { toJSON: () => 1n } })],
  ['nothing of one', foreign({ status: undefined })],
  ['the status of another', foreign({ status: 1000 })],
])('an error with %s', (_, thrown) => {
  const fail = async () => {
    throw thrown
  }

  test('is 500 wherever a host throws it, and told to the host with its cause', async () => {
    const single = { schemas: [urns.user], userName: 'ada' }
    const bulk = {
      schemas: [urns.bulkRequest],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: single }],
    }
    for (const hooks of [
      { authenticate: fail },
      { authorize: fail },
      { users: { ...memoryStore<User>(), create: fail } },
      { hashPassword: fail },
    ]) {
      const service = serve(hooks)
      const reply = await service.post('/Users', { ...single, password: 'x' })
      expect(reply.status).toBe(500)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '500' })
      expect(reply.headers.get('set-cookie')).toBeNull()
      expect(reply.headers.get('retry-after')).toBeNull()
      expect(service.errors).toHaveLength(1)
      expect(service.errors[0]?.error).toMatchObject({
        message:
          'A ScimError cannot be sent: status must be a whole number from 400 to 599, and retryAfter one from 0 on',
        cause: thrown,
      })
    }
    const service = serve({ users: { ...memoryStore<User>(), create: fail } })
    const reply = await service.post('/Bulk', bulk)
    expect(reply.status).toBe(200)
    expect(reply.body.Operations).toMatchObject([{ status: '500', response: { status: '500' } }])
  })

  test('is still known as one', () => {
    expect(isScimError(thrown)).toBe(true)
  })
})

test('an error is sent as it is, whatever a subclass makes of its message', async () => {
  class Custom extends ScimError {
    override toMessage(): never {
      throw new Error('no message')
    }
  }
  const service = serve({
    authorize: () => {
      throw new Custom(403, undefined, 'Not on Sundays')
    },
  })
  const reply = await service.get('/Users')
  expect(reply.body).toEqual({ schemas: [urns.error], status: '403', detail: 'Not on Sundays' })
})
