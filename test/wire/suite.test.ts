import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearerTokens, createScim, type Group, memoryStore, type Scim, type User } from '../../src/index.js'
import { hosts, listen, type Running } from '../adapters/hosts.js'
import { fiveMethods } from '../groups/stores.js'
import type { Capability, Wire, WireClient } from './case.js'
import { capabilities, wireSuite } from './suite.js'

// The suite against the service itself, against a service of the plainest stores, and through every adapter.

const tokens = bearerTokens([
  { token: 'token-of-acme', tenant: 'acme' },
  { token: 'token-of-globex', tenant: 'globex' },
])

function fullService(): Scim {
  let me: string | undefined
  return createScim({
    authenticate: tokens,
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
    identify: () => (me === undefined ? undefined : { id: me }),
    on: {
      'user.created': ({ after }) => {
        me = after.id
      },
    },
  })
}

function plainService(): Scim {
  return createScim({ authenticate: tokens, users: fiveMethods(memoryStore<User>()) })
}

/** A client of a base URL, over Fetch or over something that is called like it. */
function clientOf(baseUrl: string, token: string, send: typeof fetch): WireClient {
  return async (method, path, { body, headers, query } = {}) => {
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await send(`${baseUrl}${path}${search}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    const received = await response.text()
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      json: received === '' ? undefined : JSON.parse(received),
    }
  }
}

function wireOf(baseUrl: string, send: typeof fetch): Wire {
  return {
    client: clientOf(baseUrl, 'token-of-acme', send),
    stranger: clientOf(baseUrl, 'token-of-globex', send),
  }
}

function inProcess(scim: Scim): Wire {
  return wireOf('https://app.example.com/scim/v2', (url, init) => scim.fetch(new Request(url, init)))
}

/** Runs the cases that a service of these capabilities has to pass. */
function runSuite(can: ReadonlySet<Capability>, wireAt: () => Wire): void {
  const cases = wireSuite.filter(({ needs = [] }) => needs.every((one) => can.has(one)))
  test.each(cases)('$section: $name', ({ run }) => run(wireAt()))
}

const full = inProcess(fullService())
const plain = inProcess(plainService())
// What a service can do, it says itself.
const fullCan = await capabilities(full)
const plainCan = await capabilities(plain)

test('the full service has to pass every case, and the plain one some fewer', () => {
  expect(wireSuite.every(({ needs = [] }) => needs.every((one) => fullCan.has(one)))).toBe(true)
  expect(plainCan.size).toBeLessThan(fullCan.size)
})

describe('the service itself', () => {
  runSuite(fullCan, () => full)
})

describe('a service of users in the plainest store', () => {
  runSuite(plainCan, () => plain)
})

describe.each(hosts)('$name', ({ listener }) => {
  let host: Running
  beforeAll(async () => {
    host = await listen(listener(fullService()))
  })
  afterAll(() => host[Symbol.asyncDispose]())
  runSuite(fullCan, () => wireOf(`${host.url}/scim/v2`, fetch))
})
