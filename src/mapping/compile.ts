import type { BoundFilter } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import type { OptionNames, UnknownObject } from '../protocol/index.js'
import { assertKnownOptions, didYouMean, isObject, isScimError } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import { adviceFor } from './advice.js'
import type { AttributeMapping, ColumnMapping } from './attribute-mapping.js'
import { acceptsWrites } from './attribute-mapping.js'
import type { ElementMapping } from './element-mapping.js'
import { Layout } from './layout.js'
import type { Overflow } from './paths.js'

function refuseLine(line: string, problem: string): never {
  throw new TypeError(`mapping: ${line}: ${problem}`)
}

/** @throws TypeError that names the line of the mapping that is wrong. */
export function compileMapping(definition: UnknownObject, type: CompiledResourceType): Layout {
  const attributes = new Map<CompiledAttribute, AttributeMapping>()
  const elements = new Map<string, ElementMapping>()
  const lineOfColumn = new Map<string, string>()
  const claimColumn = (column: string, line: string) => {
    const other = lineOfColumn.get(column)
    if (other !== undefined) refuseLine(line, `the column "${column}" has been given to ${other} already`)
    lineOfColumn.set(column, line)
  }
  const overflow = readOverflow(definition.overflow, type)
  if (overflow) claimColumn(overflow.column, 'overflow')
  for (const [line, given] of linesOf(definition, type)) {
    if (line === 'overflow' || given === undefined) continue
    const mapping = readMapping(given, line)
    const { attribute, filter, subAttribute } = resolvePath(type, line)
    if (['id', 'schemas', 'meta'].includes(attribute.keys[0] ?? '')) refuseLine(line, 'the store gives it')
    if (attribute === type.memberOf) refuseLine(line, 'it follows from the groups')
    if (acceptsWrites(mapping) && mapping.kind !== 'childTable' && 'column' in mapping)
      claimColumn(mapping.column, line)
    if (!filter) {
      const [multiValued] = chainOf(attribute).filter((part) => part.multiValued && part !== attribute)
      if (multiValued) {
        const { path } = multiValued
        refuseLine(line, `${path} has several values: say which, as in ${path}[type eq "work"]`)
      }
      checkKind(mapping, attribute, line)
      attributes.set(attribute, mapping)
      continue
    }
    if (mapping.kind !== 'column') refuseLine(line, 'one element of several can be in columns only')
    if (!subAttribute) refuseLine(line, 'say which sub-attribute, as in .value')
    addElement(elements, { attribute, subAttribute, mapping, selector: filter, line })
  }
  const layout = new Layout(type, attributes, [...elements.values()], overflow)
  checkLayout(layout)
  return layout
}

/** Adds a column to the mapping of its element. */
function addElement(
  elements: Map<string, ElementMapping>,
  {
    attribute,
    subAttribute,
    mapping,
    selector,
    line,
  }: {
    readonly attribute: CompiledAttribute
    readonly subAttribute: CompiledAttribute
    readonly mapping: ColumnMapping<never, never>
    readonly selector: ElementMapping['selector'] & { readonly tree: BoundFilter }
    readonly line: string
  },
): void {
  const constants = constantsOf(selector.tree, line)
  const key = `${attribute.path}[${Object.entries(constants)
    .map(([name, value]) => `${name} eq ${JSON.stringify(value)}`)
    .join(' and ')}]`
  const element = elements.get(key)
  const primary = mapping.primary ? { primary: true } : {}
  elements.set(key, {
    key,
    attribute,
    constants: { ...constants, ...element?.constants, ...primary },
    selector,
    columns: new Map([...(element?.columns ?? []), [subAttribute, mapping]]),
  })
}

/** What no single line shows: required attributes without a mapping, and attributes that are mapped twice. */
function checkLayout(layout: Layout): void {
  const { type, attributes, elements } = layout
  for (const attribute of type.ordered) {
    if (attribute.required && attribute.mutability !== 'readOnly' && !layout.access(attribute)) {
      refuseLine(attribute.path, 'it is required, but is neither mapped nor kept in an overflow column')
    }
  }
  for (const attribute of attributes.keys()) {
    for (let at = attribute.parent; at; at = at.parent) {
      if (attributes.has(at)) refuseLine(attribute.path, `${at.path} is mapped as a whole already`)
    }
  }
  for (const { attribute, key } of elements) {
    if (attributes.has(attribute)) refuseLine(key, `${attribute.path} is mapped as a whole already`)
  }
}

