import type { UnknownObject } from '../protocol/index.js'
import { isObject } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import type { ChildTableMapping } from './attribute-mapping.js'
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
  const writer = new RowWriter(mapping)
  writer.putResource(resource)
  return writer
}

class RowWriter implements RowValues {
  readonly columns = new Map<string, unknown>()
  readonly json = new Set<string>()
  readonly elements = new Map<ChildTableMapping, readonly unknown[]>()
  private readonly overflow: Record<string, unknown> = {}

  constructor(private readonly mapping: ResourceMapping) {
    for (const mapped of mapping.attributes.values()) {
      if (mapped.kind === 'childTable') this.elements.set(mapped, [])
      else if ((mapped.kind === 'column' && acceptsWrites(mapped)) || mapped.kind === 'reference') {
        this.columns.set(mapped.column, undefined)
      } else if (mapped.kind === 'json') {
        this.columns.set(mapped.column, undefined)
        this.json.add(mapped.column)
      }
    }
    for (const element of mapping.elements) {
      for (const column of element.columns.values())
        if (acceptsWrites(column)) this.columns.set(column.column, undefined)
    }
  }

  putResource(resource: UnknownObject): void {
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
      this.columns.set(overflow.column, this.overflow)
      this.json.add(overflow.column)
    }
  }

  /** Puts a value into its columns, and returns what has none. */
  private put(attribute: CompiledAttribute, value: unknown): unknown {
    const mapped = this.mapping.attributes.get(attribute)
    switch (mapped?.kind) {
      case 'column':
        if (acceptsWrites(mapped)) this.columns.set(mapped.column, writeColumn(mapped, value))
        return undefined
      case 'json':
        this.columns.set(mapped.column, value)
        return undefined
      case 'constant':
      case 'computed':
        return undefined
      case 'reference':
        this.columns.set(mapped.column, isObject(value) ? value.value : undefined)
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
          if (value !== undefined && acceptsWrites(mapped))
            this.columns.set(mapped.column, writeColumn(mapped, value))
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
function fillsColumn({ columns }: ElementMapping, element: unknown): boolean {
  return (
    isObject(element) && [...columns.keys()].some((subAttribute) => !isMissing(element[subAttribute.name]))
  )
}
