import { sql } from 'kysely'
import type { Layout } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { RowFilter } from './row-filter.js'
import { isChosen } from './row-filter.js'
import type { Condition, Sql } from './sql.js'
import { and } from './sql.js'

/** The types of ids, each with a canonical form that the store can recognise; integers of any size. */
export type IdType = 'uuid' | 'text' | 'integer'

/** The types of parameters and keys. */
export type ValueType = IdType | 'boolean' | 'number' | 'instant'

/** A table with everything that statements are made from. */
export interface TableShape {
  /** Its name, with the schema before a dot where it needs one. */
  readonly name: string
  readonly layout: Layout
  readonly id: { readonly column: string; readonly type: IdType }
  readonly tenant: string | undefined
  /** A column that counts versions; undefined: what the database itself has for the version of a row. */
  readonly version: string | undefined
  /** Columns whose values together are the version of a row, instead of one that counts. */
  readonly versionColumns?: readonly string[] | undefined
  readonly created: string
  readonly lastModified: string
  /** Which of the tenant's rows are the directory's; undefined: all. */
  readonly where?: RowFilter | undefined
  /** The part of it that a row still fulfils when it has been marked as deleted. */
  readonly lastingWhere?: RowFilter | undefined
  readonly booleansAreNumbers: boolean
  /** Whether scimkit has created the table, and knows the types of its columns. */
  readonly isScimTable: boolean
}

/** Whether a text is the canonical form of an id; no other text equals one. */
export function isId(type: IdType, text: string): boolean {
  switch (type) {
    case 'uuid':
      return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text)
    case 'integer':
      return /^(?:0|-?[1-9]\d{0,18})$/.test(text) && (text.length < 19 || fitsInteger(text))
    case 'text':
      return !text.includes('\0')
  }
}

/** Whether a number is one of 64 bits. */
function fitsInteger(text: string): boolean {
  const number = BigInt(text)
  return BigInt.asIntN(64, number) === number
}

/** The type that an attribute's values have in the database. */
export function valueTypeOf({ type }: CompiledAttribute): ValueType {
  switch (type) {
    case 'boolean':
      return 'boolean'
    case 'integer':
    case 'decimal':
      return 'number'
    case 'dateTime':
      return 'instant'
    default:
      return 'text'
  }
}

/** The alias of the table in every statement. */
export const alias = sql.ref('t')

export function columnOf(name: string, table: Sql = alias): Sql {
  return sql`${table}.${sql.id(name)}`
}

/** Whether a row of the table is the tenant's. */
export function isOfTenant({ tenant: column }: TableShape, tenant: unknown, row: Sql = alias): Sql | true {
  return column === undefined ? true : sql`${columnOf(column, row)} = ${tenant}`
}

/** Whether a row of the table is one of the tenant's directory. */
export function isOwn(table: TableShape, tenant: unknown): Condition {
  return and([isOfTenant(table, tenant), isChosen(table.where, alias, table)])
}
