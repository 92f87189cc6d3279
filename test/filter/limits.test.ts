import { describe, expect, it } from 'vitest'
import {
  bindFilter,
  defaultFilterLimits,
  type FilterLimits,
  parseFilter,
  readPath,
} from '../../src/filter/index.js'
import { applyPatch } from '../../src/patch/index.js'
import { isScimError } from '../../src/protocol/index.js'
import { noLeniency } from '../../src/schema/index.js'
import { account } from './account.js'

const unbounded = { maxLength: 1e9, maxDepth: 1e9, maxClauses: 1e9 }

function outcome(work: () => unknown): string {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return isScimError(error) ? `${error.status} ${error.scimType}: ${error.detail}` : String(error)
  }
}

describe('limits', () => {
  const clauses = (count: number) => Array.from({ length: count }, () => 'title pr').join(' and ')
  const nested = (depth: number) => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`

  it('are inclusive', () => {
    expect(outcome(() => bindFilter(account, clauses(256)))).toBe('accepted')
    expect(outcome(() => bindFilter(account, clauses(257)))).toBe(
      '400 invalidFilter: The filter has more than 256 conditions',
    )
    expect(outcome(() => bindFilter(account, nested(32)))).toBe('accepted')
    expect(outcome(() => bindFilter(account, nested(33)))).toBe(
      '400 invalidFilter: The filter is nested deeper than 32 levels',
    )
    expect(outcome(() => bindFilter(account, `title eq "${'x'.repeat(8192 - 11)}"`))).toBe('accepted')
    expect(outcome(() => bindFilter(account, `title eq "${'x'.repeat(8192 - 10)}"`))).toBe(
      '400 invalidFilter: The filter is longer than 8192 characters',
    )
  })

  it.each([
    { maxLength: 10, maxDepth: 4 },
    { maxLenght: 10, maxDepth: 4, maxClauses: 4 },
    { ...unbounded, maxDepth: Number.NaN },
    { ...unbounded, maxClauses: '4' },
  ])('that bound nothing are refused: %j', (given) => {
    // As a caller in JavaScript gives them.
    const limits = given as unknown as FilterLimits
    for (const work of [
      () => bindFilter(account, 'title pr', { limits }),
      () =>
        applyPatch(account, {}, [], {
          leniency: noLeniency,
          note: () => {},
          limits: { ...limits, maxPatchComparisons: 1 },
        }),
      () => parseFilter('title pr', limits),
    ])
      expect(outcome(work)).toMatch(/^TypeError: .*(?:maxLenght|limits\.max\w+ must be a number from 0 on)/)
  })

  it('hold for a shape that was read before under wider ones', () => {
    const text = 'title pr and title eq "x" and (title ne "y")'
    expect(outcome(() => bindFilter(account, text))).toBe('accepted')
    for (const limits of [{ maxLength: 10 }, { maxClauses: 2 }, { maxDepth: 0 }]) {
      expect(
        outcome(() => bindFilter(account, text, { limits: { ...defaultFilterLimits, ...limits } })),
      ).toMatch(/^400 invalidFilter/)
    }
  })

  it('count brackets, in paths too', () => {
    const limits = { ...defaultFilterLimits, maxDepth: 1 }
    expect(outcome(() => readPath(account, 'emails[type pr]', { limits }))).toBe('accepted')
    expect(outcome(() => readPath(account, 'emails[(type pr)]', { limits }))).toBe(
      '400 invalidFilter: The filter is nested deeper than 1 levels',
    )
    expect(outcome(() => readPath(account, 'x'.repeat(9000)))).toBe(
      '400 invalidPath: The path is longer than 8192 characters',
    )
  })
})

describe('what is made to be expensive ends at once', () => {
  const attacks: Readonly<Record<string, string>> = {
    parentheses: '('.repeat(20_000),
    'closed parentheses': `${'('.repeat(20_000)}a pr${')'.repeat(20_000)}`,
    'not parentheses': 'not('.repeat(20_000),
    brackets: 'a['.repeat(20_000),
    clauses: Array.from({ length: 10_000 }, (_, i) => `a eq ${i}`).join(' and '),
    'alternating clauses': Array.from({ length: 10_000 }, (_, i) => `a eq ${i} ${i % 2 ? 'and' : 'or'}`).join(
      ' ',
    ),
    backslashes: `a eq "${'\\'.repeat(10_000)}`,
    'escaped quotes': `a eq "${'\\"'.repeat(10_000)}"`,
    'a megabyte': `a eq "${'x'.repeat(1_000_000)}"`,
    'a megabyte of space': ' '.repeat(1_000_000),
    'a megabyte of name': 'a'.repeat(1_000_000),
    'colons and dots': `${'a:'.repeat(20_000)}${'a.'.repeat(20_000)} pr`,
    'a number without end': `a eq ${'9'.repeat(100_000)}.`,
    'conjunctions of disjunctions': Array.from({ length: 60 }, () => '(a pr or b pr or c pr)').join(' and '),
  }
  for (const [name, text] of Object.entries(attacks)) {
    it(name, () => {
      const started = performance.now()
      const bounded = outcome(() => parseFilter(text))
      const free = outcome(() => parseFilter(text, unbounded))
      // Generous: what is quadratic here takes minutes.
      expect(performance.now() - started).toBeLessThan(2000)
      expect(bounded).toMatch(name === 'conjunctions of disjunctions' ? /^accepted/ : /^400 invalidFilter/)
      expect(free).toMatch(/^accepted|^400 invalidFilter/)
    })
  }
})
