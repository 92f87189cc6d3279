import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scim, WalkStore } from '../../../src/index.js'
import { bearerTokens, createScim, urns } from '../../../src/index.js'
import { kyselyWalks, scimTables } from '../../../src/stores/kysely/index.js'
import { allDatabases, type StatementLog, type TestDatabase } from './databases.js'

// Clients go through lists by startIndex while users come and go, and a balancer sends their requests to any process. A
// service of its own here is what a process is: what one knows of a walk, the other does not.

const token = 'walks'

type Page = {
  readonly totalResults: number
  readonly Resources?: readonly { readonly id: string; readonly userName: string }[]
}

function serve({ db }: TestDatabase, walks?: WalkStore): Scim {
  const { users } = scimTables(db)
  return createScim({
    authenticate: bearerTokens([{ token, tenant: 'acme' }]),
    users,
    cursors: { secret: 'the same in all processes' },
    ...(walks && { walks }),
  })
}

async function send(scim: Scim, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await scim.fetch(
    new Request(`https://app.example.com${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
  expect(response.ok).toBe(true)
  return response.status === 204 ? undefined : response.json()
}

const pageAt = (scim: Scim, startIndex: number, count: number, more = '') =>
  send(scim, 'GET', `/Users?startIndex=${startIndex}&count=${count}${more}`) as Promise<Page>

/** Numbers that are the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Whether a user comes behind all that were shown: ids are in the order of their text. */
function isBehindAll(id: string, shown: ReadonlySet<string>): boolean {
  return [...shown].every((other) => other < id)
}

/** How a client goes on from a page: by what it has received, or by what it has asked for. */
const steps = [
  ['what it has received', (page: Page) => page.Resources?.length ?? 0],
  ['what it has asked for', (_: Page, count: number) => count],
] as const

describe.each(allDatabases)('walks over $database', ({ open }) => {
  let database: TestDatabase
  const statements: string[] = []
  const log: StatementLog = ({ query }) => statements.push(query.sql)
  let random = randomFrom(1)
  let services: readonly Scim[] = []
  /** One that answers all of a caller's requests. */
  let one: Scim
  /** The same, which know each other's walks. */
  let sharing: readonly Scim[] = []
  const lasting: string[] = []
  /** Those who come and go, by their id. */
  const passing = new Map<string, string>()
  let number = 0

  const anyThatShares = () => sharing[Math.floor(random() * sharing.length)] as Scim
  const any = () => services[Math.floor(random() * services.length)] as Scim

  async function come(): Promise<void> {
    number += 1
    const user = { schemas: [urns.user], userName: `passing-${number}@example.com` }
    const { id } = (await send(any(), 'POST', '/Users', user)) as { id: string }
    passing.set(id, user.userName)
  }

  async function go(which: (id: string) => boolean): Promise<void> {
    const ids = [...passing.keys()].filter(which)
    const id = ids[Math.floor(random() * ids.length)]
    if (id === undefined) return
    passing.delete(id)
    await send(any(), 'DELETE', `/Users/${id}`)
  }

  /** One page after the other; each ends where the client would: at a page that says that there is no more. */
  async function* pages(
    count: number,
    choose: () => Scim,
    step: (page: Page, count: number) => number,
    seen: Set<string>,
    more = '',
  ): AsyncGenerator<void, void> {
    let startIndex = 1
    for (let pages = 0; ; pages++) {
      // As many pages as there are, and those that come meanwhile.
      expect(pages).toBeLessThan(100)
      const page = await pageAt(choose(), startIndex, count, more)
      for (const { id } of page.Resources ?? []) seen.add(id)
      startIndex += step(page, count)
      if (startIndex > page.totalResults) return
      yield
    }
  }

  async function walk(
    count: number,
    choose: () => Scim,
    step: (page: Page, count: number) => number,
    meanwhile: (seen: ReadonlySet<string>) => Promise<void>,
  ): Promise<ReadonlySet<string>> {
    const seen = new Set<string>()
    for await (const _ of pages(count, choose, step, seen)) await meanwhile(seen)
    return seen
  }

  /** Three walks of one caller through one list, in any turn. */
  async function walkTogether(
    choose: () => Scim,
    count: number,
    more: string,
    meanwhile: () => Promise<void>,
  ): Promise<readonly ReadonlySet<string>[]> {
    const walks = Array.from({ length: 3 }, () => new Set<string>())
    const left = walks.map((seen) => pages(count, choose, steps[0][1], seen, more))
    while (left.length > 0) {
      const index = Math.floor(random() * left.length)
      if ((await left[index]?.next())?.done) left.splice(index, 1)
      await meanwhile()
    }
    return walks
  }

  const twoChanges = async () => {
    for (let change = 0; change < 2; change++) await (random() < 0.5 ? come() : go(() => true))
  }

  beforeAll(async () => {
    database = await open(log)
    await scimTables(database.db).migrate()
    await kyselyWalks(database.db).migrate()
    services = [serve(database), serve(database)]
    one = serve(database)
    sharing = [1, 2].map(() => serve(database, kyselyWalks(database.db)))
    for (let index = 0; index < 120; index++) {
      const user = { schemas: [urns.user], userName: `lasting-${index}@example.com` }
      const { id } = (await send(any(), 'POST', '/Users', user)) as { id: string }
      lasting.push(id)
      if (index % 3 === 0) await come()
    }
  }, 120_000)
  afterAll(() => database.close())

  test.each(steps)(
    'in one process miss none that stays, whoever comes and goes: a client that adds %s',
    async (_, step) => {
      for (let seed = 1; seed <= 6; seed++) {
        random = randomFrom(seed)
        const scim = any()
        const seen = await walk(10 + seed, () => scim, step, twoChanges)
        expect(lasting.filter((id) => !seen.has(id))).toEqual([])
      }
    },
  )

  test.each(steps)(
    'spread over two processes miss none that stays, whoever comes, and whoever goes that comes behind: a client that adds %s',
    async (_, step) => {
      for (let seed = 1; seed <= 6; seed++) {
        random = randomFrom(seed)
        const seen = await walk(10 + seed, any, step, async (shown) => {
          for (let change = 0; change < 2; change++)
            await (random() < 0.5 ? come() : go((id) => isBehindAll(id, shown)))
        })
        expect(lasting.filter((id) => !seen.has(id))).toEqual([])
      }
    },
  )

  test.each(steps)(
    'spread over two processes that share them miss none that stays, whoever comes and goes: a client that adds %s',
    async (_, step) => {
      for (let seed = 1; seed <= 6; seed++) {
        random = randomFrom(seed)
        const seen = await walk(10 + seed, anyThatShares, step, twoChanges)
        expect(lasting.filter((id) => !seen.has(id))).toEqual([])
      }
    },
  )

  test.each([
    ['in one process', () => one],
    ['spread over two that share them', anyThatShares],
  ])('three at a time of one caller miss none that stays: %s', async (_, choose) => {
    for (let seed = 1; seed <= 2; seed++) {
      random = randomFrom(seed)
      for (const more of ['', '&sortBy=userName']) {
        const all = await walkTogether(choose, 10, more, twoChanges)
        for (const seen of all) expect(lasting.filter((id) => !seen.has(id))).toEqual([])
      }
    }
  })

  test('are shared in rows that name nobody, a few for each', async () => {
    await sql`delete from scim_walks`.execute(database.db)
    const seen = await walk(4, anyThatShares, steps[0][1], async () => {})
    expect(seen.size).toBeGreaterThan(120)
    const { rows } = await sql<{ key: string }>`select * from scim_walks`.execute(database.db)
    expect(rows).toHaveLength(4)
    expect(JSON.stringify(rows)).not.toMatch(/example|acme|[^\w"{}:,[\]-]/)
    await pageAt(anyThatShares(), 1, 1000)
    expect((await sql`select * from scim_walks`.execute(database.db)).rows).toHaveLength(4)
  })

  test.each([
    ['by id', ''],
    ['by name', '&sortBy=userName'],
    ['by what none has', '&sortBy=title&sortOrder=descending'],
    ['of a filter', '&filter=userName%20co%20%22-%22'],
  ])('count once and read behind the last row: %s', async (_, query) => {
    const scim = serve(database)
    const { totalResults } = await pageAt(scim, 1, 20, query)
    statements.length = 0
    const ids: string[] = []
    for (let startIndex = 21; startIndex <= totalResults; startIndex += 20)
      ids.push(...((await pageAt(scim, startIndex, 20, query)).Resources ?? []).map(({ id }) => id))
    const lists = statements.filter((statement) => statement.includes('scim_users'))
    expect(lists).toHaveLength(Math.ceil((totalResults - 20) / 20))
    expect(lists.filter((statement) => /count\(\*\)|\boffset\b/.test(statement))).toEqual([])
    expect(new Set(ids).size).toBe(totalResults - 20)
    // Another process reads the same by number.
    const other = serve(database)
    const again = await pageAt(other, 21, 20, query)
    expect(again.Resources?.map(({ id }) => id)).toEqual(ids.slice(0, 20))
    expect(statements.at(-1)).toMatch(/count\(\*\).*\boffset\b/)
  })

  test('by cursor count once', async () => {
    const scim = serve(database)
    const first = (await send(scim, 'GET', '/Users?cursor=&count=20')) as Page & { nextCursor: string }
    statements.length = 0
    const second = (await send(scim, 'GET', `/Users?cursor=${first.nextCursor}&count=20`)) as Page
    expect(second.totalResults).toBe(first.totalResults)
    expect(statements.filter((statement) => statement.includes('count(*)'))).toEqual([])
  })
})
