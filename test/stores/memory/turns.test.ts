import { describe, expect, it } from 'vitest'
import type { BoundFilter } from '../../../src/filter/index.js'
import type { Filter, ListQuery, User } from '../../../src/index.js'
import { bindFilter, memoryStore } from '../../../src/index.js'
import { ScimError } from '../../../src/protocol/index.js'
import { getAttribute } from '../../../src/schema/index.js'
import { matchingWork } from '../../../src/stores/memory/work.js'
import { serve } from '../../http/service.js'
import { contextOf, draftOf, queryOf, userType } from './setup.js'

// A filter of 250 conditions over a hundred thousand users once held every other request up for seconds.

const context = contextOf()
const clauses = 250
const conditions = Array.from({ length: clauses }, (_, at) => `title co "none-${at}"`)
const everybody = `${conditions.slice(1).join(' or ')} or userName pr`
/** Steps that are taken between two turns of others, with room for the last one. */
const maxSteps = 110_000

const sortBy = (path: string) => ({
  attribute: getAttribute(userType, path, ScimError.invalidPath),
  order: 'ascending' as const,
})

async function filled(count: number) {
  const store = memoryStore<User>()
  const users: User[] = []
  for (let at = 0; at < count; at++) {
    const title = `T${String((at * 7919) % count).padStart(6, '0')}`
    users.push(await store.create(draftOf(`user${at}`, { title }), context))
  }
  return { store, users }
}

/** Does something, and calls back whenever others have a turn until it is done. Returns how often they had one. */
async function withOthers<T>(work: () => Promise<T>, turn: (number: number) => unknown = () => {}) {
  let isDone = false
  let turns = 0
  const others = async () => {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (isDone) return
      turns += 1
      await turn(turns)
    }
  }
  // They were there first.
  const waiting = others()
  const result = await work().finally(() => {
    isDone = true
  })
  await waiting
  return { result, turns }
}

/** A filter that counts how often it is asked. */
function counted(text: string) {
  const filter = bindFilter(userType, text)
  const counts = { asked: 0 }
  const counting: Filter = {
    tree: filter.tree,
    equalities: filter.equalities,
    equalTo: (path) => filter.equalTo(path),
    matches(resource) {
      counts.asked += 1
      return filter.matches(resource)
    },
  }
  return { counts, filter: counting }
}

describe('a long list', () => {
  it('lets others have their turn after some steps, as many as there are rows and conditions', async () => {
    async function turnsFor(rows: number) {
      const { store } = await filled(rows)
      const { counts, filter } = counted(everybody)
      let before = 0
      let most = 0
      const { result, turns } = await withOthers(
        () => store.list(queryOf({ filter }), context),
        () => {
          most = Math.max(most, counts.asked - before)
          before = counts.asked
        },
      )
      expect(result.totalResults).toBe(rows)
      expect(counts.asked).toBe(rows)
      expect(most * clauses).toBeLessThanOrEqual(maxSteps)
      return turns
    }
    const [few, many] = [await turnsFor(2000), await turnsFor(4000)]
    expect(few).toBeGreaterThanOrEqual(4)
    expect(many).toBeGreaterThanOrEqual(few * 1.8)
    expect(many).toBeLessThanOrEqual(few * 2.2)
  })

  it('counts the elements that a condition looks at', async () => {
    const store = memoryStore<User>()
    const emails = Array.from({ length: 1000 }, (_, at) => ({ value: `e${at}@example.com` }))
    for (let at = 0; at < 20; at++) await store.create(draftOf(`user${at}`, { emails }), context)
    const filter = bindFilter(userType, conditions.map((_, at) => `emails.value eq "n${at}"`).join(' or '))
    const { turns } = await withOthers(() => store.list(queryOf({ filter }), context))
    expect(turns).toBeGreaterThanOrEqual(18)
  })

  it('counts the characters that many conditions look at', async () => {
    const store = memoryStore<User>()
    const title = 'x'.repeat(60_000)
    for (let at = 0; at < 20; at++) {
      await store.create(
        draftOf(`user${at}`, { title, emails: [{ value: `${title}@example.com` }] }),
        context,
      )
    }
    for (const path of ['title', 'emails.value']) {
      const filter = bindFilter(userType, conditions.map((_, at) => `${path} co "n${at}"`).join(' or '))
      const { turns } = await withOthers(() => store.list(queryOf({ filter }), context))
      expect(turns).toBeGreaterThanOrEqual(9)
    }
  })

  it('looks through a list of ids once for each place where it stands, and not for each id', () => {
    const attribute = getAttribute(userType, 'id', ScimError.invalidPath)
    let reads = 0
    const ids = Array.from(
      { length: 2000 },
      (_, at): BoundFilter => ({ op: 'eq', attribute, value: `${at}` }),
    )
    const filters = new Proxy(ids, {
      get(target, key) {
        reads += 1
        return Reflect.get(target, key)
      },
    })
    const { stepsFor } = matchingWork({
      op: 'and',
      filters: Array.from({ length: clauses }, () => ({ op: 'or', filters })),
    })
    expect(stepsFor?.({ id: 'x' })).toBeLessThanOrEqual(2 * clauses)
    expect(reads).toBeLessThanOrEqual(20 * clauses)
  })

  it('is sorted in turns too', async () => {
    const { store, users } = await filled(16_000)
    const query = queryOf({ sort: sortBy('title'), count: 16_000 })
    const { result, turns } = await withOthers(() => store.list(query, context))
    expect(turns).toBeGreaterThanOrEqual(2)
    const titles = users.map(({ title }) => title).sort()
    expect(result.resources.map(({ title }) => title)).toEqual(titles)
  })

  it('is made across types in turns', async () => {
    const { store } = await filled(0)
    const scim = serve({ users: store })
    const tenant = contextOf(userType, 'acme')
    for (let at = 0; at < 2000; at++) await store.create(draftOf(`user${at}`), tenant)
    const path = `/?filter=${encodeURIComponent(everybody)}&count=1`
    const { result, turns } = await withOthers(() => scim.get(path))
    expect(result.body.totalResults).toBe(2000)
    expect(turns).toBeGreaterThanOrEqual(4)
  })

  it('ends where the client goes', async () => {
    const { store } = await filled(4000)
    const { counts, filter } = counted(everybody)
    const client = new AbortController()
    const list = store.list(queryOf({ filter }), contextOf(userType, undefined, client.signal))
    client.abort()
    await expect(list).rejects.toMatchObject({ status: 503 })
    expect(counts.asked * clauses).toBeLessThanOrEqual(maxSteps)
  })
})

