import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { ErrorNames } from './errors.js'
import { checkViolated, valueTooLong } from './errors.js'

/** Errors that need a follow-up query; a failed transaction accepts none, so it runs after the rollback. */
const followUps = new WeakMap<object, (db: Database) => Promise<never>>()

/** What throws the error of a transaction that was rolled back with the name of the column, where it lacks that. */
export function followUpOf(error: unknown): ((db: Database) => Promise<never>) | undefined {
  return error instanceof Error ? followUps.get(error) : undefined
}

/**
 * Throws the error of a write. One about a value that is too long, or that a check refuses, names the column, which the
 * database may not.
 */
export async function rethrowNamingColumn(
  db: Database,
  error: unknown,
  names: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<never> {
  const kind = names.table.dialect.failureOf(error)?.kind
  if (kind === 'tooLongForIndex') throw valueTooLong(columnOfLongest(values), names, error)
  if (kind !== 'tooLongForColumn' && kind !== 'violatedCheck') throw error
  if (db.isTransaction) {
    const unnamed =
      kind === 'violatedCheck' ? checkViolated([], names, error) : valueTooLong(undefined, names, error)
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
  throw names.table.dialect.failureOf(error)?.kind === 'violatedCheck'
    ? checkViolated(await columnsOfCheck(db, error, names), names, error)
    : valueTooLong(await columnOfTooLong(db, names, values), names, error)
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
  if (constraint === undefined || table === undefined) return []
  const children = [...layout.attributes.values()].flatMap((mapping) =>
    mapping.kind === 'childTable' ? [mapping.table] : [],
  )
  const full = [name, ...children].find((known) => known.slice(known.lastIndexOf('.') + 1) === table)
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
