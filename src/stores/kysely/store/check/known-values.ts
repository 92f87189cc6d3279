import type { StoredValues } from '../../../../mapping/index.js'
import type { RowFilter } from '../../sql/row-filter.js'
import { isNegated, listOf } from '../../sql/row-filter.js'
import { other, type Value } from './truth.js'

/** The values that a column can have, as far as the condition tells them apart. */
export function domainOf(
  known: StoredValues<unknown> | undefined,
  literals: ReadonlySet<string>,
): readonly Value[] {
  if (known !== undefined && !isNegated(known)) return listOf(known).map(textOf)
  const all: readonly Value[] = [...literals, null, other]
  if (known === undefined) return all
  const not = new Set<Value>(listOf(known.not).map(textOf))
  return all.filter((value) => !not.has(value))
}

function textOf(value: unknown): string | null {
  if (value === null) return null
  return value instanceof Date ? value.toISOString() : String(value)
}

/** The rows that a filter leaves out by one of its columns. */
export function leftOutBy(filter: RowFilter, column: string): RowFilter {
  const values = filter.get(column)
  const left = values !== undefined && isNegated(values) ? values.not : { not: values }
  // What is left out of several values is any other; what is left out of any other is these.
  return new Map([...filter, [column, left as StoredValues<unknown>]])
}
