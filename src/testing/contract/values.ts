import type { CompiledAttribute } from '../../schema/index.js'

// What has gone wrong in stores: quotes, wildcards, what a JSON path or a template takes for its own, letters in both
// cases, digits that are no numbers.
const texts = [
  'Ada Lovelace',
  'ada lovelace',
  "O'Malley",
  '100% of it',
  'snake_case',
  'back\\slash',
  '"quoted"',
  '10',
  '9',
  'grün 😀',
  '$1',
  'Zebra',
  '{"a":[1]}',
  'null',
  '--',
  'true',
] as const
// One is beyond 32 bits.
const numbers = [0, 9, 10, -5, 3_000_000_001, 1, -10, 42] as const
// One has more digits than single precision keeps, and more places than money.
const decimals = [0.5, 9.3, 10, -5.5, 1_234_567.891, 0, -10, 42.75] as const
const instants = [
  '2020-02-29T12:00:00Z',
  '1999-12-31T23:59:59.999Z',
  // Later than the first as a text, and earlier as an instant.
  '2020-02-29T13:30:00+02:00',
  '2030-01-01T00:00:00Z',
] as const
const bytes = ['AAEC', 'c2NpbQ==', '/+8=', 'AAEC/w=='] as const
const paths = ['one', 'Two', 'two/three', '%7Efour'] as const

function pick<T>(values: readonly T[], number: number): T | undefined {
  return values[number % values.length]
}

/** How far an attribute's values are from those of others, so that not all are the same text. */
function offsetOf({ path }: CompiledAttribute): number {
  let sum = 0
  for (const letter of path) sum += letter.codePointAt(0) ?? 0
  return sum
}

/** A value of a simple attribute; another one for most other numbers. */
export function valueFor(attribute: CompiledAttribute, number: number): unknown {
  const at = offsetOf(attribute) + number
  switch (attribute.type) {
    case 'boolean':
      return at % 2 === 0
    case 'integer':
      return pick(numbers, at)
    case 'decimal':
      return pick(decimals, at)
    case 'dateTime':
      return pick(instants, at)
    case 'binary':
      return pick(bytes, at)
    case 'reference':
      return `https://example.com/${pick(paths, at)}`
    default:
      return pick(texts, at)
  }
}

/** Every number that is tried of a type. */
export const sampleNumbers: Readonly<Record<'integer' | 'decimal', readonly number[]>> = {
  integer: numbers,
  decimal: decimals,
}

/** Every text that is tried; the last are those that stores trim, fold or compose. */
export const sampleTexts: readonly string[] = [
  ...texts,
  '  blanks at both ends  ',
  'Ame\u0301lie',
  'two\nlines\tand a tab',
]
