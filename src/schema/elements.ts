import { foldText, isObject } from '../protocol/index.js'
import { attributeNamed } from './lookup.js'
import type { CompiledAttribute } from './registry.js'

/**
 * What makes two elements of a multi-valued attribute the same: for references `value`, for others `value` and
 * `type` (RFC 7643 section 2.4). Undefined where an element has no `value`.
 */
export function elementIdentity(attribute: CompiledAttribute, element: unknown): string | undefined {
  if (!isObject(element) || element.value === undefined) return undefined
  const value = attributeNamed(attribute.subAttributes, 'value')
  const text = value?.caseExact === false ? foldText(String(element.value)) : String(element.value)
  if (attribute.subAttributes.has('$ref')) return text
  return `${text}\n${foldText(String(element.type ?? ''))}`
}

/** By what equal values are found: the identity of elements, or a simple value itself. */
function pairOf(attribute: CompiledAttribute, value: unknown): string | undefined {
  if (attribute.type === 'complex') return elementIdentity(attribute, value)
  if (typeof value === 'string') return `"${attribute.caseExact ? value : value.toLowerCase()}`
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Two elements with one value and type as one: what the first does not say, the other does. */
export function mergeTwins(first: unknown, other: unknown): unknown {
  if (!isObject(first) || !isObject(other)) return first
  const merged: Record<string, unknown> = Object.assign({}, other, first)
  if (other.primary === true) merged.primary = true
  return merged
}

/**
 * The values that a client gives, without those that it gives again: a value and type occurs once (RFC 7643 section
 * 2.4). The same array where all differ. References whose `value` is set once, as those to members, are told apart
 * where they are looked up.
 */
export function distinctValues(attribute: CompiledAttribute, values: readonly unknown[]): readonly unknown[] {
  if (values.length < 2) return values
  if (attributeNamed(attribute.subAttributes, 'value')?.mutability === 'immutable') return values
  const places = new Map<string, number>()
  const output: unknown[] = []
  for (const value of values) {
    const pair = pairOf(attribute, value)
    const place = pair === undefined ? undefined : places.get(pair)
    if (place !== undefined) {
      output[place] = mergeTwins(output[place], value)
      continue
    }
    if (pair !== undefined) places.set(pair, output.length)
    output.push(value)
  }
  return output.length === values.length ? values : output
}

const readOnlyParts = new WeakMap<CompiledAttribute, readonly string[]>()

/** The names of the sub-attributes that clients cannot write. */
function readOnlyIn(attribute: CompiledAttribute): readonly string[] {
  let names = readOnlyParts.get(attribute)
  if (!names) {
    names = [...attribute.subAttributes.values()].flatMap(({ name, mutability }) =>
      mutability === 'readOnly' ? [name] : [],
    )
    readOnlyParts.set(attribute, names)
  }
  return names
}

/** Whether an object has something, and nothing of it can be written by clients. */
export function isAllReadOnly(attribute: CompiledAttribute, value: unknown): boolean {
  if (!isObject(value)) return false
  const names = readOnlyIn(attribute)
  const present = Object.keys(value).filter((name) => value[name] !== undefined)
  return present.length > 0 && present.every((name) => names.includes(name))
}

/** What clients write of an element, as text. */
function writtenText(element: Readonly<Record<string, unknown>>, readOnly: readonly string[]): string {
  const names = Object.keys(element).filter((name) => element[name] !== undefined && !readOnly.includes(name))
  return JSON.stringify(names.sort().map((name) => [name, element[name]]))
}

/**
 * The elements that replace others, with what clients cannot write of those: they are told apart by value and type, and
 * without a value by all that clients write. The same array where nothing is kept.
 */
export function withReadOnlyParts(attribute: CompiledAttribute, before: unknown, after: unknown): unknown {
  const readOnly = readOnlyIn(attribute)
  if (readOnly.length === 0 || !Array.isArray(before) || !Array.isArray(after)) return after
  const keyOf = (element: Readonly<Record<string, unknown>>) => {
    const identity = elementIdentity(attribute, element)
    return identity === undefined ? writtenText(element, readOnly) : `=${identity}`
  }
  const kept = new Map<string, Readonly<Record<string, unknown>>>()
  for (const element of before) {
    if (!isObject(element)) continue
    const parts = readOnly.filter((name) => element[name] !== undefined).map((name) => [name, element[name]])
    const key = keyOf(element)
    if (parts.length > 0 && !kept.has(key)) kept.set(key, Object.fromEntries(parts))
  }
  if (kept.size === 0) return after
  return after.map((element: unknown) => {
    const parts = isObject(element) ? kept.get(keyOf(element)) : undefined
    return parts ? Object.assign({}, element, parts) : element
  })
}
