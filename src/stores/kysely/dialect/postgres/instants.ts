import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { signs } from '../../sql/value.js'
import type { InstantDialect } from '../dialect.js'

export const instantDialect: InstantDialect = {
  now: sql`date_trunc('milliseconds', now())`,

  later: (milliseconds) => sql`now() + ${milliseconds} * interval '1 millisecond'`,

  asText: (instant) => sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,

  /** A timestamp has microseconds: a literal between two of them equals none. */
  compare(operator, instant, literal) {
    const { text, isBetween } = microseconds(literal)
    if (isBetween && operator === 'eq') return false
    const sign = isBetween ? signs[operator === 'gt' || operator === 'ge' ? 'gt' : 'le'] : signs[operator]
    return sql`${instant} ${sign} ${text}::timestamptz`
  },
}

/** A dateTime as PostgreSQL reads it, cut at the microsecond. */
function microseconds(literal: string): { readonly text: string; readonly isBetween: boolean } {
  // PostgreSQL has no year 0: 1 AD follows 1 BC.
  if (literal.startsWith('0000')) return { text: '-infinity', isBetween: false }
  const rest = /\.\d{6}(\d+)/.exec(literal)?.[1] ?? ''
  const cut = literal.replace(/(\.\d{6})\d+/, '$1')
  const text = /(?:z|[+-]\d\d:\d\d)$/i.test(cut) ? cut : `${cut}Z`
  return { text, isBetween: /[1-9]/.test(rest) }
}

/** The instant of a dateTime that is stored as text; null where the text is none. */
export function instantOfText(text: Sql): Sql {
  return sql`case when ${text} ~ '^[0-9]{4}-' and ${text} !~ '^0000' then (regexp_replace(${text}, '([.][0-9]{6})[0-9]+', '\\1') || case when ${text} ~* '(z|[+-][0-9]{2}:[0-9]{2})$' then '' else 'Z' end)::timestamptz end`
}

/** An instant as clients see it: without microseconds where they are zero. */
export function shownInstant(instant: Sql): Sql {
  return sql`regexp_replace(${instantDialect.asText(instant)}, '000Z$', 'Z')`
}
