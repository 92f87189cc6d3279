import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FilterOptions } from '../../src/filter/filter.js'
import { bindFilter } from '../../src/filter/index.js'
import { lenient } from '../../src/idp/index.js'
import { compileResourceType, userResourceType } from '../../src/schema/index.js'

/** A type that no filter was read for: a definition is compiled once. */
const newType = () => compileResourceType({ ...userResourceType })

/** What becomes of a filter: its tree with the attributes' paths, or the words of the error. */
function outcome(type: ReturnType<typeof compileResourceType>, text: string, options?: FilterOptions) {
  try {
    const { tree, equalities } = bindFilter(type, text, options)
    const print = (_key: string, value: unknown) =>
      typeof value === 'object' && value !== null && 'subAttributes' in value
        ? String(Reflect.get(value, 'path'))
        : value
    return JSON.stringify({ tree, equalities }, print)
  } catch (error) {
    return `${error}`
  }
}

const literal = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    'null',
    '5',
    '-1.5e3',
    'bare',
    '',
    '"',
    '"open',
    '"a\\"b"',
    '"a\\\\"',
    '"\\u0041"',
  ),
  fc.constantFrom('"x"and', '"x" and', '"x")', '"x"]', ' "x"', '"?"', '?', '"2026-01-01T00:00:00Z"'),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"a"', '"b"', '"c"'),
)
const templates = [
  'userName eq $',
  'userName eq $ and title eq $',
  'userName eq $ and active eq $',
  'emails[type eq $].value eq $',
  'emails[type eq $ and value co $]',
  'active eq $ or meta.created gt $',
  'userName eq $ or title eq $ and nickName eq $',
  'active eq true and userName eq $',
  'not (name.familyName sw $) and (title eq $ or title pr)',
  'x509Certificates.value eq $',
  'manager.value eq $',
]

function fill(template: string, literals: readonly string[]): string {
  let index = 0
  return template.replace(/\$/g, () => literals[index++ % literals.length] ?? '')
}

describe('a filter that differs from one read before in its literals alone', () => {
  it('becomes what it becomes when nothing was read before', () => {
    const options = [undefined, { leniency: lenient().leniency }]
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...templates), fc.array(literal, { minLength: 1, maxLength: 2 })), {
          minLength: 2,
          maxLength: 12,
        }),
        fc.constantFrom(...options),
        (sent, option) => {
          const warm = newType()
          for (const [template, literals] of sent) {
            const text = fill(template, literals)
            // Twice, so that it is among the known ones.
            outcome(warm, text, option)
            expect(outcome(warm, text, option)).toBe(outcome(newType(), text, option))
            for (const [other] of sent) {
              const mixed = fill(other, literals)
              expect(outcome(warm, mixed, option)).toBe(outcome(newType(), mixed, option))
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('is held to the limits of the service that asks', () => {
    const type = newType()
    const text = 'userName eq "a" and title eq "b"'
    for (let times = 0; times < 3; times++) bindFilter(type, text)
    const limits = { maxLength: 8192, maxDepth: 32, maxClauses: 1 }
    expect(() => bindFilter(type, text, { limits })).toThrow(/conditions/)
  })
})
