import type { BoundFilter } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import { isObject, isScimError } from '../protocol/index.js'
import type {
  AttributeDefinition,
  AttributeDefinitions,
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  ExtensionDefinition,
  Group,
  InferExtensions,
  ResourceTypeDefinition,
  User,
} from '../schema/index.js'
import { compileResourceType } from '../schema/index.js'
import type { AnyPlace, ColumnPlace } from './attribute-mapping.js'
import { isWritable } from './attribute-mapping.js'
import type { Slot } from './element-mapping.js'
import { Layout } from './layout.js'
import type { MappingDefinition, Overflow } from './paths.js'

/** A mapping between resources and rows, made by {@link mapUser} and its like. */
export interface Mapping<R extends CommonAttributes = never> {
  /**
   * The mapping for a resource type.
   *
   * @throws TypeError that names the line that is wrong.
   */
  layout(type: CompiledResourceType): Layout
  /** The resource type without the attributes that the mapping has no place for, and with those read-only that nobody can write. */
  narrow(definition: ResourceTypeDefinition): ResourceTypeDefinition
  /** Never there: says which resources are mapped. */
  readonly resource?: ((resource: R) => void) | undefined
}

/** The users that a mapping with extensions is for. */
type With<R, Extensions extends readonly ExtensionDefinition[]> = Extensions extends readonly []
  ? R
  : R & InferExtensions<Extensions>

/** Makes a mapping from its lines. */
export type MapResource<Row, R extends CommonAttributes> = <
  const Extensions extends readonly ExtensionDefinition[] = readonly [],
>(
  definition: MappingDefinition<Row, With<R, Extensions>>,
  options?: {
    /** Extensions besides the Enterprise User, as they are given to the service. */
    readonly extensions?: Extensions
  },
) => Mapping<With<R, Extensions>>

/**
 * Says in which column of a table each attribute of a resource lives; for resource types of your own.
 *
 * @see {@link mapUser}
 */
export function mapResource<Row, R extends CommonAttributes>(): MapResource<Row, R> {
  return (definition) => mappingOf(definition)
}

/**
 * Says in which column of a table each attribute of a user lives. A column or a path that is misspelt does not
 * compile; what only the resource type knows is checked when the service starts.
 *
 * @example
 * const mapping = mapUser<EmployeeRow>()({
 *   userName: 'login',
 *   'name.givenName': 'first_name',
 *   'emails[type eq "work"].value': column('work_email', { primary: true }),
 *   overflow: 'scim_data',
 * })
 */
export function mapUser<Row>(): MapResource<Row, User> {
  return mapResource<Row, User>()
}

/** {@link mapUser} for groups, whose members are the rows of another table: see {@link children}. */
export function mapGroup<Row>(): MapResource<Row, Group> {
  return mapResource<Row, Group>()
}

function mappingOf<R extends CommonAttributes>(definition: object): Mapping<R> {
  const layouts = new WeakMap<CompiledResourceType, Layout>()
  const mapping: Mapping<R> = {
    layout(type) {
      let layout = layouts.get(type)
      if (!layout) {
        layout = compile(definition as Readonly<Record<string, unknown>>, type)
        layouts.set(type, layout)
      }
      return layout
    },
    narrow(definition) {
      const type = compileResourceType(definition)
      return narrowed(definition, mapping.layout(type))
    },
  }
  return mapping
}

function fail(line: string, problem: string): never {
  throw new TypeError(`mapping: ${line}: ${problem}`)
}

