import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Filter } from '../../../../src/filter/index.js'
import { bindFilter, printFilter } from '../../../../src/filter/index.js'
import { isScimError } from '../../../../src/protocol/index.js'
import { fullProjection } from '../../../../src/schema/index.js'
import { account } from '../../../filter/account.js'
import vectors from '../../../fixtures/filter-vectors.json' with { type: 'json' }
import { accountStores, accounts, context, filters } from '../accounts.js'
import { allDatabases, type TestDatabase } from '../databases.js'

// The rows that the database finds are those that the predicate finds, whatever the shape of the tables.

const projection = fullProjection(account)

function tryFilter(text: string): Filter | undefined {
  try {
    return bindFilter(account, text)
  } catch (error) {
    if (isScimError(error)) return undefined
    throw error
  }
}

/** Whether a filter asks for the order of letters whose case SQLite does not fold. */
function ordersLetters(text: string): boolean {
  return /\b(?:gt|ge|lt|le) "[^"]*[^\0-\x7f]/.test(text)
}

describe.each(allDatabases)('$database', ({ database: name, open }) => {
  let database: TestDatabase
  let stores: Awaited<ReturnType<typeof accountStores>>
  beforeAll(async () => {
    database = await open()
    stores = await accountStores(database)
    for (const draft of fc.sample(accounts, { numRuns: 60, seed: 7 })) {
      for (const store of Object.values(stores))
        await store.create({ ...draft, schemas: [] } as never, context)
    }
  })
  afterAll(() => database.close())

  async function check(filter: Filter, text: string) {
    for (const [name, store] of Object.entries(stores)) {
      const all = await store.list(
        { filter: undefined, sort: undefined, startIndex: 1, count: 1000, projection },
        context,
      )
      expect(all.totalResults).toBe(60)
      const expected = all.resources.filter((resource) => filter.matches(resource)).map(({ id }) => id)
      const page = await store.list(
        { filter, sort: undefined, startIndex: 1, count: 1000, projection },
        context,
      )
      expect(
        page.resources.map(({ id }) => id),
        `${name}: ${text}`,
      ).toEqual(expected)
      expect(page.totalResults).toBe(expected.length)
    }
  }

  it('finds what the predicate finds, for any filter', { timeout: 120_000 }, async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(filters, async (node) => {
        const text = printFilter(node)
        const filter = tryFilter(text)
        if (!filter || (name === 'SQLite' && ordersLetters(text))) return
        count += 1
        await check(filter, text)
      }),
      { numRuns: 300 },
    )
    expect(count).toBeGreaterThan(100)
  })

  // A column has microseconds, also where the client sees milliseconds.
  it('finds the texts of times as they are shown', async () => {
    for (const text of ['born sw "2012-01-01T00:00:00.123Z"', 'born ew ".123Z"', 'born co "000Z"']) {
      const filter = bindFilter(account, text)
      await check(filter, text)
    }
  })

  it('finds what the predicate finds, for the filters of other libraries', async () => {
    let count = 0
    for (const { match = [], parse = [] } of vectors) {
      for (const { filter: text } of [...match, ...parse]) {
        const filter = tryFilter(text)
        if (!filter) continue
        count += 1
        await check(filter, text)
      }
    }
    expect(count).toBeGreaterThan(20)
  })
})
