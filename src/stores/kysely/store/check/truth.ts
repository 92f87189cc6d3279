/** What a condition is for a row: true, false, or null where it is unknown. */
export type Truth = boolean | null
/** A value of a column: a text of it, null, or {@link other}. */
export type Value = string | null | typeof other
/** A value that a condition does not name. */
export const other = Symbol('other')
/** The values of some columns. */
export type ConditionRow = ReadonlyMap<string, Value>

export function equal(a: Value, b: Value): Truth {
  return a === null || b === null ? null : a === b
}

export function inverse(truth: Truth): Truth {
  return truth === null ? null : !truth
}

export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true
  return truths.includes(null) ? null : false
}
