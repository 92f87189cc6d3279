import { foldText, isEqual, isObject } from '../protocol/index.js'
import { elementIdentity } from './elements.js'
import { attributeNamed } from './lookup.js'
import type { CompiledAttribute } from './registry.js'

/** How many values are compared one by one before anything is made to find them by. */
const maxCompared = 8

/** What two twins become together. */
type Join = (first: unknown, other: unknown) => unknown

/** Two elements with one value and type as one: what the first does not say, the other does. */
export const mergeTwins: Join = (first, other) => {
  if (!isObject(first) || !isObject(other)) return first
  const merged: Record<string, unknown> = Object.assign({}, other, first)
  if (isPrimary(other)) merged.primary = true
  return merged
}

/** The one of two twins that clients see: the first, unless only the other is primary. */
const shownTwin: Join = (first, other) => (isPrimary(other) && !isPrimary(first) ? other : first)

function isPrimary(element: unknown): boolean {
  return isObject(element) && element.primary === true
}

/** By what equal values are found: the identity of elements, or a simple value itself. */
function pairOf(attribute: CompiledAttribute, value: unknown): string | undefined {
  if (attribute.type === 'complex') return elementIdentity(attribute, value)
  if (typeof value === 'string') return `"${attribute.caseExact ? value : foldText(value)}`
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/**
 * Whether an attribute may have a value and type twice. References that the service or its stores keep, as those to
 * members, are told apart there.
 */
export function mayHaveTwins(attribute: CompiledAttribute): boolean {
  if (!attribute.multiValued) return false
  if (attribute.type !== 'complex') return true
  const value = attributeNamed(attribute.subAttributes, 'value')
  const isKept = attribute.mutability === 'readOnly' && attribute.subAttributes.has('$ref')
  return value !== undefined && value.mutability !== 'immutable' && !isKept
}

/** The values with each value and type once. The same array where all differ. */
function joinTwins(attribute: CompiledAttribute, values: readonly unknown[], join: Join): readonly unknown[] {
  if (values.length < 2 || !mayHaveTwins(attribute) || areFewAndApart(attribute, values)) return values
  const places = new Map<string, number>()
  const output: unknown[] = []
  for (const value of values) {
    const pair = pairOf(attribute, value)
    const place = pair === undefined ? undefined : places.get(pair)
    if (place !== undefined) {
      output[place] = join(output[place], value)
      continue
    }
    if (pair !== undefined) places.set(pair, output.length)
    output.push(value)
  }
  return output.length === values.length ? values : output
}

/** Whether no two of a few values are the same, whatever their types; that needs no memory. */
function areFewAndApart(attribute: CompiledAttribute, values: readonly unknown[]): boolean {
  if (values.length > maxCompared) return false
  const isComplex = attribute.type === 'complex'
  for (let at = 1; at < values.length; at++) {
    const one = keyValue(values[at], isComplex)
    for (let before = 0; before < at; before++) if (keyValue(values[before], isComplex) === one) return false
  }
  return true
}

function keyValue(value: unknown, isComplex: boolean): unknown {
  const key = isComplex && isObject(value) ? value.value : value
  return typeof key === 'string' ? foldText(key) : key
}

/** The values that a client gives, each value and type once (RFC 7643 section 2.4). The same array where all differ. */
export function distinctValues(attribute: CompiledAttribute, values: readonly unknown[]): readonly unknown[] {
  return joinTwins(attribute, values, mergeTwins)
}

/** The values that clients see of those that a store has, each value and type once. The same array where all differ. */
export function shownValues(attribute: CompiledAttribute, values: readonly unknown[]): readonly unknown[] {
  return joinTwins(attribute, values, shownTwin)
}

/**
 * The elements that replace others, with the twins of theirs that clients do not see. Such a twin is primary no longer
 * where the one that is seen is not. The same array where there are none; that of before where nothing else differs.
 */
export function withHiddenTwins(attribute: CompiledAttribute, before: unknown, after: unknown): unknown {
  if (!Array.isArray(before) || !Array.isArray(after)) return after
  const shown = shownValues(attribute, before)
  if (shown === before) return after
  if (isEqual(shown, after)) return before
  const seen = new Set(shown)
  const hidden = new Map<string | undefined, unknown[]>()
  for (const element of before) {
    const pair = seen.delete(element) ? undefined : pairOf(attribute, element)
    if (pair === undefined) continue
    const twins = hidden.get(pair)
    if (twins) twins.push(element)
    else hidden.set(pair, [element])
  }
  return after.flatMap((element: unknown) => {
    const twins = hidden.get(pairOf(attribute, element)) ?? []
    const isAllowed = isPrimary(element)
    return [
      element,
      ...twins.map((twin) =>
        isPrimary(twin) && !isAllowed ? Object.assign({}, twin, { primary: false }) : twin,
      ),
    ]
  })
}
