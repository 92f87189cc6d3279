import { sql } from 'kysely'
import type { Comparator, Literal } from '../../../filter/index.js'
import type { Condition, Sql } from './sql.js'

/** The operators that compare by order. */
export type OrderOperator = 'gt' | 'ge' | 'lt' | 'le'
/** The operators that a database compares texts with; `ne` is the negation of `eq`. */
export type Operator = Exclude<Comparator, 'ne'>

export const signs = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=`, eq: sql`=` } as const

/** A text that a column of its own has without its case. */
export interface FoldedText {
  readonly key: Sql
  /** The text itself, for rows without the key; undefined where the database cannot compare it. */
  readonly text: Sql | undefined
}

/** A value of the database, by what it is compared as; null where there is none. */
export interface SqlValue {
  readonly text: Sql
  readonly number: Sql
  readonly instant: Sql
  /** The instant as what `instantKey` gives, where the value may have more digits than {@link instant}. */
  readonly instantKey?: Sql
  /** Whether a boolean is true, or whether it is false. */
  is(expected: boolean): Condition
  /** Whether there is a value. */
  readonly isPresent: Condition
  /** Whether the case of the text means nothing, whatever the schema says. */
  readonly ignoresCase?: boolean
  /** Where the text is without its case too. */
  readonly folded?: FoldedText
  /** Compares for equality, for values that are not compared by their text. */
  equals?(literal: Literal): Condition
}
