import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type { RowWith } from './row-with.js'

/** Options of {@link lookup}. */
export interface LookupOptions {
  /** The table with the values; with its schema before a dot where it is not on the search path. */
  readonly table: string
  /** Its column that the main table's column refers to. */
  readonly key: string
  /** Its column with the attribute's value. A unique index keeps it, together with the tenant, from having one twice. */
  readonly value: string
  /**
   * Inserts a value that is not there yet: `true` where the table gives all other columns a default, or a function that
   * returns the other columns of a new row, such as its key. A request inserts 100 values at most. Default: such a
   * value is refused, 400 `invalidValue`.
   */
  readonly create?: boolean | ((value: string) => Readonly<Record<string, unknown>>)
  /**
   * Its column with the tenant, so that tenants see and use values of their own; `false` where all tenants share one
   * list. Must be given where the store has tenants.
   */
  readonly tenant?: string | false
}

const optionNames = {
  table: true,
  key: true,
  value: true,
  create: true,
  tenant: true,
} satisfies OptionNames<LookupOptions>

/** A text that is in another table, whose row the column refers to. */
export interface LookupMapping<Row = never> extends LookupOptions {
  readonly kind: 'lookup'
  readonly column: string
  /** Never set: carries the type of the rows that have the column. */
  readonly row?: ((row: Row) => void) | undefined
}

/**
 * A text in another table, whose row a column refers to. It is filtered and sorted by as if it were here; where the
 * attribute's case does not matter, "engineering" finds "Engineering".
 *
 * @example
 * department: lookup('department_id', { table: 'departments', key: 'id', value: 'name', tenant: 'company', create: true })
 */
export function lookup<Row>(name: keyof Row & string, options: LookupOptions): LookupMapping<Row>
export function lookup<const Name extends string>(
  name: Name,
  options: LookupOptions,
): LookupMapping<RowWith<Name>>
export function lookup<Row>(name: keyof Row & string, options: LookupOptions): LookupMapping<Row> {
  assertKnownOptions('lookup', options, optionNames)
  for (const required of ['table', 'key', 'value'] as const) {
    if (typeof options?.[required] !== 'string' || options[required] === '')
      throw new TypeError(`lookup: ${required} is required: a name in the database`)
  }
  return { kind: 'lookup', column: name, ...options }
}