describe('a short list', () => {
  it('is made at once', async () => {
    const { store } = await filled(100)
    const queries = [
      queryOf(),
      queryOf({ sort: sortBy('title') }),
      queryOf({ filter: bindFilter(userType, 'title co "T"') }),
      queryOf({ filter: bindFilter(userType, 'userName eq "user7"') }),
    ]
    for (const query of queries) {
      const { turns } = await withOthers(() => store.list(query, context))
      expect(turns).toBe(0)
    }
  })
})

describe('while a long list is made', () => {
  const filter = () => bindFilter(userType, everybody.replace('userName pr', 'title sw "T"'))
  const pages: Readonly<Record<string, Partial<ListQuery>>> = {
    'in the order of creation': {},
    sorted: { sort: sortBy('title') },
    'sorted by what is changed': { sort: sortBy('userName') },
    'with a cursor': { cursor: { from: 'start' } },
    'sorted, with a cursor': { sort: sortBy('title'), cursor: { from: 'start' } },
  }

  it.each(Object.entries(pages))('others write, and whoever stays is on it once, %s', async (_, page) => {
    const count = 3000
    const { store, users } = await filled(count)
    const gone = new Set<string>()
    const changed = new Set<string>()
    const write = async (turn: number) => {
      for (let at = 0; at < 40; at++) {
        const one = users[(turn * 997 + at * 31) % count]
        const other = users[(turn * 499 + at * 57) % count]
        if (one && !gone.has(one.id) && !changed.has(one.id)) {
          gone.add(one.id)
          await store.delete(one.id, undefined, context)
        }
        if (other && !gone.has(other.id) && !changed.has(other.id)) {
          changed.add(other.id)
          // Neither matches any more, nor is it where it was.
          await store.replace(other.id, draftOf(`a-${other.userName}`), '1', context)
        }
        await store.create(draftOf(`late-${turn}-${at}`, { title: 'T' }), context)
      }
    }
    const query = queryOf({ filter: filter(), count, ...page })
    const { result, turns } = await withOthers(() => store.list(query, context), write)
    expect(turns).toBeGreaterThanOrEqual(5)
    expect(gone.size).toBeGreaterThan(100)
    expect(changed.size).toBeGreaterThan(100)
    const listed = result.resources.map(({ id }) => id)
    expect(new Set(listed).size).toBe(listed.length)
    expect(result.totalResults).toBe(listed.length)
    const stayed = users.filter(({ id }) => !gone.has(id))
    expect([...listed].sort()).toEqual(stayed.map(({ id }) => id).sort())
    // They are as they were, so that none contradicts the filter.
    expect(result.resources.every(({ title }) => title?.startsWith('T'))).toBe(true)
    if (page.sort?.attribute.path === 'title') {
      const titles = result.resources.map(({ title }) => title)
      expect(titles).toEqual([...titles].sort())
    }
  })

  it('a page is as long as it was asked for', async () => {
    const { store, users } = await filled(3000)
    const query = queryOf({ filter: filter(), startIndex: 1001, count: 500 })
    const { result } = await withOthers(
      () => store.list(query, context),
      async (turn) => {
        if (turn === 2) for (const { id } of users.slice(0, 600)) await store.delete(id, undefined, context)
      },
    )
    expect(result.resources.map(({ id }) => id)).toEqual(users.slice(1600, 2100).map(({ id }) => id))
    expect(result.totalResults).toBe(2400)
  })
})
