import type { Simplify } from 'type-fest'
import type { CommonAttributes } from '../schema/index.js'
import type {
  ChildrenPlace,
  ColumnPlace,
  ComputedPlace,
  ConstantPlace,
  JsonPlace,
  ReferencePlace,
} from './attribute-mapping.js'

/** What a mapping has no say in: the store gives it. */
type Given = 'id' | 'meta' | 'schemas'

type Present<T> = NonNullable<T>
type Keys<T> = Exclude<keyof T & string, Given>
/** Behind an extension's URN comes a colon, behind anything else a point. */
type Joint<Key extends string> = Key extends `urn:${string}` ? ':' : '.'

/** Columns whose values can be those of an attribute without further ado; a dateTime's are dates too. */
type Fitting<Row, Value> = {
  [Name in keyof Row & string]: Present<Row[Name]> extends ([Value] extends [string] ? string | Date : Value)
    ? Name
    : never
}[keyof Row & string]

type Single<Row, Value> =
  | Fitting<Row, Value>
  | ColumnPlace<Row, Value>
  | ConstantPlace<Value>
  | ComputedPlace<Row, Value>

/** The paths inside an object at a path, and what each can be. */
type Inside<Row, Prefix extends string, Holder> = {
  [Key in Keys<Holder>]: At<Row, `${Prefix}${Key}`, Key, Present<Holder[Key]>>
}[Keys<Holder>]

type Whole<Row, Path extends string, Value> = { readonly [P in Path]?: Value | JsonPlace<Row> }

// The brackets keep `boolean` in one piece.
type At<Row, Path extends string, Key extends string, Value> = [Value] extends [readonly (infer Element)[]]
  ? Whole<Row, Path, ChildrenPlace> &
      (Element extends object
        ? {
            readonly [Sub in keyof Element & string as `${Path}[${string}].${Sub}`]?:
              | Fitting<Row, Present<Element[Sub]>>
              | ColumnPlace<Row, Present<Element[Sub]>>
          }
        : unknown)
  : [Value] extends [object]
    ? Whole<Row, Path, Key extends `urn:${string}` ? Lines<Row, Value> : ReferencePlace<Row>> &
        Merge<Inside<Row, `${Path}${Joint<Key>}`, Value>>
    : Whole<Row, Path, Single<Row, Value>>

/** A union of object types as one type with all their members. */
type Merge<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** The lines for what is inside an object, an extension's for one. */
type Lines<Row, Holder> = Simplify<Merge<Inside<Row, '', Holder>>>

/** A JSON column that keeps every attribute without a place of its own. */
export interface Overflow<Row> {
  readonly column: keyof Row & string
  /** Multi-valued attributes whose elements an index of the table finds; see `scimTables`. */
  readonly indexed?: readonly string[]
}

/** Where each attribute of a resource lives in a row: paths to columns and other places. */
export type MappingDefinition<Row, R extends CommonAttributes> = Lines<Row, R> & {
  readonly overflow?: (keyof Row & string) | Overflow<Row>
}
