import { codePointKey, foldText } from '../protocol/index.js'
import { instantKey } from './instant.js'
import { attributeNamed, readValue } from './lookup.js'
import type { CompiledAttribute } from './registry.js'

/** What an attribute's value sorts by (RFC 7644 section 3.4.2.3), such as {@link codePointKey}; null where there is none. */
export type SortValue = string | number | null

/** The value of an attribute in an object that is not the whole resource. */
function readHere(object: unknown, { name }: CompiledAttribute): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Readonly<Record<string, unknown>>)[name]
    : undefined
}

/** The primary one of several elements, or else the first. */
function foremost(value: unknown): unknown {
  return Array.isArray(value) ? (value.find((element) => element?.primary === true) ?? value[0]) : value
}

/** Reads from a resource what it sorts by. */
export function keyReader(attribute: CompiledAttribute): (resource: unknown) => SortValue {
  const inner = attribute.type === 'complex' ? attributeNamed(attribute.subAttributes, 'value') : undefined
  const compared = inner ?? attribute
  return (resource) => {
    const isPart = attribute.parent?.multiValued === true
    let value = foremost(readValue(resource, isPart && attribute.parent ? attribute.parent : attribute))
    if (isPart) value = foremost(readHere(value, attribute))
    if (inner) value = readHere(value, inner)
    return toKey(value, compared)
  }
}

function toKey(value: unknown, { type, caseExact }: CompiledAttribute): SortValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  if (type === 'dateTime') return instantKey(value) ?? null
  return codePointKey(caseExact ? value : foldText(value))
}

/** A resource's place in a sorted list. */
export interface SortPosition {
  readonly key: SortValue
  readonly id: string
}

/** Compares places: missing values last when ascending, equal ones by id, so that no two are the same. */
export function placeComparer({
  order,
}: {
  readonly order: 'ascending' | 'descending'
}): (a: SortPosition, b: SortPosition) => number {
  const sign = order === 'ascending' ? 1 : -1
  return (a, b) => {
    if (a.key !== b.key) {
      if (a.key === null) return sign
      if (b.key === null) return -sign
      return a.key < b.key ? -sign : sign
    }
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
  }
}
