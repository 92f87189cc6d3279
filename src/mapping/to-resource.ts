import type { UnknownObject } from '../protocol/index.js'
import { isObject } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { attributeNamed, schemasIn } from '../schema/index.js'
import type { AttributeMapping, ChildTableMapping, ReferenceMapping } from './attribute-mapping.js'
import type { ElementMapping, ResourceMapping } from './element-mapping.js'
import type { LookupMapping } from './lookup.js'
import { getIn, isMissing, readColumn } from './value.js'

/** A row that was selected, with what was selected of other tables. */
export interface RowReader {
  readonly id: string
  readonly meta: CommonAttributes['meta']
  column(name: string): unknown
  /** The value of a JSON column. */
  json(name: string): unknown
  /** The display name of the row that is referred to. */
  label(mapping: ReferenceMapping<never>): unknown
  /** The value that is looked up in another table. */
  lookup(mapping: LookupMapping<never>): unknown
  /** The elements in another table; undefined where they were not selected. */
  elements(mapping: ChildTableMapping): readonly unknown[] | undefined
}

/** The resource of a row. */
export function toResource(
  { type, attributes, elements: elementMappings, overflow }: ResourceMapping,
  row: RowReader,
): Record<string, unknown> {
  const rest = overflow ? row.json(overflow.column) : undefined
  const output: Record<string, unknown> = {}
  const restOfElements = new Map<string, unknown>()
  if (isObject(rest)) {
    for (const [name, value] of Object.entries(rest)) {
      if (name.endsWith(']')) restOfElements.set(name, value)
      else output[name] = value
    }
  }
  for (const [attribute, mapping] of attributes) {
    const value = readAttribute(mapping, attribute, row)
    if (value !== undefined) setAt(output, attribute, value)
  }
  for (const [attribute, mappings] of byAttribute(elementMappings)) {
    const elements: unknown[] = []
    for (const elementMapping of mappings) {
      const element: Record<string, unknown> = {}
      for (const [subAttribute, mapping] of elementMapping.columns) {
        const value = readColumn(mapping, subAttribute, row.column(mapping.column))
        if (value !== undefined) element[subAttribute.name] = value
      }
      if (Object.keys(element).length === 0) continue
      const unmapped = restOfElements.get(elementMapping.key)
      elements.push(
        Object.assign({}, elementMapping.constants, element, isObject(unmapped) ? unmapped : undefined),
      )
    }
    if (elements.length === 0) continue
    const others = getIn(output, attribute.keys)
    setAt(output, attribute, Array.isArray(others) ? [...elements, ...others] : elements)
  }
  return { schemas: schemasIn(output, type), id: row.id, meta: row.meta, ...output }
}

function byAttribute(
  mappings: readonly ElementMapping[],
): ReadonlyMap<CompiledAttribute, readonly ElementMapping[]> {
  const groups = new Map<CompiledAttribute, ElementMapping[]>()
  for (const mapping of mappings)
    groups.set(mapping.attribute, [...(groups.get(mapping.attribute) ?? []), mapping])
  return groups
}

function readAttribute(mapping: AttributeMapping, attribute: CompiledAttribute, row: RowReader): unknown {
  switch (mapping.kind) {
    case 'column':
      return readColumn(mapping, attribute, row.column(mapping.column))
    case 'json': {
      const value = row.json(mapping.column)
      return isMissing(value) || holdsNothingOf(attribute, value) ? undefined : value
    }
    case 'constant':
      return mapping.value
    case 'computed': {
      const picked = Object.fromEntries(mapping.columns.map((name) => [name, row.column(name)]))
      if (Object.values(picked).every((value) => value === undefined)) return undefined
      // The host typed `read` for these columns.
      return (mapping.read as unknown as (row: UnknownObject) => unknown)(picked)
    }
    case 'reference': {
      const value = row.column(mapping.column)
      if (isMissing(value)) return undefined
      const displayName = mapping.displayName === undefined ? undefined : row.label(mapping)
      return { value: String(value), ...(!isMissing(displayName) && { displayName }) }
    }
    case 'lookup': {
      const value = row.lookup(mapping)
      return isMissing(value) ? undefined : String(value)
    }
    case 'childTable': {
      const elements = row.elements(mapping)
      if (!elements || elements.length === 0) return undefined
      return attribute.type === 'complex' ? elements : elements.map((element) => getIn(element, ['value']))
    }
  }
}

/** Whether an object has keys, all of them the host's own. */
function holdsNothingOf({ multiValued, subAttributes }: CompiledAttribute, value: unknown): boolean {
  if (multiValued || subAttributes.size === 0 || !isObject(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && !keys.some((key) => attributeNamed(subAttributes, key))
}

/** Sets a value inside objects, which are copied first: they may belong to a parsed document. */
function setAt(output: Record<string, unknown>, attribute: CompiledAttribute, value: unknown): void {
  let at = output
  for (const key of attribute.keys.slice(0, -1)) {
    const before = at[key]
    const inner: Record<string, unknown> = Object.assign({}, isObject(before) ? before : undefined)
    at[key] = inner
    at = inner
  }
  at[attribute.name] = value
}
