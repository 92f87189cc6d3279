import type { Simplify } from 'type-fest'
import type { CommonAttributes } from '../schema/index.js'
import type {
  ChildTableMapping,
  ColumnMapping,
  ComputedMapping,
  ConstantMapping,
  JsonMapping,
  ReferenceMapping,
} from './attribute-mapping.js'

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

type Single<Row, Value> =
  | Fitting<Row, Value>
  | ColumnMapping<Row, Value>
  | ConstantMapping<Value>
  | ComputedMapping<Row, Value>

/** The paths inside an object at a path, and what each can be. */
type Inside<Row, Prefix extends string, Holder> = {
  [Key in Keys<Holder>]: At<Row, `${Prefix}${Key}`, Key, Present<Holder[Key]>>
}[Keys<Holder>]

type Whole<Row, Path extends string, Value> = { readonly [P in Path]?: Value | JsonMapping<Row> }

// The brackets keep `boolean` in one piece.
type At<Row, Path extends string, Key extends string, Value> = [Value] extends [readonly (infer Element)[]]
  ? Whole<Row, Path, ChildTableMapping> &
      (Element extends object
        ? {
            readonly [Sub in keyof Element & string as `${Path}[${string}].${Sub}`]?:
              | Fitting<Row, Present<Element[Sub]>>
              | ColumnMapping<Row, Present<Element[Sub]>>
          }
        : unknown)
  : [Value] extends [object]
    ? Whole<Row, Path, Key extends `urn:${string}` ? Lines<Row, Value> : ReferenceMapping<Row>> &
        Merge<Inside<Row, `${Path}${Joint<Key>}`, Value>>
    : Whole<Row, Path, Single<Row, Value>>

/** A union of object types as one type with all their members. */
type Merge<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** The lines for what is inside an object, such as an extension. */
type Lines<Row, Holder> = Simplify<Merge<Inside<Row, '', Holder>>>

/** A JSON column that stores every attribute that is not mapped itself. */
export interface Overflow<Row> {
  readonly column: keyof Row & string
  /** Multi-valued attributes whose elements an index of the table finds, as `scimTables` has one for `emails`. */
  readonly indexed?: readonly string[]
}

/** Where each attribute of a resource lives in a row: a column's name, or what {@link column} and its like return, by path. */
export type MappingDefinition<Row, R extends CommonAttributes> = Lines<Row, R> & {
  readonly overflow?: (keyof Row & string) | Overflow<Row>
}
