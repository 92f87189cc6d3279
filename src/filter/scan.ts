import { ScimError } from '../protocol/index.js'
import type { Literal } from './ast.js'

/** A literal without quotes, where that is allowed: as text, and as the number or boolean that it may be. */
export interface Bare {
  readonly text: string
  readonly value: number | boolean | undefined
}

/** A literal as it was lexed. `null` is not among them: it is part of the shape. */
export type Lexeme = Exclude<Literal, null> | Bare

/** A word of two letters, in any case, as a number. */
function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) | 32) << 8) | (text.charCodeAt(at + 1) | 32)
}

/** What {@link operatorAt} answers for `pr`. */
export const present = pairAt('pr', 0)
const operators: ReadonlySet<number> = new Set(
  ['pr', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'].map((word) => pairAt(word, 0)),
)
const orPair = pairAt('or', 0)
const anPair = pairAt('an', 0)

/** The operator that stands there, 0 for none. */
export function operatorAt(text: string, at: number): number {
  const pair = pairAt(text, at)
  return endsWord(text, at + 2) && operators.has(pair) ? pair : 0
}

/** The length of the `and` or `or` that stands there, 0 for none. */
export function conjunctionAt(text: string, at: number): number {
  const pair = pairAt(text, at)
  if (pair === orPair) return endsWord(text, at + 2) ? 2 : 0
  return pair === anPair && (text.charCodeAt(at + 2) | 32) === 100 && endsWord(text, at + 3) ? 3 : 0
}

/** Whether the word is the `not` before a parenthesis; before anything else it is the name of an attribute. */
export function isNot(text: string, from: number, to: number): boolean {
  if (to - from !== 3 || (text.charCodeAt(from) | 32) !== 110) return false
  return text.slice(from, to).toLowerCase() === 'not' && text.charCodeAt(skipSpace(text, to)) === 40
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

/** Where the next thing begins. */
export function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

/** Whether a word goes on with that code: it is no space, quote, parenthesis or bracket. */
function isWordCode(code: number): boolean {
  return code > 41 ? code !== 91 && code !== 93 : code > 32 && code !== 34 && code < 40
}

/** Whether no word goes on there. */
function endsWord(text: string, at: number): boolean {
  return !isWordCode(text.charCodeAt(at))
}

/** Where the word that begins there ends. */
export function wordEnd(text: string, from: number): number {
  let at = from
  while (isWordCode(text.charCodeAt(at))) at++
  return at
}

/** Behind the closing quote of the string that begins there; before zero when the string is not plain text. */
export function stringEnd(text: string, from: number): number {
  let isPlain = true
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) return isPlain ? at + 1 : -at - 1
    if (code === 92) {
      isPlain = false
      at++
    } else if (code < 32) isPlain = false
  }
  throw ScimError.invalidFilter(`The string that begins at character ${from + 1} has no closing quote`)
}

/** The JSON string between two places, quotes included. */
function readEscaped(text: string, from: number, to: number): string {
  try {
    return JSON.parse(text.slice(from, to)) as string
  } catch {
    // The parser's own message would repeat the literal.
    const detail = `The string that begins at character ${from + 1} is not a JSON string`
    throw ScimError.invalidFilter(`${detail}: write \\\\ for a backslash and \\" for a quote`)
  }
}

/** A literal without quotes; undefined when it is none. */
function readWord(word: string, unquoted: boolean): Lexeme | null | undefined {
  if (word === '') return undefined
  const lower = word.length <= 5 ? word.toLowerCase() : ''
  if (lower === 'null') return null
  const value = lower === 'true' ? true : lower === 'false' ? false : readNumber(word)
  return unquoted ? { text: word, value } : value
}

/**
 * The literal that begins there.
 *
 * @param end what {@link stringEnd} or {@link wordEnd} has found.
 */
export function readLiteral(
  text: string,
  at: number,
  end: number,
  unquoted: boolean,
): Lexeme | null | undefined {
  if (text.charCodeAt(at) !== 34) return readWord(text.slice(at, end), unquoted)
  return end < 0 ? readEscaped(text, at, -end) : text.slice(at + 1, end - 1)
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

function readNumber(word: string): number | undefined {
  if (!jsonNumber.test(word)) return undefined
  const value = Number(word)
  return Number.isFinite(value) ? value : undefined
}
