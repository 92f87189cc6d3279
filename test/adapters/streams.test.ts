import { request as httpRequest, type IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Group, GroupStore, Member, RequestEvent } from '../../src/index.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../src/index.js'
import { hosts, listen } from './hosts.js'

// A large group is sent while it is read. A reply that broke off on the way was logged as a 200 like any other.

const headers = { authorization: 'Bearer a-token', 'content-type': 'application/scim+json' }

/** A page of about 40 kB. */
function page(number: number): readonly Member[] {
  return Array.from({ length: 1000 }, (_, index) => ({ value: `member-${number}-${index}`, type: 'User' }))
}

/** A service whose groups have so many pages of members, with what the host is told. */
function serve(pages: number, fail?: { readonly at: number }) {
  const events: RequestEvent[] = []
  const errors: unknown[] = []
  const counts = { pages: 0, closed: 0 }
  let tell = () => {}
  const groups: GroupStore = {
    ...memoryStore<Group>(),
    members: async function* () {
      try {
        for (let number = 1; number <= pages; number++) {
          if (number === fail?.at) throw new Error('the connection is lost')
          counts.pages += 1
          yield page(number)
        }
      } finally {
        counts.closed += 1
      }
    },
  }
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'a-token' }]),
    users: memoryStore(),
    groups,
    onError: (error) => errors.push(error),
    onRequest: (event) => {
      if (event.operation !== 'read') return
      events.push(event)
      tell()
    },
  })
  /** Resolves when the host has been told of the request. */
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { scim, events, errors, counts, told }
}

async function createGroup(url: string): Promise<string> {
  const body = JSON.stringify({ schemas: [urns.group], displayName: 'everyone' })
  const created = await fetch(`${url}/scim/v2/Groups`, { method: 'POST', headers, body })
  const { id } = (await created.json()) as { readonly id: string }
  return `${url}/scim/v2/Groups/${id}`
}

function open(url: string, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }).once('response', resolve).once('error', reject).end()
  })
}

describe.each(hosts)('a streamed reply through $name', ({ listener, bridge }) => {
  it('is told of once it is complete, as an ordinary reply', async () => {
    const { scim, events, errors, counts, told } = serve(5)
    await using host = await listen(listener(scim))
    const response = await fetch(await createGroup(host.url), { headers })
    const group = (await response.json()) as { readonly members: readonly unknown[] }
    expect(group.members).toHaveLength(5000)
    await told
    expect(events).toMatchObject([{ status: 200 }])
    expect(events[0]).not.toHaveProperty('outcome')
    expect([errors, counts]).toEqual([[], { pages: 5, closed: 1 }])
  })

  it('that fails is told of as failed, and does not look whole', async () => {
    const { scim, events, errors, counts, told } = serve(50, { at: 10 })
    await using host = await listen(listener(scim))
    const response = await fetch(await createGroup(host.url), { headers })
    expect(response.status).toBe(200)
    // Hono's server ends such a reply as if it were whole, and yet it is no JSON.
    await expect(response.json()).rejects.toThrow(bridge ? TypeError : Error)
    await told
    expect(events).toMatchObject([{ status: 200, outcome: 'failed' }])
    expect([errors.map(String), counts]).toEqual([['Error: the connection is lost'], { pages: 9, closed: 1 }])
  })

  it('whose client goes is told of as aborted, and nothing more is read', async () => {
    const { scim, events, errors, counts, told } = serve(5000)
    await using host = await listen(listener(scim))
    const response = await open(await createGroup(host.url))
    response.on('error', () => {})
    await new Promise((resolve) => response.once('data', resolve))
    response.destroy()
    await told
    expect(events).toMatchObject([{ status: 200, outcome: 'aborted' }])
    const { pages } = counts
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([errors, counts]).toEqual([[], { pages, closed: 1 }])
    expect(pages).toBeLessThan(5000)
  })

  it('is not needed for that: the client of any reply may go before it comes', async () => {
    const events: RequestEvent[] = []
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    let tell = () => {}
    const told = new Promise<void>((resolve) => {
      tell = resolve
    })
    const scim = createScim({
      authenticate: bearerTokens([{ token: 'a-token' }]),
      users: {
        ...memoryStore(),
        get: (_id, _projection, { signal }) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => resolve(undefined))
            begin()
          }),
      },
      onRequest: (event) => {
        events.push(event)
        tell()
      },
    })
    await using host = await listen(listener(scim))
    const request = httpRequest(`${host.url}/scim/v2/Users/1`, { headers, agent: false }).end()
    request.on('error', () => {})
    await begun
    request.destroy()
    await told
    expect(events).toMatchObject([{ status: 404, outcome: 'aborted' }])
  })

  it('has no members to read for HEAD', async () => {
    const { scim, events, counts, told } = serve(5)
    await using host = await listen(listener(scim))
    const response = await open(await createGroup(host.url), 'HEAD')
    response.resume()
    await told
    expect(response.statusCode).toBe(200)
    expect([events, counts]).toMatchObject([[{ status: 200, method: 'HEAD' }], { pages: 0, closed: 0 }])
  })
})
