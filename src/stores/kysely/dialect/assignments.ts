import { sql } from 'kysely'
import type { Sql } from '../sql/sql.js'
import type { Assignment } from './dialect.js'

/** What an update sets. */
export function setClause(values: readonly Assignment[]): Sql {
  return sql.join(values.map(([column, value]) => sql`${sql.id(column)} = ${value}`))
}
