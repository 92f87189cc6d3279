import { sql } from 'kysely'
import { instantOf } from '../../../../schema/index.js'
import type { Sql } from '../../sql/sql.js'
import { signs } from '../../sql/value.js'
import type { InstantDialect } from '../dialect.js'

const format = sql`'%Y-%m-%dT%H:%M:%fZ'`

/** Instants are texts in UTC with milliseconds; a host's columns may also hold seconds or milliseconds since 1970. */
export const sqliteInstants: Omit<InstantDialect, 'nowIn'> = {
  now: sql`strftime(${format}, 'now')`,

  parameter(dateTime) {
    const instant = instantOf(dateTime)
    return sql`${Number.isNaN(instant) ? dateTime : new Date(instant).toISOString()}`
  },

  later: (milliseconds) => sql`strftime(${format}, 'now', ${`+${milliseconds / 1000} seconds`})`,

  asText: (instant) => withMicroseconds(instant),

  columnAsText: (column) => withMicroseconds(canonicalInstant(column)),

  /** An instant has milliseconds: a literal between two of them equals none. */
  compare(operator, instant, literal) {
    const { text, isBetween } = milliseconds(literal)
    if (isBetween && operator === 'eq') return false
    const sign = isBetween ? signs[operator === 'gt' || operator === 'ge' ? 'gt' : 'le'] : signs[operator]
    return sql`${instant} ${sign} ${text}`
  },
}

/** How a column has its times, since SQLite has no type for them. */
export type TimeKind = 'seconds' | 'milliseconds' | 'text' | 'zoned text'

const nowByKind: Readonly<Record<TimeKind, Sql>> = {
  seconds: sql`unixepoch('now')`,
  milliseconds: sql`cast(round(unixepoch('now', 'subsec') * 1000) as integer)`,
  text: sql`datetime('now')`,
  'zoned text': sqliteInstants.now,
}

export function nowAs(kind: TimeKind): Sql {
  return nowByKind[kind]
}

/** The kind of a time, or else that of a column by its declared type. */
export function timeKindOf(time: unknown, type: string): TimeKind {
  if (typeof time === 'number') return Math.abs(time) < firstMilliseconds ? 'seconds' : 'milliseconds'
  if (typeof time === 'string') return /^.{10} .{8}$/.test(time) ? 'text' : 'zoned text'
  return /INT/i.test(type) ? 'milliseconds' : 'zoned text'
}

/** Smaller numbers are seconds: as milliseconds, they would be of the first years of the epoch. */
const firstMilliseconds = 100_000_000_000

function withMicroseconds(canonical: Sql): Sql {
  return sql`replace(${canonical}, 'Z', '000Z')`
}

/** A host's time as text in UTC with milliseconds; null where it is none. */
export function canonicalInstant(time: Sql): Sql {
  const seconds = sql`case when abs(${time}) < ${sql.lit(firstMilliseconds)} then ${time} else ${time} / 1000.0 end`
  return sql`case typeof(${time}) when 'text' then ${sqliteInstantOfText(time)} when 'null' then null else strftime(${format}, ${seconds}, 'unixepoch') end`
}

/** The instant of a dateTime that is stored as text; null where the text is none. */
export function sqliteInstantOfText(text: Sql): Sql {
  return sql`case when ${text} glob '[0-9][0-9][0-9][0-9]-*' then strftime(${format}, ${text}) end`
}

/** A dateTime in UTC, cut at the millisecond. */
function milliseconds(literal: string): { readonly text: string; readonly isBetween: boolean } {
  const rest = /\.\d{3}(\d+)/.exec(literal)?.[1] ?? ''
  const instant = instantOf(literal)
  const text = Number.isNaN(instant) ? literal : new Date(instant).toISOString()
  return {
    // Years beyond four digits.
    text: text.startsWith('+') ? '~' : text.startsWith('-') ? '' : text,
    isBetween: /[1-9]/.test(rest),
  }
}
