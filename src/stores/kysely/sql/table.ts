import { sql } from 'kysely'
import type { Layout } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Sql } from './sql.js'

/** The types of ids, each with a canonical form that the store can recognise. */
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
  readonly created: string
  readonly lastModified: string
}

/** Whether a text is the canonical form of an id; no other text equals one. */
export function isId(type: IdType, text: string): boolean {
  switch (type) {
    case 'uuid':
      return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text)
    case 'integer':
      return /^(?:0|-?[1-9]\d{0,17})$/.test(text)
    case 'text':
      return !text.includes('\0')
  }
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
export function isOfTenant({ tenant: column }: TableShape, tenant: unknown): Sql | true {
  return column === undefined ? true : sql`${columnOf(column)} = ${tenant}`
}
