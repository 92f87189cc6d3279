import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { ErrorNames } from './errors.js'
import { valueTooLong } from './errors.js'

/** Errors that need a follow-up query; a failed transaction accepts none, so it runs after the rollback. */
const followUps = new WeakMap<object, (db: Database) => Promise<never>>()

/** What throws the error of a transaction that was rolled back with the name of the column, where it lacks that. */
export function followUpOf(error: unknown): ((db: Database) => Promise<never>) | undefined {
  return error instanceof Error ? followUps.get(error) : undefined
}

/** Throws the error of a write. One about a value that is too long names the column, which the database may not. */
export async function rethrowNamingLongValue(
  db: Database,
  error: unknown,
  names: ErrorNames,
  values: ReadonlyMap<string, unknown>,
): Promise<never> {
  const { dialect } = names.table
  const kind = dialect.failureOf(error)?.kind
  if (kind === 'tooLongForIndex') throw valueTooLong(columnOfLongest(values), names, error)
  if (kind !== 'tooLongForColumn') throw error
  if (db.isTransaction) {
    const unnamed = valueTooLong(undefined, names, error)
    followUps.set(unnamed, (after) => throwNaming(after, error, names, values))
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
  const { dialect, name } = names.table
  const limits = await query(db, dialect.schema.textLimitsOf(name))
  const exceeded = limits.find(({ m_column: column, m_limit: limit }) => {
    const value = values.get(String(column))
    return typeof value === 'string' && [...value].length > Number(limit)
  })
  throw valueTooLong(exceeded && String(exceeded.m_column), names, error)
}

function columnOfLongest(values: ReadonlyMap<string, unknown>): string | undefined {
  let longest: { readonly column: string; readonly length: number } | undefined
  for (const [column, value] of values) {
    if (typeof value === 'string' && value.length > (longest?.length ?? -1))
      longest = { column, length: value.length }
  }
  return longest?.column
}
