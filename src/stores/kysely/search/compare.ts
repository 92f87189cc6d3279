import { sql } from 'kysely'
import type { Comparator, Comparison } from '../../../filter/index.js'
import { foldText } from '../../../protocol/index.js'
import { instantKey } from '../../../schema/index.js'
import type { Dialect, TextDialect } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and, not, or } from '../sql/sql.js'
import type { FoldedText, Operator, SqlValue } from '../sql/value.js'

/** A comparison of a value in SQL, which is null where there is no value. `op` replaces that of the comparison. */
export function compare(
  op: Comparator,
  comparison: Comparison,
  value: SqlValue,
  dialect: Dialect,
): Condition {
  if (op === 'ne') return not(compare('eq', comparison, value, dialect))
  const { attribute, value: literal } = comparison
  if (value.folded && typeof literal === 'string') return compareFolded(op, value.folded, literal, dialect)
  if (op === 'eq' && value.equals) return value.equals(literal)
  if (typeof literal === 'boolean') return op === 'eq' && value.is(literal)
  if (literal === null) return false
  const caseExact = attribute.caseExact && !value.ignoresCase
  if (op === 'co' || op === 'sw' || op === 'ew') {
    return typeof literal === 'string' && dialect.text.compare(op, value.text, literal, caseExact)
  }
  if (typeof literal === 'number') return dialect.values.compareNumber(op, value.number, literal)
  if (attribute.type !== 'dateTime') return dialect.text.compare(op, value.text, literal, caseExact)
  return value.instantKey
    ? dialect.values.compareNumber(op, value.instantKey, instantKey(literal) ?? 'NaN')
    : dialect.instants.compare(op, value.instant, literal)
}

/** A comparison with what a column has of a text without its case; a row without it is compared by the text. */
function compareFolded(
  op: Operator,
  folded: FoldedText,
  literal: string,
  { text }: Pick<Dialect, 'text'>,
): Condition {
  if (op === 'eq') return or(foldedAlternatives(folded, literal, { text }))
  return text.compare(op, foldedKey(folded, text), foldText(literal), true)
}

/** What of a text is equal to a literal: its key, or the text of a row without one. An index of the key finds both. */
export function foldedAlternatives(
  folded: FoldedText,
  literal: string,
  { text }: Pick<Dialect, 'text'>,
): readonly Condition[] {
  const isKeyed = text.compare('eq', folded.key, foldText(literal), true)
  if (!folded.text) return [isKeyed]
  return [isKeyed, and([sql`${folded.key} is null`, text.compare('eq', folded.text, literal, false)])]
}

/** A text without its case, also of rows where its column is null. */
export function foldedKey({ key, text }: FoldedText, { lower }: TextDialect): Sql {
  return text ? sql`coalesce(${key}, ${lower(text)})` : key
}
