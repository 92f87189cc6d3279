import { codePointKey, foldText } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { belowMillisecond, compareInstant, instantOf } from '../schema/index.js'
import type { Comparator, Literal } from './ast.js'

/** Tests one value of an attribute, which may be of any type or missing. */
export type Test = (value: unknown) => boolean

/**
 * The comparison of an attribute's values with a literal of its type. A value of another type equals nothing; `ne`
 * is true wherever `eq` is not.
 *
 * @see RFC 7644 table 3
 */
export function compareWith(op: Comparator, attribute: CompiledAttribute, literal: Literal): Test {
  if (op === 'ne') {
    const equals = compareWith('eq', attribute, literal)
    return (value) => !equals(value)
  }
  if (typeof literal === 'number') return compareNumber(op, literal)
  if (typeof literal !== 'string') return (value) => value === literal
  if (attribute.type === 'dateTime' && op !== 'co' && op !== 'sw' && op !== 'ew')
    return compareTime(op, literal)
  return attribute.caseExact ? compareExact(op, literal) : compareFolded(op, literal)
}

function compareNumber(op: Exclude<Comparator, 'ne'>, literal: number): Test {
  switch (op) {
    case 'gt':
      return (value) => typeof value === 'number' && value > literal
    case 'ge':
      return (value) => typeof value === 'number' && value >= literal
    case 'lt':
      return (value) => typeof value === 'number' && value < literal
    case 'le':
      return (value) => typeof value === 'number' && value <= literal
    default:
      return (value) => value === literal
  }
}

function compareTime(op: Exclude<Comparator, 'ne' | 'co' | 'sw' | 'ew'>, literal: string): Test {
  const instant = instantOf(literal)
  const below = belowMillisecond(literal)
  switch (op) {
    case 'eq':
      return (value) => typeof value === 'string' && compareInstant(value, instant, below) === 0
    case 'gt':
      return (value) => typeof value === 'string' && compareInstant(value, instant, below) > 0
    case 'ge':
      return (value) => typeof value === 'string' && compareInstant(value, instant, below) >= 0
    case 'lt':
      return (value) => typeof value === 'string' && compareInstant(value, instant, below) < 0
    case 'le':
      return (value) => typeof value === 'string' && compareInstant(value, instant, below) <= 0
  }
}

function compareExact(op: Exclude<Comparator, 'ne'>, literal: string): Test {
  switch (op) {
    case 'eq':
      return (value) => value === literal
    case 'co':
      return (value) => typeof value === 'string' && value.includes(literal)
    case 'sw':
      return (value) => typeof value === 'string' && value.startsWith(literal)
    case 'ew':
      return (value) => typeof value === 'string' && value.endsWith(literal)
    default:
      return compareOrder(op, literal, asItIs)
  }
}

function compareFolded(op: Exclude<Comparator, 'ne'>, literal: string): Test {
  const lower = foldText(literal)
  switch (op) {
    case 'eq':
      return equalsFolded(lower)
    case 'co':
      return (value) => typeof value === 'string' && foldText(value).includes(lower)
    case 'sw':
      return startsFolded(lower)
    case 'ew':
      return endsFolded(lower)
    default:
      return compareOrder(op, lower, foldText)
  }
}

/** By code point: only a literal with units from U+D800 on can be out of the order that JavaScript has. */
function compareOrder(op: 'gt' | 'ge' | 'lt' | 'le', literal: string, fold: (text: string) => string): Test {
  const key = codePointKey(literal)
  const keyOf = key === literal ? fold : (text: string) => codePointKey(fold(text))
  switch (op) {
    case 'gt':
      return (value) => typeof value === 'string' && keyOf(value) > key
    case 'ge':
      return (value) => typeof value === 'string' && keyOf(value) >= key
    case 'lt':
      return (value) => typeof value === 'string' && keyOf(value) < key
    case 'le':
      return (value) => typeof value === 'string' && keyOf(value) <= key
  }
}

const asItIs = (text: string) => text

/** A text and what it folds to have one length. */
function equalsFolded(lower: string): Test {
  const { length } = lower
  if (!isAscii(lower)) return (value) => typeof value === 'string' && foldText(value) === lower
  return (value) => {
    if (typeof value !== 'string' || value.length !== length) return false
    const folds = foldsAt(value, lower, 0)
    return folds ?? foldText(value) === lower
  }
}

function startsFolded(lower: string): Test {
  const { length } = lower
  if (!isAscii(lower)) return (value) => typeof value === 'string' && foldText(value).startsWith(lower)
  return (value) => {
    if (typeof value !== 'string' || value.length < length) return false
    const folds = foldsAt(value, lower, 0)
    return folds ?? foldText(value).startsWith(lower)
  }
}

function endsFolded(lower: string): Test {
  const { length } = lower
  if (!isAscii(lower)) return (value) => typeof value === 'string' && foldText(value).endsWith(lower)
  return (value) => {
    if (typeof value !== 'string' || value.length < length) return false
    const folds = foldsAt(value, lower, value.length - length)
    return folds ?? foldText(value).endsWith(lower)
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}

/** Whether a part of the value is that ASCII text in any case, without making a string; undefined when it has other letters. */
function foldsAt(value: string, lower: string, from: number): boolean | undefined {
  for (let at = 0; at < lower.length; at++) {
    const code = value.charCodeAt(from + at)
    const wanted = lower.charCodeAt(at)
    if (code === wanted) continue
    if (code > 127) return undefined
    if (code < 65 || code > 90 || code + 32 !== wanted) return false
  }
  return true
}
