import { ScimError, showName } from '../protocol/index.js'
import type { FilterLimits } from './ast.js'
import {
  conjunctionAt,
  isNot,
  type Lexeme,
  operatorAt,
  present,
  readLiteral,
  skipSpace,
  stringEnd,
  wordEnd,
} from './scan.js'

/** A filter in two parts: what a client always sends alike, and what differs each time. */
export interface Lexed {
  /** The text with `?` in the place of each literal, and nothing in the place of one that ends it. */
  readonly shape: string
  /** The literals, in the order of the text. */
  readonly literals: readonly Lexeme[]
}

/** A part of a filter's structure. */
export interface Token {
  readonly kind: 'path' | 'subPath' | 'value' | 'null' | 'presence' | 'open' | 'close' | 'word' | 'mark'
  /** In lower case, except for paths, which are as they were written; empty for a value. */
  readonly text: string
}

export interface LexRules {
  readonly limits: FilterLimits
  /** A bare word may be a literal. */
  readonly unquoted: boolean
  /** Reads a path instead of a filter; makes the error for what is wrong outside of its brackets. */
  readonly failPath?: ((detail: string) => ScimError) | undefined
}

/** What may come next. */
type Expected = 'operand' | 'operator' | 'subOperator' | 'value' | 'conjunction'

/**
 * Takes the literals out of a filter or path, in one pass that checks the order of what it meets, so that a text
 * that leaves here is well-formed. `tokens` is filled when it is given; a shape that is cached needs none.
 * So is `cuts`, with where each literal begins and ends.
 *
 * @throws ScimError invalidFilter, or what `failPath` makes.
 */
export function lex(text: string, rules: LexRules, tokens?: Token[], cuts?: number[]): Lexed {
  const { maxLength, maxDepth, maxClauses } = rules.limits
  const isPath = rules.failPath !== undefined
  const end = text.length
  const literals: Lexeme[] = []
  let shape = ''
  let copied = 0
  let expected: Expected = 'operand'
  let depth = 0
  /** The depth that the open bracket leads to, 0 when none is open. */
  let bracket = 0
  let clauses = 0
  let isUnexpected = false
  let at = 0
  if (end > maxLength) throw lexError(rules, 0, `is longer than ${maxLength} characters`)
  for (;;) {
    at = skipSpace(text, at)
    if (at >= end) break
    const code = text.charCodeAt(at)
    if (expected === 'operand') {
      if (code === 40 && (!isPath || depth > 0)) {
        if (++depth > maxDepth) throw lexError(rules, depth, `is nested deeper than ${maxDepth} levels`)
        tokens?.push({ kind: 'mark', text: '(' })
        at++
        continue
      }
      const stop = wordEnd(text, at)
      if (stop === at) isUnexpected = true
      else if (isNot(text, at, stop)) tokens?.push({ kind: 'mark', text: 'not' })
      else {
        tokens?.push({ kind: 'path', text: text.slice(at, stop) })
        expected = 'operator'
      }
      at = stop
    } else if (expected === 'operator' || expected === 'subOperator') {
      if (code === 91 && bracket === 0 && expected === 'operator') {
        if (++depth > maxDepth) throw lexError(rules, depth, `is nested deeper than ${maxDepth} levels`)
        bracket = depth
        tokens?.push({ kind: 'open', text: '[' })
        expected = 'operand'
        at++
        continue
      }
      const operator = isPath && depth === 0 ? 0 : operatorAt(text, at)
      if (operator === 0) isUnexpected = true
      else {
        if (++clauses > maxClauses) throw lexError(rules, depth, `has more than ${maxClauses} conditions`)
        tokens?.push({
          kind: operator === present ? 'presence' : 'word',
          text: text.slice(at, at + 2).toLowerCase(),
        })
        expected = operator === present ? 'conjunction' : 'value'
        at += 2
      }
    } else if (expected === 'value') {
      const isString = code === 34
      const found = isString ? stringEnd(text, at) : wordEnd(text, at)
      const stop = found < 0 ? -found : found
      const literal = readLiteral(text, at, found, rules.unquoted)
      if (literal === undefined) isUnexpected = true
      else {
        if (literal !== null) {
          literals.push(literal)
          cuts?.push(at, stop)
          shape = copied === 0 ? text.slice(0, at) : `${shape}?${text.slice(copied, at)}`
          copied = stop
        }
        tokens?.push(literal === null ? { kind: 'null', text: 'null' } : { kind: 'value', text: '' })
        expected = 'conjunction'
        at = stop
      }
    } else if (isPath && depth === 0) {
      isUnexpected = true
    } else if (code === 41 && depth > bracket) {
      depth--
      tokens?.push({ kind: 'mark', text: ')' })
      at++
    } else if (code === 93 && bracket > 0 && depth === bracket) {
      depth--
      bracket = 0
      tokens?.push({ kind: 'close', text: ']' })
      at++
      if (text.charCodeAt(at) === 46) {
        const stop = wordEnd(text, ++at)
        tokens?.push({ kind: 'subPath', text: text.slice(at, stop) })
        isUnexpected = stop === at
        expected = isUnexpected ? 'operand' : 'subOperator'
        at = stop
      }
    } else {
      const length = conjunctionAt(text, at)
      if (length === 0) isUnexpected = true
      tokens?.push({ kind: 'word', text: text.slice(at, at + length).toLowerCase() })
      expected = length === 0 ? expected : 'operand'
      at += length
    }
    if (isUnexpected) break
  }
  const isComplete =
    expected === 'conjunction' || (isPath && (expected === 'operator' || expected === 'subOperator'))
  if (isUnexpected || !isComplete || depth > 0)
    throw unexpectedText(text, at, rules, expected, depth, bracket)
  if (copied < end) shape = copied === 0 ? text : `${shape}?${text.slice(copied)}`
  return { shape, literals }
}

