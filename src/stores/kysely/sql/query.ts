import type { Kysely } from 'kysely'
import { CompiledQuery } from 'kysely'
import type { UnknownObject } from '../../../protocol/index.js'
import type { Sql } from './sql.js'

/** A database whatever its tables: statements are made from a mapping, not from the host's types. */
export type Database = Kysely<unknown>

/** A row of a result, by the names that the statement gives its columns. */
export type ResultRow = UnknownObject

/** Runs a statement. */
export type Run = (statement: Sql) => Promise<readonly ResultRow[]>

/** Runs one statement. */
export async function query(db: Database, statement: Sql): Promise<readonly ResultRow[]> {
  const { rows } = await db.executeQuery(statement.compile(db))
  // The statement's text names the columns.
  return rows as readonly ResultRow[]
}

/** Runs a statement that has been compiled before. */
export async function queryText(
  db: Database,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly ResultRow[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...parameters]))
  return rows as readonly ResultRow[]
}
