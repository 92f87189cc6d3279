import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type { LookupMapping } from './lookup.js'
import type { RowWith } from './row-with.js'

/** Which values of a column mean one value of an attribute: a value, any of several, or any other than those. */
export type StoredValues<Stored> = Stored | readonly Stored[] | { readonly not: Stored | readonly Stored[] }

/** How a column's value and an attribute's differ. */
export interface ColumnOptions<Stored, Value> {
  /** The attribute's value; undefined where it has none. Default: the column's value as it is. */
  readonly read?: (stored: Stored) => Value | undefined
  /** The column's value. Left out, with `read` given: the attribute is read-only. */
  readonly write?: (value: Value) => Stored
  /** For booleans: which of the column's values mean `true` and which `false`, so that the database can filter. */
  readonly filter?: { readonly true: StoredValues<Stored>; readonly false: StoredValues<Stored> }
  /** For an element of a multi-valued attribute: it is the preferred one. */
  readonly primary?: true
}

/** How a column's text is written and compared, where it is the attribute's as it is. */
export interface PlainColumnOptions<Row> {
  /** For an element of a multi-valued attribute: it is the preferred one. */
  readonly primary?: true
  /**
   * Texts are written in lower case. Filters find what the host has written in another case too, and what is read is
   * what is stored. Default: texts are written as they come.
   */
  readonly normalize?: 'lowercase'
  /**
   * A column for the text in the lower case of Unicode, as JavaScript has it, whatever the database's own. It is written
   * together with the text, and filters and orders go by it; a unique index of it keeps values apart that differ in
   * more than case. Rows that the host has written without it, where it is null, are compared by the database's `lower`.
   */
  readonly foldedIn?: keyof Row & string
}
const columnOptionNames = {
  read: true,
  write: true,
  filter: true,
  primary: true,
  normalize: true,
  foldedIn: true,
} satisfies OptionNames<ColumnOptions<unknown, unknown> & PlainColumnOptions<unknown>>
const columnFilterNames = { true: true, false: true }

/** An attribute in a column. A column's name alone is the same as {@link column} without options. */
export interface ColumnMapping<Row = never, Value = never> {
  readonly kind: 'column'
  readonly column: string
  readonly read?: ((stored: never) => Value | undefined) | undefined
  readonly write?: ((value: Value) => unknown) | undefined
  readonly filter?:
    | { readonly true: StoredValues<unknown>; readonly false: StoredValues<unknown> }
    | undefined
  readonly primary?: true | undefined
  readonly normalize?: 'lowercase' | undefined
  readonly foldedIn?: string | undefined
  /** The path of the attribute whose column it is: see {@link sameAs}. */
  readonly sameAs?: string | undefined
  /** Never set: carries the type of the rows that have the column. */
  readonly row?: ((row: Row) => void) | undefined
}

/** A whole attribute as JSON in a column of the type `jsonb`. */
export interface JsonMapping<Row = never> {
  readonly kind: 'json'
  readonly column: string
  readonly row?: ((row: Row) => void) | undefined
}

/** The same value for every resource. */
export interface ConstantMapping<Value = never> {
  readonly kind: 'constant'
  readonly value: Value
}

/** A value computed from columns: read-only, and not available to filters. */
export interface ComputedMapping<Row = never, Value = never> {
  readonly kind: 'computed'
  readonly columns: readonly string[]
  readonly read: (row: never) => Value | undefined
  readonly row?: ((row: Row) => void) | undefined
}

/** A complex attribute that refers to another row of the same table by its id. */
export interface ReferenceMapping<Row = never> {
  readonly kind: 'reference'
  readonly column: string
  /** The column of the referenced row that holds its display name. */
  readonly displayName: string | undefined
  readonly row?: ((row: Row) => void) | undefined
}

/** A multi-valued attribute whose elements are the rows of another table. */
export interface ChildTableMapping {
  readonly kind: 'childTable'
  readonly table: string
  /** The column with the id of the resource that the row belongs to. */
  readonly key: string
  /** The columns of the sub-attributes; `value` for a multi-valued attribute without any. */
  readonly columns: Readonly<Record<string, string>>
  /** Sub-attributes that have the same value in every row. */
  readonly constants: Readonly<Record<string, string>>
  /** The column with the tenant, where the table has one. */
  readonly tenant: string | undefined
  /** The type of the ids in the column of `value`. Default: the type of the main table's ids. */
  readonly ids: 'uuid' | 'text' | 'integer' | undefined
}

/** A column without a translation, which fits attributes of any type. */
export type PlainColumnMapping<Row> = Pick<
  ColumnMapping<Row>,
  'kind' | 'column' | 'primary' | 'normalize' | 'foldedIn' | 'row'
>

/**
 * An attribute in a column whose values differ from the attribute's.
 *
 * @example
 * active: column('status', {
 *   read: (status) => status !== 'TERMINATED',
 *   write: (active) => (active ? 'ACTIVE' : 'TERMINATED'),
 *   filter: { true: { not: 'TERMINATED' }, false: 'TERMINATED' },
 * })
 */
