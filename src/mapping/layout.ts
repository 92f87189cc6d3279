import type { Attribute, CommonAttributes, Projection, ResourceType } from '../schema/index.js'
import { schemasIn } from '../schema/index.js'
import type {
  ChildrenPlace,
  ColumnPlace,
  ComputedPlace,
  ConstantPlace,
  JsonPlace,
  ReferencePlace,
} from './place.js'

/** A place whatever rows and values it is for. */
export type AnyPlace =
  | ColumnPlace<never, never>
  | JsonPlace<never>
  | ConstantPlace<unknown>
  | ComputedPlace<never, unknown>
  | ReferencePlace<never>
  | ChildrenPlace

/** An element of a multi-valued attribute that has columns of its own, told by some of its sub-attributes. */
export interface Slot {
  /** Such as `emails[type eq "work"]`. */
  readonly key: string
  readonly attribute: Attribute
  /** What every such element has, `type` and perhaps `primary`. */
  readonly constants: Readonly<Record<string, unknown>>
  /** What tells it from other elements. */
  readonly selector: { matches(element: unknown): boolean }
  readonly columns: ReadonlyMap<Attribute, ColumnPlace<never, never>>
}

/** Where the value of an attribute without multi-valued parents is. */
export type Source =
  | { readonly kind: 'column'; readonly place: ColumnPlace<never, never> }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'computed' }
  /** The id of another row, or its name. */
  | { readonly kind: 'reference'; readonly column: string; readonly displayName: string | undefined }
  | JsonSource
  /** Nowhere: no resource has one. */
  | { readonly kind: 'absent' }

/** Somewhere inside a JSON column. */
export interface JsonSource {
  readonly kind: 'json'
  readonly column: string
  readonly keys: readonly string[]
}

/** Where the elements of a multi-valued attribute are; they may be in several places. */
export interface Elements {
  readonly slots: readonly Slot[]
  readonly json: (JsonSource & { readonly indexed: boolean }) | undefined
  readonly children: ChildrenPlace | undefined
}

/** A resource as it is written to the database. */
export interface Written {
  /** By column; undefined is no value. */
  readonly columns: ReadonlyMap<string, unknown>
  /** Columns of {@link columns} whose value is JSON. */
  readonly json: ReadonlySet<string>
  readonly children: ReadonlyMap<ChildrenPlace, readonly unknown[]>
}

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

type Bag = Record<string, unknown>

function isBag(value: unknown): value is Readonly<Bag> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** A column's value as the attribute's. */
export function readColumn(place: ColumnPlace<never, never>, one: Attribute, stored: unknown): unknown {
  if (place.read) {
    // The host typed `read` for this column.
    const read = place.read as unknown as (stored: unknown) => unknown
    return stored === undefined ? undefined : read(stored)
  }
  if (isMissing(stored)) return undefined
  if (stored instanceof Date) return stored.toISOString()
  if (one.type === 'integer' || one.type === 'decimal') return Number(stored)
  return one.type === 'boolean' || typeof stored === 'string' ? stored : String(stored)
}

/** An attribute's value as the column's. */
export function writeColumn(place: ColumnPlace<never, never>, value: unknown): unknown {
  if (value === undefined || !place.write) return value
  // The host typed `write` for this attribute.
  return (place.write as unknown as (value: unknown) => unknown)(value)
}

/** Whether a place takes what is written to it. */
export function isWritable(place: AnyPlace): boolean {
  if (place.kind === 'constant' || place.kind === 'computed') return false
  return place.kind !== 'column' || !place.read || place.write !== undefined
}

/**
 * A mapping for one resource type: where to find each attribute, and how rows and resources become each other. Pure,
 * and the same for every database.
 */
export class Layout {
  /** Attributes that are mapped, or have something mapped inside. */
  private readonly touched = new Set<Attribute>()

  constructor(
    readonly type: ResourceType,
    readonly places: ReadonlyMap<Attribute, AnyPlace>,
    readonly slots: readonly Slot[],
    readonly overflow: { readonly column: string; readonly indexed: readonly string[] } | undefined,
  ) {
    for (const one of [...places.keys(), ...slots.map(({ attribute }) => attribute)]) {
      for (let at: Attribute | undefined = one; at; at = at.parent) this.touched.add(at)
    }
  }

  /** Where an attribute is none of whose parents, nor itself, is multi-valued. */
  sourceOf(one: Attribute): Source {
    const below: string[] = []
    for (let at: Attribute | undefined = one; at; at = at.parent) {
      const place = this.places.get(at)
      if (place) return sourceIn(place, below, one)
      below.unshift(at.name)
    }
    return this.overflowOf(one) ?? { kind: 'absent' }
  }

