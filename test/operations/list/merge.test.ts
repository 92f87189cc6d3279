import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Sorted } from '../../../src/operations/list/merge.js'
import { mergedPart } from '../../../src/operations/list/merge.js'

const compare = (a: number, b: number) => a - b

/** A list that counts how often it is asked, and for how much. */
function listOf(items: readonly number[], page = 1000) {
  const cost = { calls: 0, items: 0 }
  const list: Sorted<number> = {
    length: items.length,
    async read(start, count) {
      const part = items.slice(start, start + Math.min(count, page))
      cost.calls += 1
      cost.items += part.length
      return part
    },
    async peek(place) {
      cost.calls += 1
      cost.items += 1
      return items[place]
    },
  }
  return { list, cost }
}

/** Shares numbers out among lists, each of which is in order. */
function share(
  count: number,
  lists: number,
  choose: (item: number) => number,
): readonly (readonly number[])[] {
  const shares: number[][] = Array.from({ length: lists }, () => [])
  for (let item = 0; item < count; item++) shares[choose(item) % lists]?.push(item)
  return shares
}

it('is a part of what all lists are together', async () => {
  const drawn = fc.record({
    owners: fc.array(fc.nat(3), { maxLength: 700 }),
    lists: fc.integer({ min: 1, max: 4 }),
    skip: fc.nat(720),
    count: fc.nat(300),
    page: fc.constantFrom(1, 7, 1000),
  })
  await fc.assert(
    fc.asyncProperty(drawn, async ({ owners, lists, skip, count, page }) => {
      const parts = share(owners.length, lists, (item) => owners[item] ?? 0)
      const merged = await mergedPart(
        parts.map((items) => listOf(items, page).list),
        compare,
        skip,
        count,
      )
      expect(merged).toEqual(owners.map((_, item) => item).slice(skip, skip + count))
    }),
    { numRuns: 300 },
  )
})

it.each([
  ['taking turns', (item: number) => item],
  ['one after the other', (item: number) => (item < 50_000 ? 0 : 1)],
  ['the other way round', (item: number) => (item < 50_000 ? 1 : 0)],
  ['one with nearly all', (item: number) => (item % 1000 === 0 ? 1 : 0)],
])('costs a few questions wherever it begins: lists %s', async (_, choose) => {
  for (const skip of [0, 99, 1000, 50_000, 99_900]) {
    const lists = share(100_000, 2, choose).map((items) => listOf(items))
    const merged = await mergedPart(
      lists.map(({ list }) => list),
      compare,
      skip,
      50,
    )
    expect(merged).toEqual(Array.from({ length: 50 }, (_, index) => skip + index))
    expect(lists.reduce((sum, { cost }) => sum + cost.calls, 0)).toBeLessThan(60)
    expect(lists.reduce((sum, { cost }) => sum + cost.items, 0)).toBeLessThan(500)
  }
})

it('ends where lists have become shorter since they were counted', async () => {
  for (const skip of [0, 150, 5000]) {
    const { list } = listOf([1, 2, 3])
    const long = { ...list, length: 10_000 }
    expect(await mergedPart([long, long], compare, skip, 10)).toEqual(skip === 0 ? [1, 1, 2, 2, 3, 3] : [])
  }
})

it('of no lists is nothing', async () => {
  expect(await mergedPart([], compare, 0, 10)).toEqual([])
  expect(await mergedPart([], compare, 1000, 10)).toEqual([])
})