export function column<Row, Value, const Name extends keyof Row & string>(
  name: Name,
  options: ColumnOptions<Row[Name], Value> & {
    readonly read: unknown
    readonly foldedIn?: keyof Row & string
  },
): ColumnMapping<Row, Value>
export function column<Row>(
  name: keyof Row & string,
  options: PlainColumnOptions<Row>,
): PlainColumnMapping<Row>
export function column<Row, Value, const Name extends keyof Row & string>(
  name: Name,
  options: ColumnOptions<Row[Name], Value>,
): ColumnMapping<Row, Value> {
  assertKnownOptions('column', options, columnOptionNames)
  assertKnownOptions('column', options?.filter, columnFilterNames, 'filter')
  return { kind: 'column', column: name, ...options }
}

/** A whole attribute, with its sub-attributes and elements, in a `jsonb` column. */
export function json<Row>(name: keyof Row & string): JsonMapping<Row>
export function json<const Name extends string>(name: Name): JsonMapping<RowWith<Name>>
export function json<Row>(name: keyof Row & string): JsonMapping<Row> {
  return { kind: 'json', column: name }
}

/** The same value for every resource. It is read-only, and filters can use it. */
export function constant<const Value>(value: Value): ConstantMapping<Value> {
  return { kind: 'constant', value }
}

/**
 * A read-only value computed from some columns.
 *
 * @example
 * displayName: computed(['first_name', 'last_name'], (row) => `${row.first_name} ${row.last_name}`)
 */
export function computed<Row, Value>(
  columns: readonly (keyof Row & string)[],
  read: (row: Row) => Value | undefined,
): ComputedMapping<Row, Value> {
  return { kind: 'computed', columns, read }
}

/** Options of {@link reference}. */
export interface ReferenceOptions<Row> {
  /** The column of the referenced row that holds its display name. */
  readonly displayName?: keyof Row & string
}

const referenceOptionNames = { displayName: true } satisfies OptionNames<ReferenceOptions<unknown>>

/**
 * A complex attribute that refers to a row of the same table.
 *
 * @example
 * [`${urns.enterpriseUser}:manager`]: reference('manager_id', { displayName: 'full_name' })
 */
export function reference<Row>(
  name: keyof Row & string,
  options?: ReferenceOptions<Row>,
): ReferenceMapping<Row>
export function reference<const Name extends string>(
  name: Name,
  options?: { readonly displayName?: Name },
): ReferenceMapping<RowWith<Name>>
export function reference<Row>(
  name: keyof Row & string,
  options: ReferenceOptions<Row> = {},
): ReferenceMapping<Row> {
  assertKnownOptions('reference', options, referenceOptionNames)
  return { kind: 'reference', column: name, displayName: options.displayName }
}

/** Options of {@link childTable}. */
export interface ChildTableOptions<ChildRow> {
  /** The column with the id of the resource that the row belongs to. */
  readonly key: keyof ChildRow & string
  /** The columns of the sub-attributes; `value` for a multi-valued attribute without any. */
  readonly columns: Readonly<Record<string, keyof ChildRow & string>>
  /** Sub-attributes that have the same value in every row. */
  readonly constants?: Readonly<Record<string, string>>
  /** The column with the tenant, where the table has one. */
  readonly tenant?: keyof ChildRow & string
  /** The type of the ids in `value`, where it holds ids. Default: the type of the main table's ids. */
  readonly ids?: 'uuid' | 'text' | 'integer' | 'bigint' | 'bigint'
}

const childTableOptionNames = {
  key: true,
  columns: true,
  constants: true,
  tenant: true,
  ids: true,
} satisfies OptionNames<ChildTableOptions<unknown>>

/**
 * A multi-valued attribute with a row for each element in a table of its own: e-mail addresses, or a group's members.
 *
 * @example
 * phoneNumbers: childTable<PhoneRow>('phones', { key: 'employee_id', columns: { value: 'number', type: 'kind' } })
 */
export function childTable<ChildRow = Readonly<Record<string, unknown>>>(
  table: string,
  options: ChildTableOptions<ChildRow>,
): ChildTableMapping {
  assertKnownOptions('childTable', options, childTableOptionNames)
  const { key, columns, constants = {}, tenant, ids } = options
  return {
    kind: 'childTable',
    table,
    key,
    columns,
    constants,
    tenant,
    ids: ids === 'bigint' ? 'integer' : ids,
  }
}

/** How any attribute is mapped, whatever the rows and values. */
export type AttributeMapping =
  | ColumnMapping<never, never>
  | JsonMapping<never>
  | ConstantMapping<unknown>
  | ComputedMapping<never, unknown>
  | ReferenceMapping<never>
  | LookupMapping<never>
  | ChildTableMapping

/** Whether a mapping stores what is written to its attribute. */
export function acceptsWrites(mapping: AttributeMapping): boolean {
  if (mapping.kind === 'constant' || mapping.kind === 'computed') return false
  return mapping.kind !== 'column' || !mapping.read || mapping.write !== undefined
}