  elementsOf(one: Attribute): Elements {
    const slots = this.slots.filter(({ attribute }) => attribute === one)
    for (
      let at: Attribute | undefined = one, below: string[] = [];
      at;
      below = [at.name, ...below], at = at.parent
    ) {
      const place = this.places.get(at)
      if (place?.kind === 'children') return { slots, json: undefined, children: place }
      if (place?.kind !== 'json') continue
      return {
        slots,
        json: { kind: 'json', column: place.column, keys: below, indexed: false },
        children: undefined,
      }
    }
    const json = this.overflowOf(one)
    const indexed = this.overflow?.indexed.includes(one.path) ?? false
    return { slots, json: json && { ...json, indexed }, children: undefined }
  }

  private overflowOf(one: Attribute): JsonSource | undefined {
    return this.overflow && { kind: 'json', column: this.overflow.column, keys: one.keys }
  }

  /** Whether resources keep what is written to an attribute, only show it, or do not have it. */
  keeps(one: Attribute): 'readWrite' | 'readOnly' | undefined {
    const place = this.places.get(one)
    if (place) return isWritable(place) ? 'readWrite' : 'readOnly'
    if (this.overflow) return 'readWrite'
    if (this.touched.has(one)) return 'readWrite'
    const { parent } = one
    if (!parent) return undefined
    const above = this.places.get(parent)
    if (above?.kind === 'json') return 'readWrite'
    if (above?.kind === 'constant' || above?.kind === 'computed') return 'readOnly'
    if (above?.kind === 'children') {
      return one.name in above.columns || one.name in above.constants || one.name === '$ref'
        ? 'readWrite'
        : undefined
    }
    if (above?.kind === 'reference') {
      if (one.name === 'displayName') return above.displayName === undefined ? undefined : 'readOnly'
      return one.name === 'value' || one.name === '$ref' ? 'readWrite' : undefined
    }
    const slots = this.slots.filter(({ attribute }) => attribute === parent)
    const has = slots.some(({ columns, constants }) => columns.has(one) || one.name in constants)
    return has ? 'readWrite' : undefined
  }

  /** The columns to read for what is wanted; those of the overflow and of extensions are wanted for `schemas` too. */
  columnsFor(wanted: Projection): {
    readonly columns: ReadonlySet<string>
    readonly json: ReadonlySet<string>
  } {
    const columns = new Set<string>()
    const json = new Set<string>()
    const isWanted = (one: Attribute) => one.keys[0]?.startsWith('urn:') || wanted.includes(one)
    for (const [one, place] of this.places) {
      if (!isWanted(one)) continue
      if (place.kind === 'json') json.add(place.column)
      else if (place.kind === 'computed') for (const name of place.columns) columns.add(name)
      else if (place.kind === 'column' || place.kind === 'reference') columns.add(place.column)
    }
    for (const slot of this.slots) {
      if (isWanted(slot.attribute)) for (const { column } of slot.columns.values()) columns.add(column)
    }
    if (this.overflow) json.add(this.overflow.column)
    return { columns, json }
  }

  /** Places of other tables to read for what is wanted. */
  childrenFor(wanted: Projection): readonly ChildrenPlace[] {
    return [...this.places].flatMap(([one, place]) =>
      place.kind === 'children' && wanted.includes(one) ? [place] : [],
    )
  }

  /** References whose rows' names are to be read. */
  referencesFor(wanted: Projection): readonly ReferencePlace<never>[] {
    return [...this.places].flatMap(([one, place]) =>
      place.kind === 'reference' && place.displayName !== undefined && wanted.includes(one) ? [place] : [],
    )
  }

  /** A resource in terms of columns. What has no place is left out. */
  toRow(resource: Readonly<Bag>): Written {
    const columns = new Map<string, unknown>()
    const json = new Set<string>()
    const children = new Map<ChildrenPlace, readonly unknown[]>()
    for (const place of this.places.values()) {
      if (place.kind === 'children') children.set(place, [])
      else if ((place.kind === 'column' && isWritable(place)) || place.kind === 'reference') {
        columns.set(place.column, undefined)
      } else if (place.kind === 'json') {
        columns.set(place.column, undefined)
        json.add(place.column)
      }
    }
    for (const slot of this.slots) {
      for (const place of slot.columns.values()) if (isWritable(place)) columns.set(place.column, undefined)
    }
    const kept: Bag = {}

    /** Puts a value where it belongs, and gives back what has no place. */
    const put = (one: Attribute, value: unknown): unknown => {
      const place = this.places.get(one)
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
      if (!this.touched.has(one)) return value
      if (one.multiValued) return Array.isArray(value) ? this.putElements(one, value, columns, kept) : value
      if (!isBag(value)) return value
      const rest: Bag = {}
      for (const sub of one.subAttributes.values()) {
        const inner = value[sub.name]
        const left = inner === undefined ? undefined : put(sub, inner)
        if (left !== undefined) rest[sub.name] = left
      }
      return Object.keys(rest).length === 0 ? undefined : rest
    }
    for (const one of this.type.ordered) {
      if (one.path === 'id' || one.path === 'schemas' || one.path === 'meta' || one === this.type.memberOf)
        continue
      const value = resource[one.name]
      const left = value === undefined ? undefined : put(one, value)
      if (left !== undefined) kept[one.name] = left
    }
    if (this.overflow) {
      columns.set(this.overflow.column, kept)
      json.add(this.overflow.column)
    }
    return { columns, json, children }
  }

