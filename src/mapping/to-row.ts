import type { CompiledAttribute } from '../schema/index.js'
import type { ChildrenPlace } from './attribute-mapping.js'
import { isWritable } from './attribute-mapping.js'
import type { Places, Slot } from './element-mapping.js'
import type { Bag } from './value.js'
import { isBag, isMissing, writeColumn } from './value.js'

/** A resource as it is written to the database. */
export interface Written {
  /** By column; undefined is no value. */
  readonly columns: ReadonlyMap<string, unknown>
  /** Columns of {@link columns} whose value is JSON. */
  readonly json: ReadonlySet<string>
  readonly children: ReadonlyMap<ChildrenPlace, readonly unknown[]>
}

/** A resource in terms of columns. What has no place is left out. */
export function toRow(mapped: Places, resource: Readonly<Bag>): Written {
  const { type, places, slots, overflow, touched } = mapped
  const columns = new Map<string, unknown>()
  const json = new Set<string>()
  const children = new Map<ChildrenPlace, readonly unknown[]>()
  for (const place of places.values()) {
    if (place.kind === 'children') children.set(place, [])
    else if ((place.kind === 'column' && isWritable(place)) || place.kind === 'reference') {
      columns.set(place.column, undefined)
    } else if (place.kind === 'json') {
      columns.set(place.column, undefined)
      json.add(place.column)
    }
  }
  for (const slot of slots) {
    for (const place of slot.columns.values()) if (isWritable(place)) columns.set(place.column, undefined)
  }
  const kept: Bag = {}

  /** Puts a value where it belongs, and gives back what has no place. */
  const put = (attribute: CompiledAttribute, value: unknown): unknown => {
    const place = places.get(attribute)
    switch (place?.kind) {
      case 'column':
        if (isWritable(place)) columns.set(place.column, writeColumn(place, value))
        return undefined
      case 'json':
        columns.set(place.column, value)
        return undefined
      case 'constant':
      case 'computed':
        return undefined
      case 'reference':
        columns.set(place.column, isBag(value) ? value.value : undefined)
        return undefined
      case 'children':
        children.set(place, Array.isArray(value) ? value : [])
        return undefined
    }
    if (!touched.has(attribute)) return value
    if (attribute.multiValued)
      return Array.isArray(value) ? putElements(mapped, attribute, value, columns, kept) : value
    if (!isBag(value)) return value
    const rest: Bag = {}
    for (const sub of attribute.subAttributes.values()) {
      const inner = value[sub.name]
      const left = inner === undefined ? undefined : put(sub, inner)
      if (left !== undefined) rest[sub.name] = left
    }
    return Object.keys(rest).length === 0 ? undefined : rest
  }
  for (const attribute of type.ordered) {
    if (
      attribute.path === 'id' ||
      attribute.path === 'schemas' ||
      attribute.path === 'meta' ||
      attribute === type.memberOf
    )
      continue
    const value = resource[attribute.name]
    const left = value === undefined ? undefined : put(attribute, value)
    if (left !== undefined) kept[attribute.name] = left
  }
  if (overflow) {
    columns.set(overflow.column, kept)
    json.add(overflow.column)
  }
  return { columns, json, children }
}

/** Puts elements into the columns of their slots, and gives back those that have none. */
function putElements(
  { slots, overflow }: Places,
  attribute: CompiledAttribute,
  elements: readonly unknown[],
  columns: Map<string, unknown>,
  kept: Bag,
): unknown {
  let left = elements
  for (const slot of slots) {
    if (slot.attribute !== attribute) continue
    const element = left.find((each) => slot.selector.matches(each) && fills(slot, each))
    if (!isBag(element)) continue
    left = left.filter((each) => each !== element)
    const rest: Bag = {}
    for (const sub of attribute.subAttributes.values()) {
      const value = element[sub.name]
      const place = slot.columns.get(sub)
      if (place) {
        if (value !== undefined && isWritable(place)) columns.set(place.column, writeColumn(place, value))
      } else if (value !== undefined && value !== slot.constants[sub.name]) rest[sub.name] = value
    }
    if (overflow && Object.keys(rest).length > 0) kept[slot.key] = rest
  }
  return left.length === 0 ? undefined : left
}

/** Whether an element has something that the slot has a column for. */
function fills({ columns }: Slot, element: unknown): boolean {
  return isBag(element) && [...columns.keys()].some((sub) => !isMissing(element[sub.name]))
}
