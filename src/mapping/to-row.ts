import type { UnknownObject } from '../protocol/index.js'
import { foldText, isEqual, isObject, isSafeKey, toJson } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { attributeNamed } from '../schema/index.js'
import type { ChildTableMapping, ColumnMapping } from './attribute-mapping.js'
import { acceptsWrites } from './attribute-mapping.js'
import type { ElementMapping, ResourceMapping } from './element-mapping.js'
import { isMissing, writeColumn } from './value.js'

/** A resource as it is written to the database. */
export interface RowValues {
  /** By column; undefined is no value. */
  readonly columns: ReadonlyMap<string, unknown>
  /** Those of {@link columns} whose value is JSON. */
  readonly json: ReadonlySet<string>
  /** The elements that are rows of other tables. */
  readonly elements: ReadonlyMap<ChildTableMapping, readonly unknown[]>
}

/** The row of a resource. What is not mapped is left out. */
export function toRow(mapping: ResourceMapping, resource: UnknownObject): RowValues {
  const { values, translations, json, elements } = new RowWriter(mapping, resource)
  const columns = new Map<string, unknown>()
  for (const [column, value] of values) writeTo(columns, column, translations.get(column), value)
  return { columns, json, elements }
}

/** Writes a value to its column, and to the one that has it without its case. */
function writeTo(
  columns: Map<string, unknown>,
  column: string,
  mapping: ColumnMapping<never, never> | undefined,
  value: unknown,
): void {
  columns.set(column, mapping ? writeColumn(mapping, value) : value)
  if (mapping?.foldedIn !== undefined)
    columns.set(mapping.foldedIn, typeof value === 'string' ? foldText(value) : undefined)
}

/** The keys of an object in a JSON column that change; the others, which may be the host's, stay. */
export interface KeyChanges {
  readonly set: UnknownObject
  readonly removed: readonly string[]
}

/** What differs between two states of a resource, as it is written to the database. */
export interface RowChanges extends RowValues {
  /** By column, for some of those in {@link json}. */
  readonly keys: ReadonlyMap<string, KeyChanges>
  /** The elements that were there before, of the tables in {@link elements}. */
  readonly formerElements: ReadonlyMap<ChildTableMapping, readonly unknown[]>
}

/**
 * What has to be written to a row: the columns whose attributes differ. Attributes are compared, not what is written:
 * a host may have more values than an attribute.
 */
export function toRowChanges(
  mapping: ResourceMapping,
  before: UnknownObject,
  after: UnknownObject,
): RowChanges {
  const was = new RowWriter(mapping, before)
  const is = new RowWriter(mapping, after)
  const columns = new Map<string, unknown>()
  const keys = new Map<string, KeyChanges>()
  for (const [column, value] of is.values) {
    const former = was.values.get(column)
    if (isEqual(former, value)) continue
    writeTo(columns, column, is.translations.get(column), value)
    const known = is.objects.get(column)
    // Text that jsonb refuses would refuse the merge too: then all of what was read is written.
    if (known && !isFlawed(former)) keys.set(column, keyChanges(former, value, known))
  }
  const elements = new Map<ChildTableMapping, readonly unknown[]>()
  for (const [child, list] of is.elements) {
    if (!isEqual(was.elements.get(child), list)) elements.set(child, list)
  }
  return { columns, json: is.json, elements, keys, formerElements: was.elements }
}

function isFlawed(value: unknown): boolean {
  return value !== undefined && toJson(value) !== JSON.stringify(value)
}

function keyChanges(before: unknown, after: unknown, isKnown: (key: string) => boolean): KeyChanges {
  const was = isObject(before) ? before : {}
  const is = isObject(after) ? after : {}
  const set: Record<string, unknown> = {}
  const removed: string[] = []
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!isKnown(key) || isEqual(was[key], is[key])) continue
    if (is[key] === undefined) removed.push(key)
    else set[key] = is[key]
  }
  return { set, removed }
}

/** A resource by the columns and tables that it is in. */
class RowWriter {
  /** By column, as attributes have them. */
  readonly values = new Map<string, unknown>()
  readonly translations = new Map<string, ColumnMapping<never, never>>()
  readonly json = new Set<string>()
  /** The JSON columns that hold an object, and which of its keys are attributes. */
  readonly objects = new Map<string, (key: string) => boolean>()
  readonly elements = new Map<ChildTableMapping, readonly unknown[]>()
  private readonly overflow: Record<string, unknown> = {}

