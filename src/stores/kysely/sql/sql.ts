import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'

/** A piece of SQL with its parameters. */
export type Sql = RawBuilder<unknown>

/** A condition, or its outcome where that is known without the database. As SQL it may be null for false. */
export type Condition = Sql | boolean

export function and(conditions: readonly Condition[]): Condition {
  if (conditions.includes(false)) return false
  return join(conditions.filter(isSql), sql` and `) ?? true
}

export function or(conditions: readonly Condition[]): Condition {
  if (conditions.includes(true)) return true
  return join(conditions.filter(isSql), sql` or `) ?? false
}

/** Two-valued: null counts as not true, so its negation is true. */
export function not(condition: Condition): Condition {
  return typeof condition === 'boolean' ? !condition : sql`(${condition}) is not true`
}

/** The `where` of a statement, with a space in front; nothing where every row fulfils the condition. */
export function where(condition: Condition): Sql {
  return condition === true ? sql`` : sql` where ${condition}`
}

function isSql(condition: Condition): condition is Sql {
  return typeof condition !== 'boolean'
}

function join(conditions: readonly Sql[], separator: Sql): Sql | undefined {
  const [first] = conditions
  if (!first || conditions.length === 1) return first
  return sql`(${sql.join(conditions, separator)})`
}
