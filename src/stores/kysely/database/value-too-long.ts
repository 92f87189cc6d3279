import { sql } from 'kysely'
import type { Sql } from '../sql/sql.js'
import type { Words } from './errors.js'
import { isTooLong, tooLong } from './errors.js'
import type { Database } from './execute.js'
import { query } from './execute.js'

/** What has more to say when its transaction is over. */
const later = new WeakMap<object, (root: Database) => Promise<never>>()

/** Throws the error of a transaction that is over, with the name that could not be asked for in it. */
export async function explainLate(root: Database, error: unknown): Promise<never> {
  if (error instanceof Error) await later.get(error)?.(root)
  throw error
}

/** Throws the error of a write; one about a value that was too long names its column. */
export async function explain(
  on: Database,
  error: unknown,
  words: Words,
  values: ReadonlyMap<string, unknown>,
): Promise<never> {
  const limit = isTooLong(error)
  if (limit === 'index') throw tooLong(longest(values), words, error)
  if (limit === undefined) throw error
  if (on.isTransaction) {
    // In a transaction that has failed, nothing more can be asked; when it is over, it can.
    const unnamed = tooLong(undefined, words, error)
    later.set(unnamed, (root) => explain(root, error, words, values))
    throw unnamed
  }
  const limits = await query(on, limitsStatement(words.table.name))
  const found = limits.find(({ m_column: column, m_limit: most }) => {
    const value = values.get(String(column))
    return typeof value === 'string' && [...value].length > Number(most)
  })
  throw tooLong(found && String(found.m_column), words, error)
}

/** The column with the longest text. */
function longest(values: ReadonlyMap<string, unknown>): string | undefined {
  const texts = [...values].flatMap(([column, value]) =>
    typeof value === 'string' ? [{ column, value }] : [],
  )
  return texts.sort((a, b) => b.value.length - a.value.length)[0]?.column
}

/** The columns of a table that hold texts of a limited length. */
function limitsStatement(table: string): Sql {
  return sql`select attname as m_column, atttypmod - 4 as m_limit from pg_attribute where attrelid = to_regclass(${table}) and atttypid in ('varchar'::regtype, 'bpchar'::regtype) and atttypmod > 0`
}
