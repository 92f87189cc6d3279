import { expect, it } from 'vitest'
import { boundedCache } from '../../src/filter/cache.js'
import { propertyReader } from '../../src/filter/property.js'
import { compileResourceType, groupResourceType } from '../../src/schema/index.js'
import { account } from './account.js'

it('keeps what is asked for and forgets the rest', () => {
  const cache = boundedCache<number>()
  cache.set(account, 'often', -1)
  cache.set(account, 'once', -2)
  for (let i = 0; i < 5000; i++) {
    cache.set(account, `text ${i}`, i)
    expect(cache.get(account, 'often')).toBe(-1)
  }
  expect(cache.get(account, 'once')).toBeUndefined()
  const kept = Array.from({ length: 5000 }, (_, i) => cache.get(account, `text ${i}`)).filter(
    (one) => one !== undefined,
  )
  expect(kept.length).toBeGreaterThan(200)
  expect(kept.length).toBeLessThanOrEqual(500)
  expect(cache.get(account, 'text 4999')).toBe(4999)
  expect(cache.get(account, 'text 0')).toBeUndefined()
})

it('keeps resource types apart, and no long texts', () => {
  const cache = boundedCache<number>()
  const group = compileResourceType(groupResourceType)
  cache.set(account, 'x', 1)
  expect(cache.get(group, 'x')).toBeUndefined()
  cache.set(group, 'x', 2)
  expect([cache.get(account, 'x'), cache.get(group, 'x')]).toEqual([1, 2])
  cache.set(account, 'x'.repeat(2000), 3)
  expect(cache.get(account, 'x'.repeat(2000))).toBeUndefined()
})

it('property readers are made once for a key, and read from anything', () => {
  for (let i = 0; i < 40; i++) {
    const read = propertyReader(`key${i}`)
    expect(propertyReader(`key${i}`)).toBe(read)
    expect(read({ [`key${i}`]: i, other: 1 })).toBe(i)
    for (const odd of [undefined, null, 1, 'text', []]) expect(read(odd)).toBeUndefined()
  }
})
