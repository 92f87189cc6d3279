import type { OmitIndexSignature, Simplify } from 'type-fest'
import type { CommonAttributes } from '../schema/index.js'
import type {
  ChildTableMapping,
  ColumnMapping,
  ComputedMapping,
  ConstantMapping,
  JsonMapping,
  ReferenceMapping,
} from './attribute-mapping.js'
import type { LookupMapping } from './lookup.js'
import type { SameAsMapping } from './same-as.js'

/** What cannot be mapped: the store gives it. */
type GivenByStore = 'id' | 'meta' | 'schemas'

type Present<T> = NonNullable<T>
type Keys<T> = Exclude<keyof T & string, GivenByStore>
/** An extension's URN is followed by a colon, any other path by a dot. */
type Joint<Key extends string> = Key extends `urn:${string}` ? ':' : '.'

/** Columns whose values need no translation for an attribute; those of a dateTime may be dates. */
type Fitting<Row, Value> = {
  [Name in keyof Row & string]: Present<Row[Name]> extends ([Value] extends [string] ? string | Date : Value)
    ? Name
    : never
}[keyof Row & string]

/** What can be in a column: of one element too. */
type InColumn<Row, Value, Paths extends string> =
  | Fitting<Row, Value>
  | ColumnMapping<Row, Value>
  | SameAsMapping<Paths>

type Single<Row, Value, Paths extends string> =
  | InColumn<Row, Value, Paths>
  | ConstantMapping<Value>
  | ComputedMapping<Row, Value>
  | ([Value] extends [string] ? LookupMapping<Row> : never)

/** The paths of what a resource has that can be in a column. */
type PathsIn<Holder, Prefix extends string = ''> = {
  [Key in Keys<Holder>]: PathsAt<`${Prefix}${Key}`, Key, Present<Holder[Key]>>
}[Keys<Holder>]

type PathsAt<Path extends string, Key extends string, Value> = [Value] extends [readonly (infer Element)[]]
  ? Element extends object
    ? `${Path}[${string}].${keyof Element & string}`
    : never
  : [Value] extends [object]
    ? PathsIn<Value, `${Path}${Joint<Key>}`>
    : Path

/** The paths inside an object at a path, and what each can be. */
type Inside<Row, Prefix extends string, Holder, Paths extends string> = {
  [Key in Keys<Holder>]: At<Row, `${Prefix}${Key}`, Key, Present<Holder[Key]>, Paths>
}[Keys<Holder>]

type Whole<Row, Path extends string, Value> = { readonly [P in Path]?: Value | JsonMapping<Row> }

// The brackets keep `boolean` in one piece.
type At<Row, Path extends string, Key extends string, Value, Paths extends string> = [Value] extends [
  readonly (infer Element)[],
]
  ? Whole<Row, Path, ChildTableMapping> &
      (Element extends object
        ? {
            readonly [Sub in keyof Element & string as `${Path}[${string}].${Sub}`]?: InColumn<
              Row,
              Present<Element[Sub]>,
              Paths
            >
          }
        : unknown)
  : [Value] extends [object]
    ? Whole<Row, Path, Key extends `urn:${string}` ? Lines<Row, Value, Paths> : ReferenceMapping<Row>> &
        Merge<Inside<Row, `${Path}${Joint<Key>}`, Value, Paths>>
    : Whole<Row, Path, Single<Row, Value, Paths>>

/** A union of object types as one type with all their members. */
type Merge<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** The lines for what is inside an object, such as an extension. */
type Lines<Row, Holder, Paths extends string> = Simplify<Merge<Inside<Row, '', Holder, Paths>>>

/** A JSON column that stores every attribute that is not mapped itself. */
export interface Overflow<Row> {
  readonly column: keyof Row & string
  /** Multi-valued attributes whose elements an index of the table finds, as `scimTables` has one for `emails`. */
  readonly indexed?: readonly string[]
}

/** Where each attribute of a resource lives in a row: a column's name, or what {@link column} and its like return, by path. */
export type MappingDefinition<Row, R extends CommonAttributes> = Lines<Row, R, PathsIn<R>> & {
  readonly overflow?: (keyof Row & string) | Overflow<Row>
}

/** Any line, for paths that the compiler does not know. */
type AnyLine<Row> =
  | (keyof Row & string)
  | (Omit<ColumnMapping<Row>, 'read' | 'write'> & {
      readonly read?: ((stored: never) => unknown) | undefined
      readonly write?: ((value: never) => unknown) | undefined
    })
  | JsonMapping<Row>
  | ConstantMapping<unknown>
  | ComputedMapping<Row, unknown>
  | ReferenceMapping<Row>
  | LookupMapping<Row>
  | SameAsMapping
  | ChildTableMapping

/** The lines of an extension that the compiler does not know yet. */
export interface LinesOfAnyExtension<Row> {
  readonly [urn: `urn:${string}`]: { readonly [path: string]: AnyLine<Row> }
}

/** The lines whose paths have no filter. */
export type NamedLines<Row, R extends CommonAttributes> = OmitIndexSignature<MappingDefinition<Row, R>>

/** Lines of which some have a path that the compiler does not know. */
export type ComputedLines<Row, R extends CommonAttributes> = NamedLines<Row, R> & {
  readonly [path: string]: AnyLine<Row>
}
