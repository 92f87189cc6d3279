import { describe, expect, it } from 'vitest'
import { type Group, type GroupStore, type Member, memoryStore } from '../../../src/index.js'
import { type Options, serve } from '../../http/service.js'

// A store reads members with a cursor or a connection of its own, which leaked whenever a reply did not read them all.

interface Watched {
  readonly store: GroupStore
  /** How often members were asked for, and how often their iterator was closed. */
  readonly counts: { opened: number; pages: number; closed: number }
}

/** A store with so many pages of members, whose iterator fails where it is told to. */
function pagesOf(count: number, fails: { readonly next?: number; readonly return?: Error } = {}): Watched {
  const counts = { opened: 0, pages: 0, closed: 0 }
  const store: GroupStore = {
    ...memoryStore<Group>(),
    members: () => ({
      [Symbol.asyncIterator]() {
        counts.opened += 1
        let page = 0
        return {
          async next(): Promise<IteratorResult<readonly Member[]>> {
            page += 1
            if (fails.next === page) throw new Error('the connection is lost')
            if (page > count) return { done: true, value: undefined }
            counts.pages += 1
            return { done: false, value: [{ value: `m${page}`, type: 'User' }] }
          },
          async return() {
            counts.closed += 1
            if (fails.return) throw fails.return
            return { done: true, value: undefined }
          },
        }
      },
    }),
  }
  return { store, counts }
}

async function begin({ store, counts }: Watched, options: Options = {}) {
  const service = serve({ ...options, groups: store })
  const group = await service.createGroup()
  const path = `/Groups/${group.id}`
  const { version } = group.meta
  return { ...service, path, version, counts }
}

describe('the iterator of members', () => {
  it.each([0, 1, 2, 5])('is closed once after %s pages', async (count) => {
    const { get, path, counts } = await begin(pagesOf(count))
    const { status, body } = await get(path)
    expect([status, (body.members as unknown[] | undefined)?.length ?? 0]).toEqual([200, count])
    expect(counts).toEqual({ opened: 1, pages: count, closed: 1 })
  })

  it('is not made for HEAD, 304 and 412, nor for a reply without members', async () => {
    const { send, get, path, version, counts } = await begin(pagesOf(5))
    const etag = { 'if-none-match': version }
    expect((await send('HEAD', path)).status).toBe(200)
    expect((await get(path, { headers: etag })).status).toBe(304)
    expect((await send('HEAD', path, { headers: etag })).status).toBe(304)
    expect((await get(path, { headers: { 'if-match': '"other"' } })).status).toBe(412)
    expect((await get(`${path}?excludedAttributes=members`)).status).toBe(200)
    expect((await get('/Groups/nobody')).status).toBe(404)
    expect(counts).toEqual({ opened: 0, pages: 0, closed: 0 })
  })

  it.each([1, 2, 3, 5])('is closed once where page %s fails, which is reported once', async (next) => {
    const { scim, path, counts, errors, events } = await begin(pagesOf(5, { next }))
    const headers = { authorization: 'Bearer acme-token' }
    const response = await scim.fetch(new Request(`https://app.example.com/scim/v2${path}`, { headers }))
    // Two pages are read before the reply begins.
    expect(response.status).toBe(next <= 2 ? 500 : 200)
    if (next <= 2) await response.text()
    else await expect(response.text()).rejects.toThrow('The rest of the reply could not be made')
    expect(counts).toEqual({ opened: 1, pages: next - 1, closed: 1 })
    expect(errors.map(({ error }) => String(error))).toEqual(['Error: the connection is lost'])
    expect(events.slice(1)).toMatchObject([next <= 2 ? { status: 500 } : { status: 200, outcome: 'failed' }])
  })

  it('is closed where the client takes only a part, or nothing at all', async () => {
    for (const parts of [0, 1, 3]) {
      const { scim, path, counts, errors, events } = await begin(pagesOf(50))
      const headers = { authorization: 'Bearer acme-token' }
      const response = await scim.fetch(new Request(`https://app.example.com/scim/v2${path}`, { headers }))
      const reader = response.body?.getReader()
      for (let part = 0; part < parts; part++) await reader?.read()
      await reader?.cancel()
      expect(counts).toMatchObject({ opened: 1, closed: 1 })
      expect(counts.pages).toBeLessThan(8)
      expect(errors).toEqual([])
      expect(events.slice(1)).toMatchObject([{ status: 200, outcome: 'aborted' }])
    }
  })

  it('is closed where the signal of a Fetch request is aborted, which breaks the reply', async () => {
    const { scim, path, counts, events } = await begin(pagesOf(50))
    const controller = new AbortController()
    const { signal } = controller
    const headers = { authorization: 'Bearer acme-token' }
    const response = await scim.fetch(
      new Request(`https://app.example.com/scim/v2${path}`, { headers, signal }),
    )
    const reader = response.body?.getReader()
    await reader?.read()
    controller.abort()
    await expect(
      (async () => {
        for (let part = await reader?.read(); part && !part.done; part = await reader?.read());
      })(),
    ).rejects.toThrow()
    expect(counts).toMatchObject({ opened: 1, closed: 1 })
    expect(counts.pages).toBeLessThan(8)
    expect(events.at(-1)).toMatchObject({ outcome: 'aborted' })
  })

  it('is closed where a handler of plain requests gives the reply up before it reads a part', async () => {
    const { scim, path, counts, events } = await begin(pagesOf(5))
    const headers = new Map([['authorization', 'Bearer acme-token']])
    const response = await scim.handle({
      method: 'GET',
      path,
      query: '',
      baseUrl: 'https://app.example.com',
      header: (name) => headers.get(name),
      body: async () => ({ kind: 'none' }),
    })
    if (typeof response.body !== 'object') throw new Error('The reply is streamed')
    await response.body[Symbol.asyncIterator]().return?.()
    expect(counts).toMatchObject({ opened: 1, closed: 1 })
    expect(events.at(-1)).toMatchObject({ outcome: 'aborted' })
  })

  it('is closed where something else fails in between', async () => {
    const watched = pagesOf(5)
    const { send, path, counts, errors } = await begin(watched)
    // The text of a resource that cannot be made into JSON.
    const get = watched.store.get.bind(watched.store)
    Object.assign(watched.store, {
      get: async (...asked: Parameters<typeof get>) => {
        const group = await get(...asked)
        return group && { ...group, externalId: 1n }
      },
    })
    expect((await send('GET', path)).status).toBe(500)
    expect(counts).toMatchObject({ opened: 1, closed: 1 })
    expect(errors).toHaveLength(1)
  })

  it('may fail at being closed: the reply is whole, and the host is told', async () => {
    for (const count of [0, 1, 5]) {
      const failure = new Error('already closed')
      const { get, path, counts, errors, events } = await begin(pagesOf(count, { return: failure }))
      const { status, body } = await get(path)
      expect([status, (body.members as unknown[] | undefined)?.length ?? 0]).toEqual([200, count])
      expect(counts.closed).toBe(1)
      expect(errors.map(({ error }) => error)).toEqual([failure])
      expect(events.at(-1)).not.toHaveProperty('outcome')
    }
  })
})