function compile(definition: Readonly<Record<string, unknown>>, type: CompiledResourceType): Layout {
  const places = new Map<CompiledAttribute, AnyPlace>()
  const slots = new Map<string, Slot & { columns: Map<CompiledAttribute, ColumnPlace<never, never>> }>()
  const taken = new Map<string, string>()
  const take = (column: string, line: string) => {
    const other = taken.get(column)
    if (other !== undefined) fail(line, `the column "${column}" has been given to ${other} already`)
    taken.set(column, line)
  }
  const overflow = readOverflow(definition.overflow, type)
  if (overflow) take(overflow.column, 'overflow')
  for (const [line, given] of linesOf(definition, type)) {
    if (line === 'overflow' || given === undefined) continue
    const place = readPlace(given, line)
    const { attribute, filter, subAttribute } = pathOf(type, line)
    if (['id', 'schemas', 'meta'].includes(attribute.keys[0] ?? '')) fail(line, 'the store gives it')
    if (attribute === type.memberOf) fail(line, 'it follows from the groups')
    if (isWritable(place) && place.kind !== 'children' && 'column' in place) take(place.column, line)
    if (!filter) {
      const parts = ancestors(attribute).filter((attribute) => attribute.multiValued)
      if (parts.some((one) => one !== attribute)) {
        fail(line, `${parts[0]?.path} has several values: say which, as in ${parts[0]?.path}[type eq "work"]`)
      }
      checkKind(place, attribute, line)
      places.set(attribute, place)
      continue
    }
    if (place.kind !== 'column') fail(line, 'one element of several can be in columns only')
    if (!subAttribute) fail(line, 'say which sub-attribute, as in .value')
    const constants = constantsOf(filter.tree, line)
    const key = `${attribute.path}[${Object.entries(constants)
      .map(([name, value]) => `${name} eq ${JSON.stringify(value)}`)
      .join(' and ')}]`
    const slot = slots.get(key)
    const primary = place.primary ? { primary: true } : {}
    slots.set(key, {
      key,
      attribute,
      constants: { ...constants, ...slot?.constants, ...primary },
      selector: filter,
      columns: new Map([...(slot?.columns ?? []), [subAttribute, place]]),
    })
  }
  const layout = new Layout(type, places, [...slots.values()], overflow)
  for (const attribute of type.ordered) {
    if (attribute.required && attribute.mutability !== 'readOnly' && !layout.keeps(attribute)) {
      fail(attribute.path, 'it is required, and has neither a place nor an overflow')
    }
  }
  for (const attribute of places.keys()) {
    for (let at = attribute.parent; at; at = at.parent) {
      if (places.has(at)) fail(attribute.path, `${at.path} as a whole has a place already`)
    }
  }
  for (const { attribute, key } of slots.values()) {
    if (places.has(attribute)) fail(key, `${attribute.path} as a whole has a place already`)
  }
  return layout
}

/** The lines of a mapping, those of extensions with their URN in front. */
function linesOf(
  definition: Readonly<Record<string, unknown>>,
  type: CompiledResourceType,
): readonly (readonly [line: string, given: unknown])[] {
  return Object.entries(definition).flatMap(([line, given]) => {
    const isGroup = isObject(given) && given.kind === undefined && line !== 'overflow'
    if (!isGroup) return [[line, given] as const]
    if (!type.extensions.some(({ name }) => name === line)) fail(line, `${type.name} has no such extension`)
    return Object.entries(given).map(([inner, place]) => [`${line}:${inner}`, place] as const)
  })
}

function ancestors(attribute: CompiledAttribute): readonly CompiledAttribute[] {
  return attribute.parent ? [...ancestors(attribute.parent), attribute] : [attribute]
}

function readOverflow(given: unknown, type: CompiledResourceType) {
  if (given === undefined) return undefined
  if (typeof given === 'string') return { column: given, indexed: [] }
  // MappingDefinition allows nothing else.
  const { column, indexed = [] } = given as Overflow<Record<string, unknown>>
  if (typeof column !== 'string') fail('overflow', 'it is to be the name of a column')
  for (const path of indexed) pathOf(type, path)
  return { column, indexed }
}

const kinds: ReadonlySet<unknown> = new Set([
  'column',
  'json',
  'constant',
  'computed',
  'reference',
  'children',
])

