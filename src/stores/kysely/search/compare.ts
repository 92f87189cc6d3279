import { sql } from 'kysely'
import type { Comparator, Literal } from '../../../filter/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition, Sql } from '../sql/sql.js'
import { escapeLike, negate } from '../sql/sql.js'

/** How a value is to be had in SQL, by what it is compared as; null where there is none. */
export interface Value {
  readonly text: Sql
  readonly number: Sql
  readonly instant: Sql
  /** Whether it is true or false. */
  is(wanted: boolean): Condition
  /** Whether there is one. */
  readonly isPresent: Condition
  /** Compares for equality where it is not by its text. */
  equals?(literal: Literal): Condition
}

type Order = 'gt' | 'ge' | 'lt' | 'le'
type Operator = Exclude<Comparator, 'ne'>

const signs = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=`, eq: sql`=` } as const

/** The comparison of a value with a literal of its attribute's type. It is null where there is no value. */
export function compare(
  op: Comparator,
  attribute: CompiledAttribute,
  literal: Literal,
  value: Value,
): Condition {
  if (op === 'ne') return negate(compare('eq', attribute, literal, value))
  if (op === 'eq' && value.equals) return value.equals(literal)
  if (typeof literal === 'boolean') return op === 'eq' && value.is(literal)
  if (typeof literal === 'number') return compareNumber(op, literal, value)
  if (literal === null) return false
  if (attribute.type === 'dateTime' && op !== 'co' && op !== 'sw' && op !== 'ew')
    return compareInstant(op, literal, value)
  return compareText(op, literal, value.text, attribute.caseExact)
}

function compareNumber(op: Operator, literal: number, value: Value): Condition {
  if (op === 'co' || op === 'sw' || op === 'ew') return false
  return sql`${value.number} ${signs[op]} ${String(literal)}::numeric`
}

/**
 * Texts are in the order of their code points, whatever the database's collation.
 *
 * PostgreSQL's text has no NUL, so what has one equals nothing, and comes right behind what is before the NUL.
 */
function compareText(op: Operator, literal: string, text: Sql, caseExact: boolean): Condition {
  const nul = literal.indexOf('\0')
  if (nul >= 0) {
    if (op === 'gt' || op === 'ge') return compareText('gt', literal.slice(0, nul), text, caseExact)
    return (op === 'lt' || op === 'le') && compareText('le', literal.slice(0, nul), text, caseExact)
  }
  const [left, folded] = caseExact
    ? [sql`(${text})`, (one: Sql) => one]
    : [sql`lower(${text})`, (one: Sql) => sql`lower(${one})`]
  switch (op) {
    case 'eq':
      return sql`${caseExact ? text : left} = ${folded(sql`${literal}`)}`
    case 'co':
      return sql`${left} like ${folded(sql`${`%${escapeLike(literal)}%`}`)}`
    case 'sw':
      return sql`${left} like ${folded(sql`${`${escapeLike(literal)}%`}`)}`
    case 'ew':
      return sql`${left} like ${folded(sql`${`%${escapeLike(literal)}`}`)}`
    default:
      return sql`${left} collate "C" ${signs[op]} ${folded(sql`${literal}`)}`
  }
}

/** A timestamp keeps microseconds: a literal between two of them equals none. */
function compareInstant(op: 'eq' | Order, literal: string, value: Value): Condition {
  const { text, isBetween } = microseconds(literal)
  if (isBetween && op === 'eq') return false
  const sign = isBetween ? signs[op === 'gt' || op === 'ge' ? 'gt' : 'le'] : signs[op]
  return sql`${value.instant} ${sign} ${text}::timestamptz`
}

/** A dateTime as PostgreSQL takes it, cut at the microsecond. */
function microseconds(literal: string): { readonly text: string; readonly isBetween: boolean } {
  // PostgreSQL goes from the year 1 BC to the year 1 AD.
  if (literal.startsWith('0000')) return { text: '-infinity', isBetween: false }
  const beyond = /\.\d{6}(\d+)/.exec(literal)?.[1] ?? ''
  const cut = literal.replace(/(\.\d{6})\d+/, '$1')
  const text = /(?:z|[+-]\d\d:\d\d)$/i.test(cut) ? cut : `${cut}Z`
  return { text, isBetween: /[1-9]/.test(beyond) }
}

/** The instant of a dateTime that is kept as text; null where it is none. */
export function instantOfText(text: Sql): Sql {
  return sql`case when ${text} ~ '^[0-9]{4}-' and ${text} !~ '^0000' then (regexp_replace(${text}, '([.][0-9]{6})[0-9]+', '\\1') || case when ${text} ~* '(z|[+-][0-9]{2}:[0-9]{2})$' then '' else 'Z' end)::timestamptz end`
}

/** A timestamp as a dateTime. */
export function textOfInstant(instant: Sql): Sql {
  return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

/** The same as it is shown: without the microseconds that nobody has. */
export function shownInstant(instant: Sql): Sql {
  return sql`regexp_replace(${textOfInstant(instant)}, '000Z$', 'Z')`
}
