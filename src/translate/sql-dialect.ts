import type { Comparator } from '../filter/index.js'
import { foldText } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import type { Piece, SqlCondition } from './condition.js'
import { comparableInstant, type Order } from './instant.js'
import { type FilterColumn, refuse } from './places.js'

/** The database that a condition is for. */
export type SqlDialectName = 'postgres' | 'sqlite'

/** A comparison but `ne`, with a literal that is not null. */
export interface ValueComparison {
  readonly op: Exclude<Comparator, 'ne'>
  readonly attribute: CompiledAttribute
  readonly value: string | number | boolean
}

const signs = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const

function isOrder(op: ValueComparison['op']): op is Order {
  return op in signs
}

/** A comparison of a column. @throws ScimError `invalidFilter` for what the database cannot compare so. */
export function compareColumn<C, T>(
  comparison: ValueComparison,
  place: FilterColumn<C>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const { op, attribute, value } = comparison
  const column = { column: place.column }
  if (typeof value === 'boolean') return op === 'eq' && [column, value ? ' is true' : ' is false']
  if (typeof value === 'number') return isOrder(op) && compareNumber(op, value, column, dialect)
  if (attribute.type === 'dateTime' && isOrder(op))
    return compareInstant(op, value, attribute, place, dialect)
  if (place.type === 'uuid') return compareUuid(comparison, value, column, dialect)
  if (place.type === 'integer') {
    const isCanonical = /^(?:0|-?[1-9]\d{0,17})$/.test(value)
    if (op !== 'eq') return refuse(attribute, ` with ${op}`)
    return isCanonical && [column, ' = ', { parameter: value }, dialect === 'postgres' ? '::bigint' : ' + 0']
  }
  if (value.includes('\0')) return compareNul(comparison, value, place, dialect)
  return compareText(comparison, value, place, dialect)
}

/** A text with a NUL is nowhere in PostgreSQL. */
function compareNul<C, T>(
  { op, attribute }: ValueComparison,
  value: string,
  place: FilterColumn<C>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  if (dialect === 'sqlite') return refuse(attribute, ': it would have a NUL')
  // It sorts right after what precedes its NUL.
  const start = value.slice(0, value.indexOf('\0'))
  if (op === 'gt' || op === 'ge') return compareText({ op: 'gt', attribute, value }, start, place, dialect)
  if (op === 'lt' || op === 'le') return compareText({ op: 'le', attribute, value }, start, place, dialect)
  return false
}

function compareNumber<C, T>(
  op: Order,
  value: number,
  column: Piece<C, T>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const type = Number.isSafeInteger(value) ? '::bigint' : '::double precision'
  return [column, ` ${signs[op]} `, { parameter: value }, dialect === 'postgres' ? type : '']
}

function compareInstant<C, T>(
  op: Order,
  value: string,
  attribute: CompiledAttribute,
  { column, type }: FilterColumn<C>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const comparison = comparableInstant(op, value, dialect === 'postgres' ? 6 : 3)
  if (!comparison) return refuse(attribute, ': the database keeps no such time')
  if (comparison.op === undefined) return false
  const sign = ` ${signs[comparison.op]} `
  if (type === 'milliseconds') return [{ column }, sign, { parameter: comparison.milliseconds, of: column }]
  const text = { parameter: comparison.text }
  if (dialect === 'sqlite') return [{ column }, sign, text]
  if (type === 'timestamp') return [{ column }, sign, '(', text, "::timestamptz at time zone 'UTC')"]
  return [{ column }, sign, text, '::timestamptz']
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

function compareUuid<C, T>(
  { op, attribute }: ValueComparison,
  value: string,
  column: Piece<C, T>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  if (op !== 'eq') return refuse(attribute, ` with ${op}`)
  const folded = attribute.caseExact ? value : value.toLowerCase()
  return uuid.test(folded) && [column, ' = ', { parameter: folded }, dialect === 'postgres' ? '::uuid' : '']
}

function compareText<C, T>(
  { op, attribute }: ValueComparison,
  value: string,
  { column, foldedIn }: FilterColumn<C>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const ignoresCase = !attribute.caseExact
  if (ignoresCase && foldedIn !== undefined)
    return textCondition(op, [{ column: foldedIn }], [{ parameter: foldText(value) }], dialect)
  const plain = { column }
  if (!ignoresCase) return textCondition(op, [plain], [{ parameter: value }], dialect)
  if (dialect === 'sqlite' && foldText(value) !== asciiLower(value))
    return refuse(attribute, ': SQLite ignores the case of ASCII letters only; give the column a foldedIn')
  const lower = (piece: Piece<C, T>) => ['lower(', piece, ')']
  const parameter = { parameter: dialect === 'sqlite' ? asciiLower(value) : value }
  return textCondition(op, lower(plain), dialect === 'sqlite' ? [parameter] : lower(parameter), dialect)
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** By code point, and without patterns: what a text contains has no special characters. */
function textCondition<C, T>(
  op: ValueComparison['op'],
  text: readonly Piece<C, T>[],
  literal: readonly Piece<C, T>[],
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const isPostgres = dialect === 'postgres'
  switch (op) {
    case 'eq':
      return [...text, ' = ', ...literal]
    case 'co':
      return [isPostgres ? 'strpos(' : 'instr(', ...text, ', ', ...literal, ') > 0']
    case 'sw':
      return isPostgres
        ? ['starts_with(', ...text, ', ', ...literal, ')']
        : ['substr(', ...text, ', 1, length(', ...literal, ')) = ', ...literal]
    case 'ew':
      return isPostgres
        ? ['right(', ...text, ', length(', ...literal, ')) = ', ...literal]
        : ['substr(', ...text, ', length(', ...text, ') - length(', ...literal, ') + 1) = ', ...literal]
    default:
      return [...text, isPostgres ? ' collate "C" ' : ' ', signs[op], ' ', ...literal]
  }
}
