import type { BoundFilter, Comparator } from '../../../filter/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Condition } from '../sql/sql.js'
import { not } from '../sql/sql.js'
import type { SqlValue } from '../sql/value.js'

/** A comparison of an attribute with a literal of its type. */
export type Comparison = Extract<BoundFilter, { readonly op: Comparator }>

/** A comparison of a value in SQL, which is null where there is no value. `op` replaces that of the comparison. */
export function compare(
  op: Comparator,
  comparison: Comparison,
  value: SqlValue,
  dialect: Dialect,
): Condition {
  if (op === 'ne') return not(compare('eq', comparison, value, dialect))
  const { attribute, value: literal } = comparison
  if (op === 'eq' && value.equals) return value.equals(literal)
  if (typeof literal === 'boolean') return op === 'eq' && value.is(literal)
  if (literal === null) return false
  if (op === 'co' || op === 'sw' || op === 'ew') {
    return typeof literal === 'string' && dialect.text.compare(op, value.text, literal, attribute.caseExact)
  }
  if (typeof literal === 'number') return dialect.values.compareNumber(op, value.number, literal)
  return attribute.type === 'dateTime'
    ? dialect.instants.compare(op, value.instant, literal)
    : dialect.text.compare(op, value.text, literal, attribute.caseExact)
}
