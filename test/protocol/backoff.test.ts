import { afterEach, describe, expect, it, vi } from 'vitest'
import { backoff } from '../../src/protocol/index.js'

const attempts = [1, 2, 3, 4]

describe('the wait after a failed attempt', () => {
  afterEach(() => vi.restoreAllMocks())
  const waits = (random: number, options: Parameters<typeof backoff>[1]) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    return attempts.map((attempt) => backoff(attempt, options))
  }

  it('doubles each time, up to a bound', () => {
    expect(waits(1, { first: 10 })).toEqual([10, 20, 40, 80])
    expect(waits(1, { first: 10, max: 30 })).toEqual([10, 20, 30, 30])
  })

  it('is random, as a whole or in part', () => {
    expect(waits(0, { first: 10 })).toEqual([0, 0, 0, 0])
    expect(waits(0.5, { first: 10 })).toEqual([5, 10, 20, 40])
    expect(waits(0, { first: 10, jitter: 0.5 })).toEqual([5, 10, 20, 40])
    expect(waits(0.5, { first: 10, max: 20, jitter: 0.5 })).toEqual([7.5, 15, 15, 15])
  })
})