  constructor(
    private readonly mapping: ResourceMapping,
    resource: UnknownObject,
  ) {
    for (const [attribute, mapped] of mapping.attributes) {
      if (mapped.kind === 'childTable') this.elements.set(mapped, [])
      else if (mapped.kind === 'column') this.addColumn(mapped)
      else if (mapped.kind === 'reference' || mapped.kind === 'lookup')
        this.values.set(mapped.column, undefined)
      else if (mapped.kind === 'json') {
        this.values.set(mapped.column, undefined)
        this.json.add(mapped.column)
        if (attribute.type === 'complex' && !attribute.multiValued)
          this.objects.set(mapped.column, (key) => attributeNamed(attribute.subAttributes, key) !== undefined)
      }
    }
    for (const element of mapping.elements) {
      for (const column of element.columns.values()) this.addColumn(column)
    }
    this.putResource(resource)
  }

  private addColumn(mapped: ColumnMapping<never, never>): void {
    if (!acceptsWrites(mapped)) return
    this.values.set(mapped.column, undefined)
    this.translations.set(mapped.column, mapped)
  }

  private putInColumn(mapped: ColumnMapping<never, never>, value: unknown): void {
    if (!acceptsWrites(mapped)) return
    // What is the same as another attribute only counts where that has no value.
    if (mapped.sameAs !== undefined && this.values.get(mapped.column) !== undefined) return
    this.values.set(mapped.column, value)
  }

  private putResource(resource: UnknownObject): void {
    const { type, overflow } = this.mapping
    for (const attribute of type.ordered) {
      if (
        attribute.path === 'id' ||
        attribute.path === 'schemas' ||
        attribute.path === 'meta' ||
        attribute === type.memberOf
      )
        continue
      const value = resource[attribute.name]
      const rest = value === undefined ? undefined : this.put(attribute, value)
      if (rest !== undefined) this.overflow[attribute.name] = rest
    }
    if (overflow) {
      // What the host keeps there too.
      for (const key of Object.keys(resource)) {
        if (!attributeNamed(type.attributes, key) && isSafeKey(key)) this.overflow[key] = resource[key]
      }
      this.values.set(overflow.column, this.overflow)
      this.json.add(overflow.column)
      this.objects.set(overflow.column, () => true)
    }
  }

  /** Puts a value into its columns, and returns what has none. */
  private put(attribute: CompiledAttribute, value: unknown): unknown {
    const mapped = this.mapping.attributes.get(attribute)
    switch (mapped?.kind) {
      case 'column':
        this.putInColumn(mapped, value)
        return undefined
      case 'lookup':
        this.values.set(mapped.column, value)
        return undefined
      case 'json':
        this.values.set(mapped.column, value)
        return undefined
      case 'constant':
      case 'computed':
        return undefined
      case 'reference':
        this.values.set(mapped.column, isObject(value) ? value.value : undefined)
        return undefined
      case 'childTable':
        this.elements.set(mapped, Array.isArray(value) ? value : [])
        return undefined
    }
    if (!this.mapping.mappedAttributes.has(attribute)) return value
    if (attribute.multiValued) return Array.isArray(value) ? this.putElements(attribute, value) : value
    if (!isObject(value)) return value
    const unmapped: Record<string, unknown> = {}
    for (const subAttribute of attribute.subAttributes.values()) {
      const inner = value[subAttribute.name]
      const rest = inner === undefined ? undefined : this.put(subAttribute, inner)
      if (rest !== undefined) unmapped[subAttribute.name] = rest
    }
    // What the host keeps there too.
    for (const key of Object.keys(value)) {
      if (!attributeNamed(attribute.subAttributes, key) && isSafeKey(key)) unmapped[key] = value[key]
    }
    return Object.keys(unmapped).length === 0 ? undefined : unmapped
  }

  /** Puts elements into the columns that are theirs, and returns the elements that have none. */
  private putElements(attribute: CompiledAttribute, elements: readonly unknown[]): unknown {
    let rest = elements
    for (const elementMapping of this.mapping.elements) {
      if (elementMapping.attribute !== attribute) continue
      const element = rest.find(
        (candidate) => elementMapping.selector.matches(candidate) && fillsColumn(elementMapping, candidate),
      )
      if (!isObject(element)) continue
      rest = rest.filter((candidate) => candidate !== element)
      const unmapped: Record<string, unknown> = {}
      for (const subAttribute of attribute.subAttributes.values()) {
        const value = element[subAttribute.name]
        const mapped = elementMapping.columns.get(subAttribute)
        if (mapped) {
          if (value !== undefined) this.putInColumn(mapped, value)
        } else if (value !== undefined && value !== elementMapping.constants[subAttribute.name])
          unmapped[subAttribute.name] = value
      }
      if (this.mapping.overflow && Object.keys(unmapped).length > 0)
        this.overflow[elementMapping.key] = unmapped
    }
    return rest.length === 0 ? undefined : rest
  }
}

/** Whether an element has a value for at least one of the mapping's columns. */
export function fillsColumn({ columns }: ElementMapping, element: unknown): boolean {
  return (
    isObject(element) && [...columns.keys()].some((subAttribute) => !isMissing(element[subAttribute.name]))
  )
}
