import { describe, expect, it } from 'vitest'
import type { LifecycleEvent, StoreContext, User } from '../../../src/index.js'
import { memoryStore, urns } from '../../../src/index.js'
import { type Sent, serve } from '../service.js'

// What a client or a proxy calls a request is what the host finds it by, wherever it is spoken of.

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const sent: Sent = { headers: { 'x-request-id': 'req_7.f-1', traceparent } }
const known = { requestId: 'req_7.f-1', traceparent }

/** A service that keeps what its store and its callbacks are told. */
function listening() {
  const contexts: StoreContext[] = []
  const changes: LifecycleEvent[] = []
  const users = memoryStore<User>()
  const listened = {
    ...users,
    get: (...args: Parameters<typeof users.get>) => users.get(...args),
    create(...args: Parameters<typeof users.create>) {
      contexts.push(args[1])
      return users.create(...args)
    },
    list(...args: Parameters<typeof users.list>) {
      contexts.push(args[1])
      return users.list(...args)
    },
  }
  const service = serve({
    users: listened,
    on: {
      'user.created': (event) => {
        changes.push(event)
        if (event.after.userName === 'broken') throw new Error('callback')
      },
    },
  })
  return { ...service, contexts, changes }
}

describe('the id and the trace that a client sends', () => {
  it('are told to the store, to events, to onRequest and to onError, and the id is returned', async () => {
    const service = listening()
    const reply = await service.post('/Users', { schemas: [urns.user], userName: 'broken' }, sent)
    expect(reply.status).toBe(201)
    expect(reply.headers.get('x-request-id')).toBe('req_7.f-1')
    expect(reply.headers.has('traceparent')).toBe(false)
    expect(service.contexts[0]).toMatchObject(known)
    expect(service.changes[0]).toMatchObject(known)
    expect(service.events[0]).toMatchObject(known)
    expect(service.errors[0]?.context).toMatchObject({ ...known, operation: 'user.created' })
  })

  it('are those of all operations of a bulk request', async () => {
    const service = listening()
    const Operations = ['a', 'broken', 'c'].map((userName, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${index}`,
      data: { schemas: [urns.user], userName },
    }))
    await service.post('/Bulk', { schemas: [urns.bulkRequest], Operations }, sent)
    expect(service.contexts.length).toBeGreaterThan(2)
    expect(service.changes).toHaveLength(3)
    expect(service.events).toHaveLength(4)
    for (const told of [...service.contexts, ...service.changes, ...service.events])
      expect(told).toMatchObject(known)
    expect(service.errors.map(({ context }) => context)).toEqual([expect.objectContaining(known)])
  })

  it.each([
    ['empty', ''],
    ['longer than 128 characters', 'x'.repeat(129)],
    ['of other characters', 'a b'],
    ['that a log would take for markup', '<script>'],
    ['sent twice', 'one, two'],
    ['outside of ASCII', 'réq'],
  ])('count as none where the id is %s', async (_what, id) => {
    const service = listening()
    const reply = await service.get('/Users', { headers: { 'x-request-id': id } })
    expect(reply.headers.has('x-request-id')).toBe(false)
    expect(reply.event.requestId).toMatch(/^[\da-f-]{36}$/)
  })

  it('may be as long as 128 characters', async () => {
    const id = 'x'.repeat(128)
    const reply = await serve().get('/Users', { headers: { 'x-request-id': id } })
    expect(reply.headers.get('x-request-id')).toBe(id)
  })

  it.each([
    ['in capitals', traceparent.toUpperCase()],
    ['of no trace', traceparent.replace(/-[\da-f]{32}-/, `-${'0'.repeat(32)}-`)],
    ['of no parent', traceparent.replace(/-[\da-f]{16}-/, `-${'0'.repeat(16)}-`)],
    ['of version ff', traceparent.replace(/^00/, 'ff')],
    ['with more than version 00 has', `${traceparent}-what`],
    ['cut off', traceparent.slice(0, -1)],
    ['sent twice', `${traceparent}, ${traceparent}`],
    ['anything else', 'trace'],
  ])('count as none where the trace is %s', async (_what, header) => {
    const service = listening()
    const { event } = await service.get('/Users', { headers: { traceparent: header } })
    expect(event).not.toHaveProperty('traceparent')
    expect(service.contexts[0]?.traceparent).toBeUndefined()
  })

  it('are read as far as they are known from a later version of the header', async () => {
    const later = (header: string) => serve().get('/Users', { headers: { traceparent: header } })
    const ids = traceparent.slice(2, -2)
    expect((await later(`cc${ids}09-more`)).event.traceparent).toBe(`00${ids}01`)
    expect((await later(`01${ids}08`)).event.traceparent).toBe(`00${ids}00`)
  })
})

describe('a request without an id', () => {
  it('gets one in the reply where it has failed, the same as the host is told', async () => {
    const service = serve()
    const failed = [
      await service.get('/Users/nobody'),
      await service.get('/Users', { token: 'wrong' }),
      await service.get('/Users?filter=nonsense'),
      await service.send('PUT', '/Users', { body: {} }),
      await service.get('/nothing'),
    ]
    expect(failed.map(({ status }) => status)).toEqual([404, 401, 400, 405, 404])
    for (const { headers, event } of failed) expect(headers.get('x-request-id')).toBe(event.requestId)
  })

  it('gets none in the reply where it has not', async () => {
    const service = serve()
    const { id } = await service.createUser()
    for (const path of ['/Users', `/Users/${id}`, '/Schemas'])
      expect((await service.get(path)).headers.has('x-request-id')).toBe(false)
  })
})

describe('onRequest', () => {
  it('is told who called and which resource it was about', async () => {
    const service = serve()
    const { id } = await service.createUser()
    expect(service.events.at(-1)).toMatchObject({ actor: 'okta', operation: 'create', resourceId: id })
    await service.get(`/Users/${id}`)
    expect(service.events.at(-1)).toMatchObject({ actor: 'okta', operation: 'read', resourceId: id })
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'nonsense[', value: 1 }])
    expect(service.events.at(-1)).toMatchObject({ status: 400, operation: 'modify', resourceId: id })
    await service.delete(`/Users/${id}`)
    expect(service.events.at(-1)).toMatchObject({ status: 204, operation: 'remove', resourceId: id })
    for (const path of [
      '/Users',
      '/Schemas',
      `/Schemas/${urns.user}`,
      '/Users/ada@example.com',
      '/nothing',
    ]) {
      await service.get(path)
      expect(service.events.at(-1)).toMatchObject({ resourceId: undefined })
    }
    await service.get('/Users', { token: 'globex-token' })
    expect(service.events.at(-1)?.actor).toBeUndefined()
  })

  it('is told the resource of /Me', async () => {
    const id = { value: '' }
    const service = serve({ identify: () => ({ id: id.value }) })
    id.value = (await service.createUser()).id
    expect((await service.get('/Me')).event.resourceId).toBe(id.value)
  })

  it('is told the resource of each operation of a bulk request', async () => {
    const service = serve()
    const { id } = await service.createUser()
    const Operations = [
      { method: 'POST', path: '/Users', bulkId: 'b', data: { schemas: [urns.user], userName: 'ben' } },
      { method: 'PUT', path: '/Users/bulkId:b', data: { schemas: [urns.user], userName: 'bob' } },
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'DELETE', path: '/Users/ada@example.com' },
    ]
    const { body } = await service.post('/Bulk', { schemas: [urns.bulkRequest], Operations })
    const [created] = body.Operations as { location: string }[]
    const ben = created?.location.split('/').at(-1)
    const told = service.events.slice(1).map(({ actor, resourceId }) => [actor, resourceId])
    expect(told).toEqual([
      ['okta', ben],
      ['okta', ben],
      ['okta', id],
      ['okta', undefined],
      ['okta', undefined],
    ])
  })
})
