import { sql } from 'kysely'
import type { StoredValues } from '../../../mapping/index.js'
import type { Condition, Sql } from './sql.js'
import { and, not, or } from './sql.js'

/** What columns must have in a row of the directory: each a value, null, any of several values, or any other. */
export type RowFilter = ReadonlyMap<string, StoredValues<unknown>>

/** How literals are written for a kind of database. */
export interface LiteralStyle {
  readonly booleansAreNumbers: boolean
}

/** Whether a row is one that a filter selects. */
export function isChosen(filter: RowFilter | undefined, row: Sql, style: LiteralStyle): Condition {
  if (!filter) return true
  return and([...filter].map(([column, values]) => hasValue(sql`${row}.${sql.id(column)}`, values, style)))
}

function hasValue(column: Sql, values: StoredValues<unknown>, style: LiteralStyle): Condition {
  if (!isNegated(values)) return isOneOf(column, listOf(values), style)
  return values.not === null ? sql`${column} is not null` : not(isOneOf(column, listOf(values.not), style))
}

function isOneOf(column: Sql, values: readonly unknown[], style: LiteralStyle): Condition {
  const literals = values.filter((value) => value !== null).map((value) => literal(value, style))
  const [first, ...others] = literals
  const conditions: Condition[] = []
  if (first) conditions.push(others.length === 0 ? sql`${column} = ${first}` : isIn(column, literals))
  if (values.includes(null)) conditions.push(sql`${column} is null`)
  return or(conditions)
}

function isIn(column: Sql, literals: readonly Sql[]): Sql {
  return sql`${column} in (${sql.join(literals)})`
}

/** A value as a literal without a type, which is read as the column's: what is known can be proven of an index. */
export function literal(value: unknown, { booleansAreNumbers }: LiteralStyle): Sql {
  return sql.lit(booleansAreNumbers && typeof value === 'boolean' ? Number(value) : textOf(value))
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

/** Whether a filter's values include one. */
export function includes(values: StoredValues<unknown>, value: unknown): boolean {
  const isAmong = (list: readonly unknown[]) =>
    list.some((one) => (one === null || value === null ? one === value : textOf(one) === textOf(value)))
  return isNegated(values) ? !isAmong(listOf(values.not)) : isAmong(listOf(values))
}

/** The value of a new row's column, the first of several; undefined where the filter does not say. */
export function firstOf(values: StoredValues<unknown>): unknown {
  return isNegated(values) ? undefined : listOf(values)[0]
}

export function isNegated(values: StoredValues<unknown>): values is { readonly not: unknown } {
  return typeof values === 'object' && values !== null && !Array.isArray(values) && 'not' in values
}

/** One or several values as a list. */
export function listOf(values: unknown): readonly unknown[] {
  return Array.isArray(values) ? values : [values]
}
