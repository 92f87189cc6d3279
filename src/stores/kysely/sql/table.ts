import { sql } from 'kysely'
import type { Layout } from '../../../mapping/index.js'
import type { Sql } from './sql.js'

/** The types of ids that the store can tell a well-formed value of. */
export type IdType = 'uuid' | 'text' | 'integer'

/** A table with everything that SQL is made from. */
export interface TableShape {
  /** Its name, with the schema before a point where it needs one. */
  readonly name: string
  readonly layout: Layout
  readonly id: { readonly column: string; readonly type: IdType }
  readonly tenant: string | undefined
  /** A column that counts versions; undefined: PostgreSQL's `xmin`. */
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

/** The alias of the table in every statement. */
export const alias = sql.ref('t')

export function columnOf(name: string, table: Sql = alias): Sql {
  return sql`${table}.${sql.id(name)}`
}
