/** Which values of a column mean one value of an attribute: one of them, or anything else than them. */
export type Condition<Stored> = Stored | readonly Stored[] | { readonly not: Stored | readonly Stored[] }

/** How a column's value and an attribute's differ. */
export interface ColumnOptions<Stored, Value> {
  /** The attribute's value; undefined where it has none. Left out: the column's value as it is. */
  readonly read?: (stored: Stored) => Value | undefined
  /** The column's value. Left out, with `read` given: the attribute is read-only. */
  readonly write?: (value: Value) => Stored
  /** For booleans: which of the column's values mean `true` and which `false`, so that the database can filter. */
  readonly filter?: { readonly true: Condition<Stored>; readonly false: Condition<Stored> }
  /** For an element of a multi-valued attribute: it is the preferred one. */
  readonly primary?: true
}

/** An attribute in a column. `column` as a plain text is the same as {@link column} without options. */
export interface ColumnPlace<Row = never, Value = never> {
  readonly kind: 'column'
  readonly column: string
  readonly read?: ((stored: never) => Value | undefined) | undefined
  readonly write?: ((value: Value) => unknown) | undefined
  readonly filter?: { readonly true: Condition<unknown>; readonly false: Condition<unknown> } | undefined
  readonly primary?: true | undefined
  /** Never there: says which rows have the column. */
  readonly row?: ((row: Row) => void) | undefined
}

/** A whole attribute as JSON in a column of the type `jsonb`. */
export interface JsonPlace<Row = never> {
  readonly kind: 'json'
  readonly column: string
  readonly row?: ((row: Row) => void) | undefined
}

/** The same value for every resource. */
export interface ConstantPlace<Value = never> {
  readonly kind: 'constant'
  readonly value: Value
}

/** A value that is made of columns; nobody can write it or filter by it. */
export interface ComputedPlace<Row = never, Value = never> {
  readonly kind: 'computed'
  readonly columns: readonly string[]
  readonly read: (row: never) => Value | undefined
  readonly row?: ((row: Row) => void) | undefined
}

/** A complex attribute that refers to another row of the same table by its id. */
export interface ReferencePlace<Row = never> {
  readonly kind: 'reference'
  readonly column: string
  /** The column of the other row that names it. */
  readonly displayName: string | undefined
  readonly row?: ((row: Row) => void) | undefined
}

/** A multi-valued attribute whose elements are the rows of another table. */
export interface ChildrenPlace {
  readonly kind: 'children'
  readonly table: string
  /** The column with the id of the resource that the row belongs to. */
  readonly key: string
  /** The columns of the sub-attributes; `value` for a multi-valued attribute without any. */
  readonly columns: Readonly<Record<string, string>>
  /** Sub-attributes that have the same value in every row. */
  readonly constants: Readonly<Record<string, string>>
  /** The column with the tenant, where the table has one. */
  readonly tenant: string | undefined
  /** Of which type the column of `value` is, where that is the id of a resource; the same as the ids of the table unless told. */
  readonly ids: 'uuid' | 'text' | 'integer' | undefined
}

/** A column without a translation, which fits attributes of any type. */
export type PlainColumnPlace<Row> = Pick<ColumnPlace<Row>, 'kind' | 'column' | 'primary' | 'row'>

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
export function column<Row>(
  name: keyof Row & string,
  options: { readonly primary: true },
): PlainColumnPlace<Row>
export function column<Row, Value, const Name extends keyof Row & string>(
  name: Name,
  options: ColumnOptions<Row[Name], Value> & { readonly read: unknown },
): ColumnPlace<Row, Value>
export function column<Row, Value, const Name extends keyof Row & string>(
  name: Name,
  options: ColumnOptions<Row[Name], Value>,
): ColumnPlace<Row, Value> {
  return { kind: 'column', column: name, ...options }
}

/** A whole attribute, with its sub-attributes and elements, in a `jsonb` column. */
export function json<Row>(name: keyof Row & string): JsonPlace<Row> {
  return { kind: 'json', column: name }
}

/** The same value for every resource. It is read-only, and can be filtered by. */
export function constant<const Value>(value: Value): ConstantPlace<Value> {
  return { kind: 'constant', value }
}

/**
 * A read-only value made of some columns.
 *
 * @example
 * displayName: computed(['first_name', 'last_name'], (row) => `${row.first_name} ${row.last_name}`)
 */
export function computed<Row, Value>(
  columns: readonly (keyof Row & string)[],
  read: (row: Row) => Value | undefined,
): ComputedPlace<Row, Value> {
  return { kind: 'computed', columns, read }
}

/**
 * A complex attribute that refers to a row of the same table.
 *
 * @example
 * [`${urns.enterpriseUser}:manager`]: reference('manager_id', { displayName: 'full_name' })
 */
export function reference<Row>(
  name: keyof Row & string,
  options: { readonly displayName?: keyof Row & string } = {},
): ReferencePlace<Row> {
  return { kind: 'reference', column: name, displayName: options.displayName }
}

/**
 * A multi-valued attribute with a row for each element in a table of its own: e-mail addresses, or a group's members.
 *
 * @example
 * phoneNumbers: children<PhoneRow>('phones', { key: 'employee_id', columns: { value: 'number', type: 'kind' } })
 */
export function childTable<ChildRow = Readonly<Record<string, unknown>>>(
  table: string,
  options: {
    readonly key: keyof ChildRow & string
    readonly columns: Readonly<Record<string, keyof ChildRow & string>>
    readonly constants?: Readonly<Record<string, string>>
    readonly tenant?: keyof ChildRow & string
    /** Of which type the ids in `value` are, where it has ids; the type of the table's own ids unless told. */
    readonly ids?: 'uuid' | 'text' | 'integer'
  },
): ChildrenPlace {
  const { key, columns, constants = {}, tenant, ids } = options
  return { kind: 'children', table, key, columns, constants, tenant, ids }
}

/** A place whatever rows and values it is for. */
export type AnyPlace =
  | ColumnPlace<never, never>
  | JsonPlace<never>
  | ConstantPlace<unknown>
  | ComputedPlace<never, unknown>
  | ReferencePlace<never>
  | ChildrenPlace

/** Whether a place takes what is written to it. */
export function isWritable(place: AnyPlace): boolean {
  if (place.kind === 'constant' || place.kind === 'computed') return false
  return place.kind !== 'column' || !place.read || place.write !== undefined
}
