import type { UnknownObject } from '../protocol/index.js'
import type {
  CompiledAttribute,
  CompiledResourceType,
  ElementPlace,
  Projection,
  SharedValue,
  ValuePlace,
} from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type {
  AttributeMapping,
  ChildTableMapping,
  ColumnMapping,
  ReferenceMapping,
} from './attribute-mapping.js'
import { acceptsWrites } from './attribute-mapping.js'
import { childPlace } from './child-place.js'
import type { ElementMapping, ResourceMapping } from './element-mapping.js'
import type { LookupMapping } from './lookup.js'
import type { RowReader } from './to-resource.js'
import { toResource } from './to-resource.js'
import type { RowChanges, RowValues } from './to-row.js'
import { fillsColumn, toRow, toRowChanges } from './to-row.js'
import { getIn, readColumn } from './value.js'
import { caselessAttributes, foldedPlaces, lowercaseColumns, sharedValues } from './value-places.js'

/** Where the value of an attribute without multi-valued parents is. */
export type AttributeSource =
  | { readonly kind: 'column'; readonly mapping: ColumnMapping<never, never> }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'computed' }
  /** The id of another row, or its display name. */
  | { readonly kind: 'reference'; readonly column: string; readonly displayName: string | undefined }
  /** In another table. */
  | { readonly kind: 'lookup'; readonly mapping: LookupMapping<never> }
  | JsonSource
  /** Nowhere: no resource has a value. */
  | { readonly kind: 'absent' }

/** Somewhere inside a JSON column. */
export interface JsonSource {
  readonly kind: 'json'
  readonly column: string
  readonly keys: readonly string[]
}

/** An attribute whose value is in another table. */
export interface Lookup {
  readonly attribute: CompiledAttribute
  readonly mapping: LookupMapping<never>
}

/** Where the elements of a multi-valued attribute are: in columns, in JSON, or in both; or in another table. */
export interface ElementSources {
  readonly columns: readonly ElementMapping[]
  readonly json: (JsonSource & { readonly indexed: boolean }) | undefined
  readonly childTable: ChildTableMapping | undefined
}

/**
 * A mapping for one resource type: where to find each attribute, and how rows become resources and resources rows.
 * Pure, and the same for every database.
 */
export class Layout implements ResourceMapping {
  readonly mappedAttributes: ReadonlySet<CompiledAttribute>
  /** Values in one column that two attributes show. */
  readonly sharedValues: readonly SharedValue[]
  /** The texts of which no case is kept. */
  readonly foldedValues: readonly ValuePlace[]
  /** The columns whose texts are written in lower case. */
  readonly lowercaseColumns: ReadonlySet<string>
  /** What is in other tables, by the column that refers to it. */
  readonly lookups: ReadonlyMap<string, Lookup>
  private readonly caseless: ReadonlySet<CompiledAttribute>

  constructor(
    readonly type: CompiledResourceType,
    readonly attributes: ReadonlyMap<CompiledAttribute, AttributeMapping>,
    readonly elements: readonly ElementMapping[],
    readonly overflow: { readonly column: string; readonly indexed: readonly string[] } | undefined,
  ) {
    const mapped = [...attributes.keys(), ...elements.map(({ attribute }) => attribute)]
    this.mappedAttributes = new Set(mapped.flatMap(chainOf))
    this.sharedValues = sharedValues(this)
    this.foldedValues = foldedPlaces(this)
    this.lowercaseColumns = lowercaseColumns(this)
    this.caseless = caselessAttributes(this)
    this.lookups = new Map(
      [...attributes].flatMap(([attribute, mapping]) =>
        mapping.kind === 'lookup' ? [[mapping.column, { attribute, mapping }] as const] : [],
      ),
    )
  }

