import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'

/** A piece of SQL with its parameters. */
export type Sql = RawBuilder<unknown>

/** A condition; one whose outcome is known before the database is asked is a boolean. It may be null for false. */
export type Condition = Sql | boolean

export function allOf(conditions: readonly Condition[]): Condition {
  const open = conditions.filter((one) => one !== true)
  if (open.includes(false)) return false
  return join(open.filter(isSql), sql` and `) ?? true
}

export function anyOf(conditions: readonly Condition[]): Condition {
  const open = conditions.filter((one) => one !== false)
  if (open.includes(true)) return true
  return join(open.filter(isSql), sql` or `) ?? false
}

/** Two-valued: what is null is not true, so its opposite is. */
export function negate(condition: Condition): Condition {
  return typeof condition === 'boolean' ? !condition : sql`(${condition}) is not true`
}

/** A condition where SQL wants one. */
export function toSql(condition: Condition): Sql {
  if (typeof condition !== 'boolean') return condition
  return condition ? sql`true` : sql`false`
}

function isSql(condition: Condition): condition is Sql {
  return typeof condition !== 'boolean'
}

function join(conditions: readonly Sql[], word: Sql): Sql | undefined {
  const [first] = conditions
  if (!first || conditions.length === 1) return first
  return sql`(${sql.join(conditions, word)})`
}

/** A member of a JSON value; the keys are attribute names, and part of the SQL so that indexes know them. */
export function member(value: Sql, keys: readonly string[]): Sql {
  return keys.reduce((at, key) => sql`${at} -> ${sql.lit(key)}`, value)
}

/** A member of a JSON value as text. */
export function memberText(value: Sql, keys: readonly string[]): Sql {
  const last = keys.at(-1)
  if (last === undefined) return sql`${value} #>> '{}'`
  return sql`${member(value, keys.slice(0, -1))} ->> ${sql.lit(last)}`
}

/** The text for a pattern of `like` in which nothing is special. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
