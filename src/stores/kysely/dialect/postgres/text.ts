import { sql } from 'kysely'
import type { Condition, Sql } from '../../sql/sql.js'
import type { Operator } from '../../sql/value.js'
import { signs } from '../../sql/value.js'
import type { TextDialect } from '../dialect.js'

export const textDialect: TextDialect = {
  compare: compareText,
  lower: (value) => sql`lower(${value})`,
  sortKey: (value, caseExact) => (caseExact ? sql`(${value}) collate "C"` : sql`lower(${value}) collate "C"`),
}

/** A text with a NUL, which PostgreSQL cannot store, equals nothing and sorts right after what precedes its NUL. */
function compareText(operator: Operator, value: Sql, literal: string, caseExact: boolean): Condition {
  const nul = literal.indexOf('\0')
  if (nul >= 0) {
    const start = literal.slice(0, nul)
    if (operator === 'gt' || operator === 'ge') return compareText('gt', value, start, caseExact)
    return (operator === 'lt' || operator === 'le') && compareText('le', value, start, caseExact)
  }
  const left = caseExact ? sql`(${value})` : sql`lower(${value})`
  switch (operator) {
    case 'eq':
      return sql`${caseExact ? value : left} = ${folded(literal, caseExact)}`
    case 'co':
      return sql`${left} like ${folded(`%${escapeLike(literal)}%`, caseExact)}`
    case 'sw':
      return sql`${left} like ${folded(`${escapeLike(literal)}%`, caseExact)}`
    case 'ew':
      return sql`${left} like ${folded(`%${escapeLike(literal)}`, caseExact)}`
    default:
      return sql`${left} collate "C" ${signs[operator]} ${folded(literal, caseExact)}`
  }
}

function folded(parameter: string, caseExact: boolean): Sql {
  return caseExact ? sql`${parameter}` : sql`lower(${parameter})`
}

/** The text for a pattern of `like` without special characters. */
function escapeLike(literal: string): string {
  return literal.replace(/[\\%_]/g, '\\$&')
}