  /** Where an attribute is that neither is multi-valued nor has a multi-valued parent. */
  sourceOf(attribute: CompiledAttribute): AttributeSource {
    const below: string[] = []
    for (let at: CompiledAttribute | undefined = attribute; at; at = at.parent) {
      const mapping = this.attributes.get(at)
      if (mapping) return sourceIn(mapping, below, attribute)
      below.unshift(at.name)
    }
    return this.overflowOf(attribute) ?? { kind: 'absent' }
  }

  elementsOf(attribute: CompiledAttribute): ElementSources {
    const columns = this.elements.filter((element) => element.attribute === attribute)
    for (
      let at: CompiledAttribute | undefined = attribute, below: string[] = [];
      at;
      below = [at.name, ...below], at = at.parent
    ) {
      const mapping = this.attributes.get(at)
      if (mapping?.kind === 'childTable') return { columns, json: undefined, childTable: mapping }
      if (mapping?.kind !== 'json') continue
      return {
        columns,
        json: { kind: 'json', column: mapping.column, keys: below, indexed: false },
        childTable: undefined,
      }
    }
    const json = this.overflowOf(attribute)
    const indexed = this.overflow?.indexed.includes(attribute.path) ?? false
    return { columns, json: json && { ...json, indexed }, childTable: undefined }
  }

  private overflowOf(attribute: CompiledAttribute): JsonSource | undefined {
    return this.overflow && { kind: 'json', column: this.overflow.column, keys: attribute.keys }
  }

  /** Whether an attribute's value can be read and written, or only read; undefined where it is not stored. */
  access(attribute: CompiledAttribute): 'readWrite' | 'readOnly' | undefined {
    const mapping = this.attributes.get(attribute)
    if (mapping) return acceptsWrites(mapping) ? 'readWrite' : 'readOnly'
    const { parent, name } = attribute
    // What is inside of one that has a place has none elsewhere, not even in the rest.
    const above = parent && this.attributes.get(parent)
    switch (above?.kind) {
      case 'json':
        return 'readWrite'
      case 'constant':
      case 'computed':
        return 'readOnly'
      case 'childTable':
        return name in above.columns || name in above.constants || name === '$ref' ? 'readWrite' : undefined
      case 'reference':
        if (name === 'displayName') return above.displayName === undefined ? undefined : 'readOnly'
        return name === 'value' || name === '$ref' ? 'readWrite' : undefined
    }
    if (this.overflow) return 'readWrite'
    if (this.mappedAttributes.has(attribute))
      return this.canWriteElements(attribute) ? 'readWrite' : 'readOnly'
    if (!parent) return undefined
    const isInElement = this.elements.some(
      (element) =>
        element.attribute === parent && (element.columns.has(attribute) || name in element.constants),
    )
    return isInElement ? 'readWrite' : undefined
  }

  /** Whether the id in an attribute that refers to a resource is in JSON, where there is no foreign key. */
  storesAsText({ subAttributes }: CompiledAttribute): boolean {
    const value = subAttributes.get('value')
    return value !== undefined && this.sourceOf(value).kind === 'json'
  }

  /** Whether an attribute that is cleared reads as having no value. */
  canClear(attribute: CompiledAttribute): boolean {
    const source = this.sourceOf(attribute)
    if (source.kind === 'column') return readColumn(source.mapping, attribute, null) === undefined
    return source.kind === 'json'
  }

  /** False where all elements that the attribute can have are in columns that cannot be written. */
  private canWriteElements(attribute: CompiledAttribute): boolean {
    const own = this.elements.filter((element) => element.attribute === attribute)
    return own.length === 0 || own.some(({ columns }) => [...columns.values()].some(acceptsWrites))
  }

  /** The elements of a multi-valued attribute that have columns of their own, where others have no place. */
  keptElements(attribute: CompiledAttribute): readonly ElementMapping[] {
    return this.overflow ? [] : this.elements.filter((element) => element.attribute === attribute)
  }

