import { describe, expect, it } from 'vitest'
import type { AnsweredRequest, RequestEvent, RequestRecorder, ScimOptions } from '../../../src/index.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../../src/index.js'

// A record of requests costs those that it has no room for next to nothing.

function service(admits: RequestRecorder['admits'], options: Partial<ScimOptions> = {}) {
  const recorded: RequestEvent[] = []
  const log: RequestRecorder = { ...(admits && { admits }), record: (event) => void recorded.push(event) }
  const authenticate = bearerTokens([{ token: 'secret', tenant: 'acme' }])
  const scim = createScim({ authenticate, users: memoryStore(), log, ...options })
  const send = (method: string, path: string, body?: object) =>
    scim.fetch(
      new Request(`https://app.example.com/scim/v2${path}`, {
        method,
        headers: { authorization: 'Bearer secret', 'content-type': 'application/scim+json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
  async function exercise() {
    const user = { schemas: [urns.user], userName: 'ada@example.com' }
    const Operations = ['bob', 'eve'].map((userName) => ({
      method: 'POST',
      path: '/Users',
      bulkId: userName,
      data: { schemas: [urns.user], userName },
    }))
    expect((await send('POST', '/Users', user)).status).toBe(201)
    expect((await send('GET', '/Users?count=1')).status).toBe(200)
    expect((await send('GET', '/Users/nobody')).status).toBe(404)
    expect((await send('POST', '/Bulk', { schemas: [urns.bulkRequest], Operations })).status).toBe(200)
  }
  return { recorded, exercise }
}

const told = ({ operation, status, tenant }: AnsweredRequest) => `${operation} ${status} ${tenant}`
const all = [
  'create 201 acme',
  'list 200 acme',
  'read 404 acme',
  'create 201 acme',
  'create 201 acme',
  'bulk 200 acme',
]

describe.each([
  ['alone', {}],
  ['beside onRequest', { onRequest: () => {} }],
])('a recorder %s', (_, options) => {
  it('is told of every request and operation unless it chooses', async () => {
    const { recorded, exercise } = service(undefined, options)
    await exercise()
    expect(recorded.map(told)).toEqual(all)
  })

  it('is asked once about each, and told of what it admits', async () => {
    const asked: AnsweredRequest[] = []
    const admits = (request: AnsweredRequest) => {
      asked.push(request)
      return request.status === 404 || request.operation === 'create'
    }
    const { recorded, exercise } = service(admits, options)
    await exercise()
    expect(asked.map(told)).toEqual(all)
    expect(recorded.map(told)).toEqual(all.filter((line) => /create|404/.test(line)))
  })
})
