import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { schemasIn } from '../schema/index.js'
import type { AnyPlace, ChildrenPlace, ReferencePlace } from './attribute-mapping.js'
import type { Places, Slot } from './element-mapping.js'
import type { Bag } from './value.js'
import { getIn, isBag, isMissing, readColumn } from './value.js'

/** What was read of a row, by column; of other tables, by attribute. */
export interface Read {
  readonly id: string
  readonly meta: CommonAttributes['meta']
  column(name: string): unknown
  /** The value of a JSON column. */
  json(name: string): unknown
  /** What a reference's row is called. */
  label(place: ReferencePlace<never>): unknown
  /** The elements in another table; undefined where they were not read. */
  elements(place: ChildrenPlace): readonly unknown[] | undefined
}

/** A row in terms of the resource. */
export function toResource({ type, places, slots, overflow }: Places, row: Read): Record<string, unknown> {
  const kept = overflow ? row.json(overflow.column) : undefined
  const output: Bag = {}
  const rests = new Map<string, unknown>()
  if (isBag(kept)) {
    for (const [name, value] of Object.entries(kept)) {
      if (name.endsWith(']')) rests.set(name, value)
      else output[name] = value
    }
  }
  for (const [attribute, place] of places) {
    const value = valueIn(place, attribute, row)
    if (value !== undefined) setAt(output, attribute, value)
  }
  for (const [attribute, own] of bySlotted(slots)) {
    const elements: unknown[] = []
    for (const slot of own) {
      const element: Bag = {}
      for (const [sub, place] of slot.columns) {
        const value = readColumn(place, sub, row.column(place.column))
        if (value !== undefined) element[sub.name] = value
      }
      if (Object.keys(element).length === 0) continue
      const rest = rests.get(slot.key)
      elements.push(Object.assign({}, slot.constants, element, isBag(rest) ? rest : undefined))
    }
    if (elements.length === 0) continue
    const others = getAt(output, attribute)
    setAt(output, attribute, Array.isArray(others) ? [...elements, ...others] : elements)
  }
  return { schemas: schemasIn(output, type), id: row.id, meta: row.meta, ...output }
}

function bySlotted(slots: readonly Slot[]): ReadonlyMap<CompiledAttribute, readonly Slot[]> {
  const groups = new Map<CompiledAttribute, Slot[]>()
  for (const slot of slots) groups.set(slot.attribute, [...(groups.get(slot.attribute) ?? []), slot])
  return groups
}

function valueIn(place: AnyPlace, attribute: CompiledAttribute, row: Read): unknown {
  switch (place.kind) {
    case 'column':
      return readColumn(place, attribute, row.column(place.column))
    case 'json': {
      const value = row.json(place.column)
      return isMissing(value) ? undefined : value
    }
    case 'constant':
      return place.value
    case 'computed': {
      const picked = Object.fromEntries(place.columns.map((name) => [name, row.column(name)]))
      if (Object.values(picked).every((value) => value === undefined)) return undefined
      // The host typed `read` for these columns.
      return (place.read as unknown as (row: Bag) => unknown)(picked)
    }
    case 'reference': {
      const value = row.column(place.column)
      if (isMissing(value)) return undefined
      const displayName = place.displayName === undefined ? undefined : row.label(place)
      return { value: String(value), ...(!isMissing(displayName) && { displayName }) }
    }
    case 'children': {
      const elements = row.elements(place)
      if (!elements || elements.length === 0) return undefined
      return attribute.type === 'complex' ? elements : elements.map((element) => getIn(element, ['value']))
    }
  }
}

function getAt(output: Readonly<Bag>, attribute: CompiledAttribute): unknown {
  return getIn(output, attribute.keys)
}

/** Sets a value inside objects, which are copied: some come from a parsed document, others from nowhere. */
function setAt(output: Bag, attribute: CompiledAttribute, value: unknown): void {
  let at = output
  for (const key of attribute.keys.slice(0, -1)) {
    const had = at[key]
    const inner: Bag = Object.assign({}, isBag(had) ? had : undefined)
    at[key] = inner
    at = inner
  }
  at[attribute.name] = value
}