/** The lines of a mapping, those of extensions with their URN in front. */
function linesOf(
  definition: UnknownObject,
  type: CompiledResourceType,
): readonly (readonly [line: string, given: unknown])[] {
  return Object.entries(definition).flatMap(([line, given]) => {
    const isExtension = isObject(given) && given.kind === undefined && line !== 'overflow'
    if (!isExtension) return [[line, given] as const]
    if (!type.extensions.some(({ name }) => name === line))
      refuseLine(
        line,
        `${type.name} has no such extension${didYouMean(
          line,
          type.extensions.map(({ name }) => name),
        )}`,
      )
    return Object.entries(given).map(([inner, value]) => [`${line}:${inner}`, value] as const)
  })
}

const overflowNames = { column: true, indexed: true } satisfies OptionNames<Overflow<unknown>>

function readOverflow(given: unknown, type: CompiledResourceType) {
  if (given === undefined) return undefined
  if (typeof given === 'string') return { column: given, indexed: [] }
  assertKnownOptions('mapping', given, overflowNames, 'overflow')
  // MappingDefinition allows nothing else.
  const { column, indexed = [] } = given as Overflow<Record<string, unknown>>
  if (typeof column !== 'string') refuseLine('overflow', 'it must be the name of a column')
  for (const path of indexed) resolvePath(type, path)
  return { column, indexed }
}

const mappingKinds: ReadonlySet<unknown> = new Set<AttributeMapping['kind']>([
  'column',
  'json',
  'constant',
  'computed',
  'reference',
  'childTable',
])

function readMapping(given: unknown, line: string): AttributeMapping {
  if (typeof given === 'string') return { kind: 'column', column: given }
  // MappingDefinition allows nothing else; hosts without types see the message.
  const mapping = given as AttributeMapping
  if (!mappingKinds.has(mapping?.kind))
    refuseLine(line, 'it must be the name of a column, or column(), json() and so on')
  return mapping
}

function resolvePath(type: CompiledResourceType, line: string) {
  try {
    return readPath(type, line)
  } catch (error) {
    if (isScimError(error)) refuseLine(line, `${error.detail}${adviceFor(line, type)}`)
    throw error
  }
}

function checkKind(mapping: AttributeMapping, attribute: CompiledAttribute, line: string): void {
  switch (mapping.kind) {
    case 'column':
      if (attribute.multiValued) refuseLine(line, 'it is multi-valued: map what is inside, or json()')
      if (attribute.type === 'complex') refuseLine(line, 'it is complex: map what is inside, or json()')
      return
    case 'reference':
      if (attribute.multiValued || !attribute.subAttributes.has('value'))
        refuseLine(line, 'a reference has a value, and only one')
      return
    case 'childTable':
      if (!attribute.multiValued)
        refuseLine(line, 'rows of another table are for attributes with several values')
      for (const name of [...Object.keys(mapping.columns), ...Object.keys(mapping.constants)]) {
        const isElement = attribute.type !== 'complex' && name === 'value'
        if (!isElement && !attribute.subAttributes.has(name.toLowerCase()))
          refuseLine(
            line,
            `it has no sub-attribute "${name}"${didYouMean(
              name,
              [...attribute.subAttributes.values()].map((one) => one.name),
            )}`,
          )
      }
      if (!('value' in mapping.columns)) refuseLine(line, 'the table needs a column for "value"')
  }
}

function constantsOf(tree: BoundFilter, line: string): UnknownObject {
  if (tree.op === 'eq') return { [tree.attribute.name]: tree.value }
  if (tree.op === 'and') return Object.assign({}, ...tree.filters.map((filter) => constantsOf(filter, line)))
  return refuseLine(line, 'the element must be selected with eq')
}
