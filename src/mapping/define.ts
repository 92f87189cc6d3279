import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type {
  CommonAttributes,
  CompiledResourceType,
  ExtensionDefinition,
  Group,
  InferExtensions,
  ResourceTypeDefinition,
  User,
} from '../schema/index.js'
import { compileResourceType } from '../schema/index.js'
import { compileMapping } from './compile.js'
import type { Layout } from './layout.js'
import type { ComputedLines, LinesOfAnyExtension, MappingDefinition, NamedLines } from './paths.js'
import { restrictDefinition } from './restrict.js'

/** A mapping between resources and rows, made by {@link mapUser} and its like. */
export interface Mapping<R extends CommonAttributes = never, Row = never> {
  /**
   * The mapping for a resource type.
   *
   * @throws TypeError that names the line that is wrong.
   */
  layout(type: CompiledResourceType): Layout
  /** The resource type without the attributes that are not mapped; those that cannot be written are read-only. */
  restrictResourceType(definition: ResourceTypeDefinition): ResourceTypeDefinition
  /** Never set: carries the type of the resources that are mapped. */
  readonly resource?: ((resource: R) => void) | undefined
  /** Never set: carries the type of the rows. */
  readonly row?: ((row: Row) => void) | undefined
}

/** A resource with the attributes of extensions. */
type WithExtensions<R, Extensions extends readonly ExtensionDefinition[]> = [Extensions] extends [readonly []]
  ? R
  : R & InferExtensions<Extensions>

/** The lines for a resource; while the compiler does not know the extensions yet, those of any. */
type LinesWith<Row, R extends CommonAttributes, Extensions extends readonly ExtensionDefinition[]> = [
  Extensions,
] extends [never]
  ? MappingDefinition<Row, R> & LinesOfAnyExtension<Row>
  : MappingDefinition<Row, WithExtensions<R, Extensions>>

/** Options of what {@link mapUser} and its like return. */
export interface MapOptions<Extensions extends readonly ExtensionDefinition[]> {
  /** Extensions besides the Enterprise User, as they are given to the service. */
  readonly extensions?: Extensions
}

const optionNames = { extensions: true } satisfies OptionNames<MapOptions<readonly []>>

/** Makes a mapping from its lines. */
export interface MapResource<Row, R extends CommonAttributes> {
  <const Extensions extends readonly ExtensionDefinition[] = readonly []>(
    definition: LinesWith<Row, R, Extensions>,
    options?: MapOptions<Extensions>,
  ): Mapping<WithExtensions<R, Extensions>, Row>
  /** With a path that is made of others: the compiler knows it as some text, and checks the other lines. */
  <
    Definition extends ComputedLines<Row, R> | object,
    const Extensions extends readonly ExtensionDefinition[] = readonly [],
  >(
    definition: Definition & NamedLines<Row, R>,
    ...options: string extends keyof Definition ? [options?: MapOptions<Extensions>] : OtherOverload
  ): Mapping<WithExtensions<R, Extensions>, Row>
}

/** Arguments that nobody has: where no path is computed, only the overload before it is tried and explained. */
type OtherOverload = [never, never, never]

/**
 * States in which column of a table each attribute of a resource lives; for resource types of your own.
 *
 * @see {@link mapUser}
 */
export function mapResource<Row, R extends CommonAttributes>(): MapResource<Row, R> {
  return mapperNamed<Row, R>('mapResource')
}

/**
 * States in which column of a table each attribute of a user lives. A misspelt column or path does not compile; what
 * only the resource type knows is checked when the service starts.
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
  return mapperNamed<Row, User>('mapUser')
}

/** {@link mapUser} for groups, whose members are the rows of another table: see {@link childTable}. */
export function mapGroup<Row>(): MapResource<Row, Group> {
  return mapperNamed<Row, Group>('mapGroup')
}

function mapperNamed<Row, R extends CommonAttributes>(factory: string): MapResource<Row, R> {
  return (definition: object, options?: MapOptions<readonly ExtensionDefinition[]>) => {
    assertKnownOptions(factory, options, optionNames)
    return createMapping(definition)
  }
}

function createMapping<R extends CommonAttributes, Row>(definition: object): Mapping<R, Row> {
  const layouts = new WeakMap<CompiledResourceType, Layout>()
  const mapping: Mapping<R, Row> = {
    layout(type) {
      let layout = layouts.get(type)
      if (!layout) {
        layout = compileMapping({ ...definition }, type)
        layouts.set(type, layout)
      }
      return layout
    },
    restrictResourceType(definition) {
      return restrictDefinition(definition, mapping.layout(compileResourceType(definition)))
    },
  }
  return mapping
}
