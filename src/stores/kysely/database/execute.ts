import { backoff, ScimError } from '../../../protocol/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Database } from '../sql/query.js'
import type { ErrorNames } from './errors.js'
import { translateError } from './errors.js'

const maxAttempts = 6
const wait = { first: 10 }

/**
 * Runs work in the database: again, a bounded number of times, where a concurrent transaction was in the way, and with
 * errors translated to those of the protocol.
 *
 * @throws ScimError `uniqueness`, `invalidValue`; 503 when the database is away or too busy.
 */
export function withErrorTranslation<T>(db: Database, names: ErrorNames, work: () => Promise<T>): Promise<T> {
  return retryOnSerializationFailure(db, names.table.dialect, work, (error) => translateError(error, names))
}

/** Like {@link withErrorTranslation}, with its own translation. */
export async function retryOnSerializationFailure<T>(
  db: Database,
  dialect: Dialect,
  work: () => Promise<T>,
  translate: (error: unknown) => unknown,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      // An open transaction has failed as a whole: who began it begins again.
      if (db.isTransaction || dialect.failureOf(error)?.kind !== 'conflict') throw translate(error)
      if (attempt >= maxAttempts) {
        throw ScimError.unavailable('The database is busy with others; try again', { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt, wait)))
    }
  }
}
