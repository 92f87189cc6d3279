import type { CompiledAttribute, CompiledResourceType, Projection } from '../schema/index.js'
import type { AnyPlace, ChildrenPlace, ColumnPlace, ReferencePlace } from './attribute-mapping.js'
import { isWritable } from './attribute-mapping.js'
import type { Places, Slot } from './element-mapping.js'
import type { Read } from './to-resource.js'
import { toResource } from './to-resource.js'
import type { Written } from './to-row.js'
import { toRow } from './to-row.js'
import type { Bag } from './value.js'
import { getIn } from './value.js'

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

/**
 * A mapping for one resource type: where to find each attribute, and how rows and resources become each other. Pure,
 * and the same for every database.
 */
export class Layout implements Places {
  readonly touched: ReadonlySet<CompiledAttribute>

  constructor(
    readonly type: CompiledResourceType,
    readonly places: ReadonlyMap<CompiledAttribute, AnyPlace>,
    readonly slots: readonly Slot[],
    readonly overflow: { readonly column: string; readonly indexed: readonly string[] } | undefined,
  ) {
    const touched = new Set<CompiledAttribute>()
    for (const one of [...places.keys(), ...slots.map(({ attribute }) => attribute)]) {
      for (let at: CompiledAttribute | undefined = one; at; at = at.parent) touched.add(at)
    }
    this.touched = touched
  }

  /** Where an attribute is none of whose parents, nor itself, is multi-valued. */
  sourceOf(attribute: CompiledAttribute): Source {
    const below: string[] = []
    for (let at: CompiledAttribute | undefined = attribute; at; at = at.parent) {
      const place = this.places.get(at)
      if (place) return sourceIn(place, below, attribute)
      below.unshift(at.name)
    }
    return this.overflowOf(attribute) ?? { kind: 'absent' }
  }

  elementsOf(one: CompiledAttribute): Elements {
    const slots = this.slots.filter(({ attribute }) => attribute === one)
    for (
      let at: CompiledAttribute | undefined = one, below: string[] = [];
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

  private overflowOf(attribute: CompiledAttribute): JsonSource | undefined {
    return this.overflow && { kind: 'json', column: this.overflow.column, keys: attribute.keys }
  }

  /** Whether resources keep what is written to an attribute, only show it, or do not have it. */
  keeps(one: CompiledAttribute): 'readWrite' | 'readOnly' | undefined {
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
  columnsFor(projection: Projection): {
    readonly columns: ReadonlySet<string>
    readonly json: ReadonlySet<string>
  } {
    const columns = new Set<string>()
    const json = new Set<string>()
    const isWanted = (attribute: CompiledAttribute) =>
      attribute.keys[0]?.startsWith('urn:') || projection.includes(attribute)
    for (const [attribute, place] of this.places) {
      if (!isWanted(attribute)) continue
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
  childrenFor(projection: Projection): readonly ChildrenPlace[] {
    return [...this.places].flatMap(([attribute, place]) =>
      place.kind === 'children' && projection.includes(attribute) ? [place] : [],
    )
  }

  /** References whose rows' names are to be read. */
  referencesFor(projection: Projection): readonly ReferencePlace<never>[] {
    return [...this.places].flatMap(([attribute, place]) =>
      place.kind === 'reference' && place.displayName !== undefined && projection.includes(attribute)
        ? [place]
        : [],
    )
  }

  /** A resource in terms of columns. What has no place is left out. */
  toRow(resource: Readonly<Bag>): Written {
    return toRow(this, resource)
  }

  /** A row in terms of the resource. */
  toResource(row: Read): Record<string, unknown> {
    return toResource(this, row)
  }
}

function sourceIn(place: AnyPlace, below: readonly string[], attribute: CompiledAttribute): Source {
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
      if (attribute.name === 'value')
        return { kind: 'reference', column: place.column, displayName: undefined }
      return attribute.name === 'displayName' && place.displayName !== undefined
        ? { kind: 'reference', column: place.column, displayName: place.displayName }
        : { kind: 'absent' }
    case 'children':
      return { kind: 'absent' }
  }
}