  private putElements(
    one: Attribute,
    elements: readonly unknown[],
    columns: Map<string, unknown>,
    kept: Bag,
  ): unknown {
    let left = elements
    for (const slot of this.slots) {
      if (slot.attribute !== one) continue
      const element = left.find((each) => slot.selector.matches(each) && fills(slot, each))
      if (!isBag(element)) continue
      left = left.filter((each) => each !== element)
      const rest: Bag = {}
      for (const sub of one.subAttributes.values()) {
        const value = element[sub.name]
        const place = slot.columns.get(sub)
        if (place) {
          if (value !== undefined && isWritable(place)) columns.set(place.column, writeColumn(place, value))
        } else if (value !== undefined && value !== slot.constants[sub.name]) rest[sub.name] = value
      }
      if (this.overflow && Object.keys(rest).length > 0) kept[slot.key] = rest
    }
    return left.length === 0 ? undefined : left
  }

  /** A row in terms of the resource. */
  toResource(row: Read): Record<string, unknown> {
    const { overflow } = this
    const kept = overflow ? row.json(overflow.column) : undefined
    const output: Bag = {}
    const rests = new Map<string, unknown>()
    if (isBag(kept)) {
      for (const [name, value] of Object.entries(kept)) {
        if (name.endsWith(']')) rests.set(name, value)
        else output[name] = value
      }
    }
    for (const [one, place] of this.places) {
      const value = valueIn(place, one, row)
      if (value !== undefined) setAt(output, one, value)
    }
    for (const [one, slots] of bySlotted(this.slots)) {
      const elements: unknown[] = []
      for (const slot of slots) {
        const element: Bag = {}
        for (const [sub, place] of slot.columns) {
          const value = readColumn(place, sub, row.column(place.column))
          if (value !== undefined) element[sub.name] = value
        }
        if (Object.keys(element).length === 0) continue
        const rest = rests.get(slot.key)
        elements.push({ ...slot.constants, ...element, ...(isBag(rest) ? rest : {}) })
      }
      if (elements.length === 0) continue
      const others = getAt(output, one)
      setAt(output, one, Array.isArray(others) ? [...elements, ...others] : elements)
    }
    return { schemas: schemasIn(output, this.type), id: row.id, ...output, meta: row.meta }
  }
}

/** Whether an element has something that the slot has a column for. */
function fills({ columns }: Slot, element: unknown): boolean {
  return isBag(element) && [...columns.keys()].some((sub) => !isMissing(element[sub.name]))
}

function bySlotted(slots: readonly Slot[]): ReadonlyMap<Attribute, readonly Slot[]> {
  const groups = new Map<Attribute, Slot[]>()
  for (const slot of slots) groups.set(slot.attribute, [...(groups.get(slot.attribute) ?? []), slot])
  return groups
}

function sourceIn(place: AnyPlace, below: readonly string[], one: Attribute): Source {
  switch (place.kind) {
    case 'column':
      return { kind: 'column', place }
    case 'json':
      return { kind: 'json', column: place.column, keys: below }
    case 'constant':
      return { kind: 'constant', value: getIn(place.value, below) }
    case 'computed':
      return { kind: 'computed' }
    case 'reference':
      if (one.name === 'value') return { kind: 'reference', column: place.column, displayName: undefined }
      return one.name === 'displayName' && place.displayName !== undefined
        ? { kind: 'reference', column: place.column, displayName: place.displayName }
        : { kind: 'absent' }
    case 'children':
      return { kind: 'absent' }
  }
}

function valueIn(place: AnyPlace, one: Attribute, row: Read): unknown {
  switch (place.kind) {
    case 'column':
      return readColumn(place, one, row.column(place.column))
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
      return one.type === 'complex' ? elements : elements.map((element) => getIn(element, ['value']))
    }
  }
}

function getIn(value: unknown, keys: readonly string[]): unknown {
  let at = value
  for (const key of keys) at = isBag(at) ? at[key] : undefined
  return at
}

function getAt(output: Readonly<Bag>, one: Attribute): unknown {
  return getIn(output, one.keys)
}

/** Sets a value inside objects, which are copied: some come from a parsed document, others from nowhere. */
function setAt(output: Bag, one: Attribute, value: unknown): void {
  let at = output
  for (const key of one.keys.slice(0, -1)) {
    const had = at[key]
    const inner: Bag = isBag(had) ? { ...had } : {}
    at[key] = inner
    at = inner
  }
  at[one.name] = value
}
