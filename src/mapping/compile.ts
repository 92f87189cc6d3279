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
import type { SameAsMapping } from './same-as.js'

function refuseLine(line: string, problem: string): never {
  throw new TypeError(`mapping: ${line}: ${problem}`)
}

/** @throws TypeError that names the line of the mapping that is wrong. */
export function compileMapping(definition: UnknownObject, type: CompiledResourceType): Layout {
  const attributes = new Map<CompiledAttribute, AttributeMapping>()
  const elements = new Map<string, ElementMapping>()
  const aliases: (readonly [line: string, path: ResolvedPath, mapping: SameAsMapping])[] = []
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
    const path = resolvePath(type, line)
    const { attribute, filter, subAttribute } = path
    if (['id', 'schemas', 'meta'].includes(attribute.keys[0] ?? '')) refuseLine(line, 'the store gives it')
    if (attribute === type.memberOf) refuseLine(line, 'it follows from the groups')
    if (mapping.kind === 'sameAs') {
      aliases.push([line, path, mapping])
      continue
    }
    if (acceptsWrites(mapping) && mapping.kind !== 'childTable' && 'column' in mapping)
      claimColumn(mapping.column, line)
    if (mapping.kind === 'column') {
      checkColumn(mapping, subAttribute ?? attribute, line)
      if (mapping.foldedIn !== undefined) claimColumn(mapping.foldedIn, line)
    }
    if (!filter) {
      assertSingle(attribute, line)
      checkKind(mapping, attribute, line)
      attributes.set(attribute, mapping)
      continue
    }
    if (mapping.kind !== 'column') refuseLine(line, 'one element of several can be in columns only')
    if (!subAttribute) refuseLine(line, 'say which sub-attribute, as in .value')
    addElement(elements, { attribute, subAttribute, mapping, selector: filter, line })
  }
  addAliases(aliases, attributes, elements, type)
  const layout = new Layout(type, attributes, [...elements.values()], overflow)
  checkLayout(layout)
  return layout
}

type ResolvedPath = ReturnType<typeof resolvePath>

/** @throws TypeError for an attribute inside of elements of which the line does not say which. */
function assertSingle(attribute: CompiledAttribute, line: string): void {
  const multiValued = chainOf(attribute).find((part) => part.multiValued && part !== attribute)
  if (!multiValued) return
  const { path } = multiValued
  refuseLine(line, `${path} has several values: say which, as in ${path}[type eq "work"]`)
}

/** Gives attributes the columns of those that they are the same as. */
function addAliases(
  aliases: readonly (readonly [line: string, path: ResolvedPath, mapping: SameAsMapping])[],
  attributes: Map<CompiledAttribute, AttributeMapping>,
  elements: Map<string, ElementMapping>,
  type: CompiledResourceType,
): void {
  const columnAt = ({ attribute, filter, subAttribute }: ResolvedPath, line: string) => {
    const mapping = !filter
      ? attributes.get(attribute)
      : subAttribute &&
        elements.get(elementKey(attribute, constantsOf(filter.tree, line)))?.columns.get(subAttribute)
    return mapping?.kind === 'column' && mapping.sameAs === undefined ? mapping : undefined
  }
  const named = aliases.map(([line, path, { path: source, primary }]) => {
    if (typeof source !== 'string') refuseLine(line, 'sameAs() needs the path of an attribute')
    const sourcePath = resolvePath(type, source)
    const column = columnAt(sourcePath, line)
    if (!column)
      refuseLine(
        line,
        `it can only be the same as an attribute in a column, and ${source} is in none of its own`,
      )
    if (path.filter && !path.subAttribute) refuseLine(line, 'say which sub-attribute, as in .value')
    const [ofAlias, ofSource] = [targetOf(path), targetOf(sourcePath)]
    if (ofAlias.multiValued || ofAlias.type !== ofSource.type)
      refuseLine(line, `it cannot be the same as ${source}, whose values are of another type`)
    const { primary: _primary, ...rest } = column
    return { line, path, mapping: { ...rest, primary, sameAs: source } }
  })
  for (const { line, path, mapping } of named) {
    const { attribute, filter, subAttribute } = path
    if (filter && subAttribute)
      addElement(elements, { attribute, subAttribute, mapping, selector: filter, line })
    else {
      assertSingle(attribute, line)
      attributes.set(attribute, mapping)
    }
  }
}

function targetOf({ attribute, subAttribute }: ResolvedPath): CompiledAttribute {
  return subAttribute ?? attribute
}

function elementKey(attribute: CompiledAttribute, constants: UnknownObject): string {
  const terms = Object.entries(constants).map(([name, value]) => `${name} eq ${JSON.stringify(value)}`)
  return `${attribute.path}[${terms.join(' and ')}]`
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
  const key = elementKey(attribute, constants)
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

const mappingKinds: ReadonlySet<unknown> = new Set<(AttributeMapping | SameAsMapping)['kind']>([
  'column',
  'json',
  'constant',
  'computed',
  'reference',
  'lookup',
  'sameAs',
  'childTable',
])

function readMapping(given: unknown, line: string): AttributeMapping | SameAsMapping {
  if (typeof given === 'string') return { kind: 'column', column: given }
  // MappingDefinition allows nothing else; hosts without types see the message.
  const mapping = given as AttributeMapping | SameAsMapping
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

function isText({ type }: CompiledAttribute): boolean {
  return type === 'string' || type === 'reference'
}

/** @throws TypeError for options of a column that do not go together, or not with the attribute. */
function checkColumn(mapping: ColumnMapping<never, never>, attribute: CompiledAttribute, line: string): void {
  const { normalize, foldedIn, read, write } = mapping
  if (normalize !== undefined && normalize !== 'lowercase')
    refuseLine(line, 'normalize can be "lowercase" only')
  if (normalize && (read || write)) refuseLine(line, 'normalize is for a column without read and write')
  if ((normalize || foldedIn !== undefined) && !isText(attribute))
    refuseLine(line, `only texts have a case, and ${attribute.path} is none`)
}

function checkKind(mapping: AttributeMapping, attribute: CompiledAttribute, line: string): void {
  switch (mapping.kind) {
    case 'column':
      if (attribute.multiValued) refuseLine(line, 'it is multi-valued: map what is inside, or json()')
      if (attribute.type === 'complex') refuseLine(line, 'it is complex: map what is inside, or json()')
      return
    case 'lookup':
      if (attribute.multiValued || !isText(attribute)) refuseLine(line, 'what is looked up is one text')
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
