import { sql } from 'kysely'
import { foldText } from '../../../../protocol/index.js'
import type { Condition, Sql } from '../../sql/sql.js'
import type { Operator } from '../../sql/value.js'
import { signs } from '../../sql/value.js'
import type { TextDialect } from '../dialect.js'
import { asciiLower, spellingsOf, variantsOf } from './letter-case.js'

/**
 * SQLite folds the case of ASCII letters only. Texts that are equal to a literal, or have it in them, are found whatever
 * the script all the same; their order is that of ASCII.
 */
export const sqliteTexts: TextDialect = {
  compare: compareText,
  lower: (value) => sql`lower(${value})`,
  sortKey: (value, caseExact) => (caseExact ? sql`(${value}) collate binary` : sql`lower(${value})`),
}

/** A text with a NUL, which is not stored, equals nothing and sorts right after what precedes its NUL. */
function compareText(operator: Operator, value: Sql, literal: string, caseExact: boolean): Condition {
  const nul = literal.indexOf('\0')
  if (nul >= 0) {
    const start = literal.slice(0, nul)
    if (operator === 'gt' || operator === 'ge') return compareText('gt', value, start, caseExact)
    return (operator === 'lt' || operator === 'le') && compareText('le', value, start, caseExact)
  }
  const text = caseExact ? literal : foldText(literal)
  const length = [...text].length
  switch (operator) {
    case 'eq': {
      if (caseExact) return sql`${value} = ${text}`
      const listed = spellingsOf(text)
      // As it is given too: what was stored is found by what it is, also with letters that ASCII ones are taken for.
      const spellings = listed.length === 0 ? listed : [...new Set([...listed, asciiLower(literal)])]
      // An index of the column in lower case finds each of them.
      if (spellings.length === 1) return sql`lower(${value}) = ${text}`
      return spellings.length === 0
        ? sql`${foldedFor(value, text)} = ${text}`
        : sql`lower(${value}) in (${sql.join(spellings.map((spelling) => sql`${spelling}`))})`
    }
    case 'co':
      return sql`instr(${comparable(value, text, caseExact)}, ${text}) > 0`
    case 'sw':
      return sql`substr(${comparable(value, text, caseExact)}, 1, ${length}) = ${text}`
    case 'ew':
      if (length === 0) return sql`${value} is not null`
      return sql`substr(${comparable(value, text, caseExact)}, ${-length}) = ${text}`
    default:
      return caseExact
        ? sql`(${value}) collate binary ${signs[operator]} ${text}`
        : sql`lower(${value}) ${signs[operator]} ${text}`
  }
}

function comparable(value: Sql, literal: string, caseExact: boolean): Sql {
  return caseExact ? value : foldedFor(value, literal)
}

/** A text without the case of ASCII letters, and of the letters that a literal has. */
function foldedFor(value: Sql, literal: string): Sql {
  return variantsOf(literal).reduce(
    (folded, [letter, variant]) => sql`replace(${folded}, ${variant}, ${letter})`,
    sql`lower(${value})`,
  )
}
