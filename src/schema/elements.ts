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
