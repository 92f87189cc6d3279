import { sql } from 'kysely'
import { instantOf } from '../../../../schema/index.js'
import type { Sql } from '../../sql/sql.js'
import { signs } from '../../sql/value.js'
import type { InstantDialect } from '../dialect.js'

export const instantDialect: InstantDialect = {
  now: sql`date_trunc('milliseconds', now())`,

  /**
   * Of the column's own type, which a row of the table that is null has too: assigned as a `timestamptz`, a time would
   * be turned into the session's zone. The interval has no days, which are longer or shorter in that zone.
   */
  nowIn: (table, column) =>
    sql`coalesce((null::${sql.table(table)}).${sql.id(column)}, 'epoch') + make_interval(secs => extract(epoch from ${instantDialect.now}))`,

  /** Without a type: it is read as the column's, and one without a zone ignores that of the text, which is UTC. */
  parameter(dateTime) {
    const text = inUtc(dateTime)
    // What is out of range is for the database to refuse.
    return sql`${text.endsWith('infinity') ? dateTime : text}`
  },

  later: (milliseconds) => sql`now() + ${milliseconds} * interval '1 millisecond'`,

  asText: (instant) => sql`to_char(${instant} at time zone 'UTC', ${format})`,

  /** The time since 1970 is the same for both types; adding an interval turns a date into a time. */
  columnAsText: (column) =>
    sql`case when isfinite(${column}) then to_char(timestamp 'epoch' + (${column} + interval '0' - 'epoch'), ${format}) end`,

  /** A timestamp has microseconds: a literal between two of them equals none. */
  compare(operator, instant, literal) {
    const { text, isBetween } = microseconds(literal)
    if (isBetween && operator === 'eq') return false
    const sign = isBetween ? signs[operator === 'gt' || operator === 'ge' ? 'gt' : 'le'] : signs[operator]
    return sql`${instant} ${sign} ${text}`
  },
}

const format = sql`'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

/** A dateTime as PostgreSQL reads it, in UTC and cut at the microsecond. */
function microseconds(literal: string): { readonly text: string; readonly isBetween: boolean } {
  const rest = /\.\d{6}(\d+)/.exec(literal)?.[1] ?? ''
  return { text: inUtc(literal), isBetween: /[1-9]/.test(rest) }
}

/** A dateTime in UTC, cut at the microsecond; an infinity beyond the years 1 to 9999. */
function inUtc(dateTime: string): string {
  // PostgreSQL has no year 0: 1 AD follows 1 BC.
  if (dateTime.startsWith('0000')) return '-infinity'
  const cut = dateTime.replace(/(\.\d{6})\d+/, '$1')
  if (/z$/i.test(cut)) return cut
  if (!/[+-]\d\d:\d\d$/.test(cut)) return `${cut}Z`
  const instant = instantOf(cut)
  if (Number.isNaN(instant)) return cut
  const text = new Date(instant).toISOString()
  if (text.startsWith('0000')) return '-infinity'
  if (text.startsWith('+')) return 'infinity'
  const microsecond = /\.\d{3}(\d+)/.exec(cut)?.[1] ?? ''
  return text.replace('Z', `${microsecond}Z`)
}

/** The instant of a dateTime that is stored as text; null where the text is none. */
export function instantOfText(text: Sql): Sql {
  return sql`case when ${text} ~ '^[0-9]{4}-' and ${text} !~ '^0000' then (regexp_replace(${text}, '([.][0-9]{6})[0-9]+', '\\1') || case when ${text} ~* '(z|[+-][0-9]{2}:[0-9]{2})$' then '' else 'Z' end)::timestamptz end`
}

/** An instant as clients see it: without microseconds where they are zero. */
export function shownInstant(instant: Sql): Sql {
  return sql`regexp_replace(${instantDialect.columnAsText(instant)}, '000Z$', 'Z')`
}
