import { sql } from 'kysely'
import type { Database, ResultRow } from '../sql/query.js'
import { query } from '../sql/query.js'
import { and } from '../sql/sql.js'
import type { ErrorNames } from './errors.js'
import { checkViolated, duplicateOf, referenceMissing, translateError, valueTooLong } from './errors.js'

/** Errors that need a follow-up query; a failed transaction accepts none, so it runs after the rollback. */
const followUps = new WeakMap<object, (db: Database) => Promise<never>>()

/** What throws the error of a transaction that was rolled back with the name of the column, where it lacks that. */
export function followUpOf(error: unknown): ((db: Database) => Promise<never>) | undefined {
  return error instanceof Error ? followUps.get(error) : undefined
}

/**
 * Throws the error of a write. One about a value that is too long, that a check refuses or that refers to nothing names
 * the column, which the database may not.
 */
export async function rethrowNamingColumn(
  db: Database,
  error: unknown,
  names: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<never> {
  const { kind, columns = [] } = names.table.dialect.failureOf(error) ?? {}
  if (kind === 'tooLongForIndex') throw valueTooLong(columnOfLongest(values), names, error)
  const isNamed =
    kind === 'missingReference' || kind === 'duplicate' ? columns.length > 0 : kind !== 'tooLongForColumn'
  if (isNamed && kind !== 'violatedCheck') throw error
  if (db.isTransaction && names.table.dialect.keepsFailedTransactions !== true) {
    const unnamed = translateError(error, names)
    if (unnamed instanceof Error) followUps.set(unnamed, (after) => throwNaming(after, error, names, values))
    throw unnamed
  }
  return throwNaming(db, error, names, values)
}

async function throwNaming(
  db: Database,
  error: unknown,
  names: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<never> {
  switch (names.table.dialect.failureOf(error)?.kind) {
    case 'violatedCheck':
      throw checkViolated(await columnsOfCheck(db, error, names), names, error)
    case 'missingReference':
      throw referenceMissing(await columnsOfReference(db, names, values), names, error)
    case 'duplicate':
      throw await namedDuplicate(db, error, names)
    default:
      throw valueTooLong(await columnOfTooLong(db, names, values), names, error)
  }
}

async function namedDuplicate(db: Database, error: unknown, names: ErrorNames): Promise<unknown> {
  const { dialect, name } = names.table
  const { constraint } = dialect.failureOf(error) ?? {}
  const found =
    constraint === undefined ? [] : await query(db, dialect.schema.columnsOfConstraint(name, constraint))
  const table = found[0]?.m_table
  const columns = found.map(({ m_column: column }) => String(column))
  return duplicateOf(columns, typeof table === 'string' ? table : undefined, names, error)
}

/** The columns of the row that was to be written which refer to no row; none where each does that is known. */
async function columnsOfReference(
  db: Database,
  { table: { dialect, name, tenant }, row }: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<readonly string[]> {
  const { foreignKeysOf } = dialect.schema
  const keys = new Map<unknown, ResultRow[]>()
  for (const part of foreignKeysOf ? await query(db, foreignKeysOf(name)) : [])
    keys.set(part.m_key, [...(keys.get(part.m_key) ?? []), part])
  for (const parts of keys.values()) {
    const written = parts.map(({ m_column: column }) => String(column)).filter((column) => values.has(column))
    const isSame = parts.map(({ m_column: column, m_to: to }) => {
      const value = column === tenant ? row?.tenant : values.get(String(column))
      return value === undefined || sql`${sql.id(String(to))} = ${value}`
    })
    const which = and(isSame)
    if (written.length === 0 || which === true) continue
    const [found] = await query(
      db,
      sql`select 1 as m_found from ${sql.table(String(parts[0]?.m_table))} where ${which}`,
    )
    if (!found) return written
  }
  return []
}

async function columnOfTooLong(
  db: Database,
  { table: { dialect, name } }: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<string | undefined> {
  const limits = await query(db, dialect.schema.textLimitsOf(name))
  const exceeded = limits.find(({ m_column: column, m_limit: limit }) => {
    const value = values.get(String(column))
    return typeof value === 'string' && [...value].length > Number(limit)
  })
  return exceeded && String(exceeded.m_column)
}

/** The columns that a check is about; none where the database does not say. */
async function columnsOfCheck(
  db: Database,
  error: unknown,
  { table: { dialect, name, layout } }: ErrorNames,
): Promise<readonly string[]> {
  const { table, constraint } = dialect.failureOf(error) ?? {}
  if (constraint === undefined) return []
  const children = [...layout.attributes.values()].flatMap((mapping) =>
    mapping.kind === 'childTable' ? [mapping.table] : [],
  )
  const full =
    table === undefined
      ? name
      : [name, ...children].find((known) => known.slice(known.lastIndexOf('.') + 1) === table)
  if (full === undefined) return []
  const columns = await query(db, dialect.schema.columnsOfConstraint(full, constraint))
  return columns.map(({ m_column: column }) => String(column))
}

function columnOfLongest(values: ReadonlyMap<string, unknown>): string | undefined {
  let longest: { readonly column: string; readonly length: number } | undefined
  for (const [column, value] of values) {
    if (typeof value === 'string' && value.length > (longest?.length ?? -1))
      longest = { column, length: value.length }
  }
  return longest?.column
}
