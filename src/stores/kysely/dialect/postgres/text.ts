import { sql } from 'kysely'
import { foldText } from '../../../../protocol/index.js'
import type { Condition, Sql } from '../../sql/sql.js'
import type { Operator } from '../../sql/value.js'
import { signs } from '../../sql/value.js'
import type { TextDialect } from '../dialect.js'
import type { OwnNames } from '../names.js'
import { foldedBy } from './folding.js'

/** How the case of a value in the database, and of a literal, is folded. */
interface Folding {
  value(value: Sql): Sql
  literal(literal: string): Sql
}

/** A host's tables go by the database's ctype, as their indexes do. */
export const textDialect = textDialectOf({
  value: (value) => sql`lower(${value})`,
  literal: (literal) => sql`lower(${literal})`,
})

/** Tables of scimkit's own go by the table that every store goes by. */
export function ownTextDialect(names: OwnNames): TextDialect {
  return textDialectOf({
    value: foldedBy(names),
    literal: (literal) => sql`${foldText(literal)}`,
  })
}

function textDialectOf(folding: Folding): TextDialect {
  return {
    compare: (operator, value, literal, caseExact) =>
      compareText(operator, value, literal, caseExact ? undefined : folding),
    lower: folding.value,
    sortKey: (value, caseExact) => sql`${caseExact ? sql`(${value})` : folding.value(value)} collate "C"`,
  }
}

/** A text with a NUL, which PostgreSQL cannot store, equals nothing and sorts right after what precedes its NUL. */
function compareText(
  operator: Operator,
  value: Sql,
  literal: string,
  folding: Folding | undefined,
): Condition {
  const nul = literal.indexOf('\0')
  if (nul >= 0) {
    const start = literal.slice(0, nul)
    if (operator === 'gt' || operator === 'ge') return compareText('gt', value, start, folding)
    return (operator === 'lt' || operator === 'le') && compareText('le', value, start, folding)
  }
  const left = folding ? folding.value(value) : sql`(${value})`
  const textOf = (text: string) => folding?.literal(text) ?? sql`${text}`
  switch (operator) {
    case 'eq':
      return sql`${folding ? left : value} = ${textOf(literal)}`
    case 'co':
      return sql`${left} like ${textOf(`%${escapeLike(literal)}%`)}`
    case 'sw':
      return sql`${left} like ${textOf(`${escapeLike(literal)}%`)}`
    case 'ew':
      return sql`${left} like ${textOf(`%${escapeLike(literal)}`)}`
    default:
      return sql`${left} collate "C" ${signs[operator]} ${textOf(literal)}`
  }
}

/** The text for a pattern of `like` without special characters. */
function escapeLike(literal: string): string {
  return literal.replace(/[\\%_]/g, '\\$&')
}
