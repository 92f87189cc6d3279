import { sql } from 'kysely'
import { ScimError } from '../../../protocol/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { Condition } from '../sql/sql.js'
import { columnOf, isId } from '../sql/table.js'
import type { SortKey } from './order.js'

/** What a cursor holds: the key of a row as text, and its id. */
export interface CursorPosition {
  readonly key: string | null
  readonly id: string
}

/** The rows after a position in the order, or before it when the order is reversed. */
export function keysetCondition(
  position: CursorPosition,
  key: SortKey | undefined,
  table: SqlTable,
  isReversed: boolean,
): Condition {
  const id = columnOf(table.id.column)
  const hasFurtherId = isReversed ? sql`${id} < ${position.id}` : sql`${id} > ${position.id}`
  if (!key) return hasFurtherId
  const { expression, type, hasMissing } = key
  const isDescending = key.isDescending !== isReversed
  if (position.key === null) {
    // Missing values come last, unless the order is descending.
    const isMissing = sql`${expression} is null and ${hasFurtherId}`
    return isDescending ? sql`(${expression} is not null or (${isMissing}))` : isMissing
  }
  // A time is read as the type of what it is compared with, which may have no zone.
  const at = type === 'instant' ? sql`${position.key}` : table.dialect.values.cast(sql`${position.key}`, type)
  // An index can begin at the first condition.
  if (isDescending) return sql`${expression} <= ${at} and (${expression} < ${at} or ${hasFurtherId})`
  const isFurther = sql`${expression} >= ${at} and (${expression} > ${at} or ${hasFurtherId})`
  return hasMissing ? sql`((${isFurther}) or ${expression} is null)` : isFurther
}

export function printCursor({ key, id }: CursorPosition): string {
  return JSON.stringify([key, id])
}

/** @throws ScimError `invalidCursor` for a text that {@link printCursor} has not made of such a key. */
export function parseCursor(text: string, sortKey: SortKey | undefined, table: SqlTable): CursorPosition {
  try {
    const [key, id]: unknown[] = JSON.parse(text)
    const isKey = key === null || (typeof key === 'string' && isOfType(key, sortKey))
    if (isKey && typeof id === 'string' && isId(table.id.type, id)) return { key, id }
  } catch {
    // Refused below.
  }
  throw ScimError.invalidCursor('The cursor is not valid')
}

/** Earlier versions had times where there are numbers now. */
function isOfType(key: string, sortKey: SortKey | undefined): boolean {
  if (sortKey?.type !== 'number') return true
  return key === 'NaN' || (key !== '' && !Number.isNaN(Number(key)))
}
