import { sql } from 'kysely'
import { instantOf, keySecondsTo1970 } from '../../../../schema/index.js'
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
    const { text, isExact } = microseconds(dateTime)
    return isExact ? sql`${text}` : undefined
  },

  later: (milliseconds) => sql`now() + ${milliseconds} * interval '1 millisecond'`,

  asText: (instant) => sql`to_char(${instant} at time zone 'UTC', ${format})`,

  /** The time since 1970 is the same for both types; adding an interval turns a date into a time. */
  columnAsText: (column) =>
    sql`case when isfinite(${column}) then to_char(timestamp 'epoch' + (${column} + interval '0' - 'epoch'), ${format}) end`,

  /** A timestamp has microseconds: a literal between two of them equals none. */
  compare(operator, instant, literal) {
    const { text, isExact } = microseconds(literal)
    if (!isExact && operator === 'eq') return false
    const isBetween = !isExact && !text.endsWith('infinity')
    const sign = isBetween ? signs[operator === 'gt' || operator === 'ge' ? 'gt' : 'le'] : signs[operator]
    return sql`${instant} ${sign} ${text}`
  },

  keyType: 'number',
}

const format = sql`'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

/** A dateTime in UTC, cut at the microsecond; an infinity beyond the years 1 to 9999. */
function microseconds(dateTime: string): { readonly text: string; readonly isExact: boolean } {
  const digits = /\.(\d+)/.exec(dateTime)?.[1] ?? ''
  const isExact = !/[1-9]/.test(digits.slice(6))
  // Most are written as PostgreSQL reads them: others have no zone or one of their own, or end a day.
  if (/z$/i.test(dateTime) && !/^0000|t24/i.test(dateTime))
    return { text: dateTime.replace(/(\.\d{6})\d+/, '$1'), isExact }
  const instant = instantOf(dateTime)
  if (Number.isNaN(instant)) return { text: dateTime, isExact }
  const text = new Date(instant).toISOString()
  // PostgreSQL has no year 0: 1 AD follows 1 BC.
  if (text.startsWith('-') || text.startsWith('0000')) return { text: '-infinity', isExact: false }
  if (text.startsWith('+')) return { text: 'infinity', isExact: false }
  return { text: text.replace(/\.\d+/, digits === '' ? '' : `.${digits.slice(0, 6)}`), isExact }
}

const days = [
  '(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])',
  '(0[469]|11)-(0[1-9]|[12][0-9]|30)',
  '02-(0[1-9]|1[0-9]|2[0-8])',
].join('|')
const leapYears = '[0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00'
const time = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?'
const zone = 'z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00'

/** Texts that are dateTimes: any other would make the whole statement fail. */
const isDateTime = sql.lit(`^([0-9]{4}-(${days})|(${leapYears})-02-29)t(${time})(${zone})?$`)

/** The whole seconds of a text that is a dateTime. PostgreSQL calls the year 0 the year 1 before Christ. */
function wholeSeconds(text: Sql): Sql {
  return sql`(regexp_replace(left(${text}, 19), '^0000', '0001') || coalesce(substring(${text}, '[zZ+].*$|-..:..$'), 'Z') || case when ${text} like '0000%' then ' BC' else '' end)::timestamptz`
}

/** The instant of a dateTime that is stored as text, cut at the microsecond; null where the text is none. */
export function instantOfText(text: Sql): Sql {
  const fraction = sql`coalesce(substring(${text}, '[.][0-9]{1,6}'), '0')::numeric`
  return sql`case when ${text} ~* ${isDateTime} then ${wholeSeconds(text)} + make_interval(secs => ${fraction}) end`
}

/** The same with all its digits, as {@link instantKey} has it: seconds are whole, since old servers round the others. */
export function instantKeyOfText(text: Sql): Sql {
  const fraction = sql`coalesce(substring(${text}, '[.][0-9]+'), '0')::numeric`
  return sql`case when ${text} ~* ${isDateTime} then extract(epoch from ${wholeSeconds(text)})::numeric + ${sql.lit(keySecondsTo1970)} + ${fraction} end`
}

/** An instant as clients see it: without microseconds where they are zero. */
export function shownInstant(instant: Sql): Sql {
  return sql`regexp_replace(${instantDialect.columnAsText(instant)}, '000Z$', 'Z')`
}