  /** The places of a multi-valued attribute's elements, where others have none. */
  placesOf(attribute: CompiledAttribute): readonly ElementPlace[] | undefined {
    const mapping = attribute === this.type.membership ? undefined : this.attributes.get(attribute)
    const place = mapping?.kind === 'childTable' ? childPlace(attribute, mapping) : undefined
    if (place) return [place]
    const own = this.keptElements(attribute)
    if (own.length === 0) return undefined
    return own.map((element) => ({
      path: element.key,
      matches: (value) => element.selector.matches(value) && fillsColumn(element, value),
    }))
  }

  /** The columns to select for a projection; `schemas` needs those of the overflow and of extensions too. */
  columnsFor(projection: Projection): {
    readonly columns: ReadonlySet<string>
    readonly json: ReadonlySet<string>
  } {
    const columns = new Set<string>()
    const json = new Set<string>()
    const isSelected = (attribute: CompiledAttribute) =>
      attribute.keys[0]?.startsWith('urn:') || projection.includes(attribute)
    for (const [attribute, mapping] of this.attributes) {
      if (!isSelected(attribute)) continue
      if (mapping.kind === 'json') json.add(mapping.column)
      else if (mapping.kind === 'computed') for (const name of mapping.columns) columns.add(name)
      else if (mapping.kind === 'column' || mapping.kind === 'reference') columns.add(mapping.column)
    }
    for (const element of this.elements) {
      if (isSelected(element.attribute))
        for (const { column } of element.columns.values()) columns.add(column)
    }
    if (this.overflow) json.add(this.overflow.column)
    return { columns, json }
  }

  /** The child tables to select from for a projection. */
  childTablesFor(projection: Projection): readonly ChildTableMapping[] {
    return [...this.attributes].flatMap(([attribute, mapping]) =>
      mapping.kind === 'childTable' && projection.includes(attribute) ? [mapping] : [],
    )
  }

  /** The references whose display names to select for a projection. */
  referencesFor(projection: Projection): readonly ReferenceMapping<never>[] {
    return [...this.attributes].flatMap(([attribute, mapping]) =>
      mapping.kind === 'reference' && mapping.displayName !== undefined && projection.includes(attribute)
        ? [mapping]
        : [],
    )
  }

  /** What to look up in other tables for a projection. */
  lookupsFor(projection: Projection): readonly LookupMapping<never>[] {
    return [...this.lookups.values()].flatMap(({ attribute, mapping }) =>
      projection.includes(attribute) ? [mapping] : [],
    )
  }

  /** Whether a text is compared without its case because of its column. */
  foldsCase(attribute: CompiledAttribute): boolean {
    return this.caseless.has(attribute)
  }

  /** Whether every text is compared as its schema says. */
  get foldsNoCase(): boolean {
    return this.caseless.size === 0
  }

  /** The row of a resource. What is not mapped is left out. */
  toRow(resource: UnknownObject): RowValues {
    return toRow(this, resource)
  }

  /** What differs between two states of a resource, as it is written to its row. */
  toRowChanges(before: UnknownObject, after: UnknownObject): RowChanges {
    return toRowChanges(this, before, after)
  }

  /** The resource of a row. */
  toResource(row: RowReader): Record<string, unknown> {
    return toResource(this, row)
  }
}

function sourceIn(
  mapping: AttributeMapping,
  below: readonly string[],
  attribute: CompiledAttribute,
): AttributeSource {
  switch (mapping.kind) {
    case 'column':
      return { kind: 'column', mapping }
    case 'lookup':
      return { kind: 'lookup', mapping }
    case 'json':
      return { kind: 'json', column: mapping.column, keys: below }
    case 'constant':
      return { kind: 'constant', value: getIn(mapping.value, below) }
    case 'computed':
      return { kind: 'computed' }
    case 'reference':
      if (attribute.name === 'value')
        return { kind: 'reference', column: mapping.column, displayName: undefined }
      return attribute.name === 'displayName' && mapping.displayName !== undefined
        ? { kind: 'reference', column: mapping.column, displayName: mapping.displayName }
        : { kind: 'absent' }
    case 'childTable':
      return { kind: 'absent' }
  }
}
