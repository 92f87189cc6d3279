import { sql } from 'kysely'
import { instantOf, keySecondsTo1970 } from '../../../../schema/index.js'
import type { Sql } from '../../sql/sql.js'
import { signs } from '../../sql/value.js'
import type { InstantDialect } from '../dialect.js'

const format = sql`'%Y-%m-%dT%H:%M:%fZ'`

/** Instants are texts in UTC with milliseconds; a host's columns may also hold seconds or milliseconds since 1970. */
export const sqliteInstants: Omit<InstantDialect, 'nowIn'> = {
  now: sql`strftime(${format}, 'now')`,

  /** Another service would read a time with more digits as another one, and years beyond four digits not at all. */
  parameter(dateTime) {
    const { text, isExact } = milliseconds(dateTime)
    return isExact ? sql`${text}` : undefined
  },

  later: (milliseconds) => sql`strftime(${format}, 'now', ${`+${milliseconds / 1000} seconds`})`,

  asText: (instant) => withMicroseconds(instant),

  columnAsText: (column) => withMicroseconds(canonicalInstant(column)),

  /** An instant has milliseconds: a literal between two of them equals none. */
  compare(operator, instant, literal) {
    const { text, isExact } = milliseconds(literal)
    if (!isExact && operator === 'eq') return false
    const sign = isExact ? signs[operator] : signs[operator === 'gt' || operator === 'ge' ? 'gt' : 'le']
    return sql`${instant} ${sign} ${text}`
  },

  /** A number of SQLite has fewer digits. */
  keyType: 'text',
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

/** The whole seconds of an hour, a minute or a second in a text. */
const two = (text: Sql, at: number) => sql`cast(substr(${text}, ${sql.lit(at)}, 2) as integer)`

/**
 * The instant of a dateTime that is stored as text, with all its digits, as `instantKey` has it; null where the text is
 * none. Counted from the day: SQLite's own functions round, and know no `24:00:00`.
 */
export function sqliteInstantKeyOfText(text: Sql): Sql {
  const t = sql.ref('t')
  const z = sql.ref('z')
  const day = sql`substr(${t}, 1, 10)`
  const fraction = sql`substr(${t}, 20, length(${t}) - 19 - length(${z}))`
  const digits = sql`rtrim(rtrim(${fraction}, '0'), '.')`
  const offset = sql`${two(z, 2)} * 60 + ${two(z, 5)}`
  const isZone = sql`(length(${z}) < 2 or (${z} glob '[+-][0-9][0-9]:[0-5][0-9]' and ${offset} <= 840))`
  const isFraction = sql`(${fraction} = '' or (${fraction} glob '.[0-9]*' and substr(${fraction}, 2) not glob '*[^0-9]*'))`
  const isTime = sql`(${two(t, 12)} < 24 or (substr(${t}, 12, 8) = '24:00:00' and ${digits} = ''))`
  const isDateTime = sql`${t} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][Tt][0-9][0-9]:[0-5][0-9]:[0-5][0-9]*' and strftime('%Y-%m-%d', ${day}) = ${day} and ${isTime} and ${isFraction} and ${isZone}`
  const seconds = sql`cast(strftime('%s', ${day}) as integer) + ${two(t, 12)} * 3600 + ${two(t, 15)} * 60 + ${two(t, 18)}`
  const east = sql`case substr(${z}, 1, 1) when '+' then ${offset} when '-' then -(${offset}) else 0 end`
  const key = sql`printf('%012d', ${seconds} - 60 * (${east}) + ${sql.lit(keySecondsTo1970)}) || ${digits}`
  const zone = sql`case when ${t} glob '*[Zz]' then 'Z' when substr(${t}, -6, 1) in ('+', '-') then substr(${t}, -6) else '' end`
  const parts = sql`select ${t}, ${zone} as ${z} from (select ${text} as ${t})`
  return sql`(select case when ${isDateTime} then ${key} end from (${parts}))`
}

/** A dateTime in UTC, cut at the millisecond. */
function milliseconds(literal: string): { readonly text: string; readonly isExact: boolean } {
  const rest = /\.\d{3}(\d+)/.exec(literal)?.[1] ?? ''
  const instant = instantOf(literal)
  const text = Number.isNaN(instant) ? literal : new Date(instant).toISOString()
  const isBeyond = /^[+-]/.test(text)
  return {
    // Years beyond four digits.
    text: isBeyond ? (text.startsWith('+') ? '~' : '') : text,
    isExact: !isBeyond && !/[1-9]/.test(rest),
  }
}