/** Whatever is wrong at depth 0 of a path is the path's fault, the rest is a filter's. */
function lexError(rules: LexRules, depth: number, what: string): ScimError {
  return rules.failPath && depth === 0
    ? rules.failPath(`The path ${what}`)
    : ScimError.invalidFilter(`The filter ${what}`)
}

function unexpectedText(
  text: string,
  at: number,
  rules: LexRules,
  expected: Expected,
  depth: number,
  bracket: number,
): ScimError {
  if (text.trim() === '') return lexError(rules, depth, 'is empty')
  const wanted = describe(expected, rules.failPath !== undefined && depth === 0, depth, bracket)
  const where = at < text.length ? `at character ${at + 1}` : 'where it ends'
  return lexError(rules, depth, `is not valid: expected ${wanted} ${where}`)
}

function describe(expected: Expected, isPath: boolean, depth: number, bracket: number): string {
  switch (expected) {
    case 'operand':
      return isPath ? 'an attribute name' : 'an attribute name or "("'
    case 'operator':
    case 'subOperator':
      if (isPath) return expected === 'operator' ? '"[" or the end' : 'the end'
      return 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr) after the attribute name'
    case 'value':
      return 'a string in double quotes, a number, true, false or null'
    case 'conjunction':
      if (isPath) return 'the end'
      return `"and", "or" or ${depth === 0 ? 'the end' : depth === bracket ? '"]"' : '")"'}`
  }
}

const pathPattern = /^(?:[A-Za-z][\w+.-]*:[\w.:$/#%~+=@&!*;-]+|[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?)$/

/** The word, when it has the form of an attribute's path (RFC 7644 figure 1, attrPath; and `$ref`). */
export function checkPath(path: string, fail: (detail: string) => ScimError): string {
  if (!pathPattern.test(path)) throw fail(`"${showName(path)}" is not the path of an attribute`)
  return path
}
