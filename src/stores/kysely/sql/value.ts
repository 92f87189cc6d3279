import { sql } from 'kysely'
import type { Comparator, Literal } from '../../../filter/index.js'
import type { Condition, Sql } from './sql.js'

/** The operators that compare by order. */
export type OrderOperator = 'gt' | 'ge' | 'lt' | 'le'
/** The operators that a database compares texts with; `ne` is the negation of `eq`. */
export type Operator = Exclude<Comparator, 'ne'>

export const signs = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=`, eq: sql`=` } as const

/** A value of the database, by what it is compared as; null where there is none. */
export interface SqlValue {
  readonly text: Sql
  readonly number: Sql
  readonly instant: Sql
  /** Whether a boolean is true, or whether it is false. */
  is(expected: boolean): Condition
  /** Whether there is a value. */
  readonly isPresent: Condition
  /** Compares for equality, for values that are not compared by their text. */
  equals?(literal: Literal): Condition
}