function readPlace(given: unknown, line: string): AnyPlace {
  if (typeof given === 'string') return { kind: 'column', column: given }
  // MappingDefinition allows nothing else; a host without types is told.
  const place = given as AnyPlace
  if (!kinds.has(place?.kind)) fail(line, 'it is to be the name of a column, or column(), json() and so on')
  return place
}

function pathOf(type: CompiledResourceType, line: string) {
  try {
    return readPath(type, line)
  } catch (error) {
    if (isScimError(error)) fail(line, error.detail)
    throw error
  }
}

function checkKind(place: AnyPlace, attribute: CompiledAttribute, line: string): void {
  const simple = attribute.type !== 'complex' && !attribute.multiValued
  switch (place.kind) {
    case 'column':
      if (!simple)
        fail(
          line,
          `it is ${attribute.multiValued ? 'multi-valued' : 'complex'}: map what is inside, or json()`,
        )
      return
    case 'reference':
      if (attribute.multiValued || !attribute.subAttributes.has('value'))
        fail(line, 'a reference has a value, and only one')
      return
    case 'children':
      if (!attribute.multiValued) fail(line, 'rows of another table are for attributes with several values')
      for (const name of [...Object.keys(place.columns), ...Object.keys(place.constants)]) {
        const isWhole = attribute.type !== 'complex' && name === 'value'
        if (!isWhole && !attribute.subAttributes.has(name.toLowerCase()))
          fail(line, `it has no sub-attribute "${name}"`)
      }
      if (!('value' in place.columns)) fail(line, 'the table needs a column for "value"')
  }
}

function constantsOf(tree: BoundFilter, line: string): Record<string, unknown> {
  if (tree.op === 'eq') return { [tree.attribute.name]: tree.value }
  if (tree.op === 'and') return Object.assign({}, ...tree.filters.map((one) => constantsOf(one, line)))
  return fail(line, 'the element is to be told by eq')
}

/** The resource type as a table keeps it. */
function narrowed(definition: ResourceTypeDefinition, layout: Layout): ResourceTypeDefinition {
  const { type, overflow } = layout
  const isAll = overflow && [...layout.places.values()].every((place) => isWritable(place))
  if (isAll && ![...layout.places.values()].some(({ kind }) => kind === 'reference' || kind === 'children')) {
    return definition
  }
  const narrow = (
    definitions: AttributeDefinitions,
    among: ReadonlyMap<string, CompiledAttribute>,
  ): AttributeDefinitions =>
    Object.fromEntries(
      Object.entries(definitions).flatMap(([name, one]): [string, AttributeDefinition][] => {
        const found = among.get(name.toLowerCase())
        if (!found) return []
        // The service fills it in, whatever the store keeps; and it takes the secret, hashed, or drops it.
        if (found === type.memberOf) return [[name, one]]
        const keeps = layout.keeps(found)
        if (!keeps) return []
        const subAttributes = narrow(one.subAttributes, found.subAttributes)
        if (one.type === 'complex' && Object.keys(subAttributes).length === 0) return []
        const options =
          keeps === 'readOnly' ? { ...one.options, mutability: 'readOnly' as const } : one.options
        return [[name, { ...one, options, subAttributes }]]
      }),
    )
  const { schema } = definition
  const named = (name: string | undefined) => (name !== undefined && attributes[name] ? name : undefined)
  const attributes = narrow(schema.attributes, type.attributes)
  return {
    ...definition,
    schema: { ...schema, attributes },
    extensions: definition.extensions.flatMap((extension) => {
      const among = type.attributes.get(extension.urn.toLowerCase())?.subAttributes
      const inside = among ? narrow(extension.attributes, among) : {}
      return Object.keys(inside).length === 0 ? [] : [{ ...extension, attributes: inside }]
    }),
    activation: named(definition.activation),
    membership: named(definition.membership),
    labels: definition.labels.filter((name) => attributes[name]),
    memberOf: named(definition.memberOf),
    credential: named(definition.credential),
  }
}
