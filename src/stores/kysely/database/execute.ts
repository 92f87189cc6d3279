import type { Kysely } from 'kysely'
import { CompiledQuery } from 'kysely'
import { ScimError } from '../../../protocol/index.js'
import type { Sql } from '../sql/sql.js'
import type { ResultRow } from '../statements/row.js'
import type { Words } from './errors.js'
import { isConflict, translate } from './errors.js'

/** A database whatever its tables: statements here are made of a mapping, not of the host's types. */
export type Database = Kysely<unknown>

const maxAttempts = 6

/** Runs one statement. */
export async function query(db: Database, statement: Sql): Promise<readonly ResultRow[]> {
  const { rows } = await db.executeQuery(statement.compile(db))
  // The columns of a statement are what its text says.
  return rows as readonly ResultRow[]
}

/** Runs a statement whose text is known already. */
export async function queryText(
  db: Database,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly ResultRow[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...parameters]))
  return rows as readonly ResultRow[]
}

/**
 * Does something in the database: again, a bounded number of times, where another transaction was in the way, and
 * with errors in the protocol's words.
 *
 * @throws ScimError `uniqueness`, `invalidValue`; 503 when the database is away or too busy.
 */
export function attempt<T>(db: Database, words: Words, work: () => Promise<T>): Promise<T> {
  return untilFree(db, work, (error) => translate(error, words))
}

/** The same for work whose errors are told by a function. */
export async function untilFree<T>(
  db: Database,
  work: () => Promise<T>,
  tell: (error: unknown) => unknown,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await work()
    } catch (error) {
      // A transaction is begun again by whoever began it.
      if (!isConflict(error) || db.isTransaction) throw tell(error)
      if (count >= maxAttempts) {
        throw ScimError.unavailable('The database is busy with others; try again', { cause: error })
      }
      await pause(count)
    }
  }
}

/** Longer each time, and not the same for all that wait. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** attempt))
}

/** Does something in a transaction: in the one that is under way, where there is one. */
export function inTransaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work)
}
