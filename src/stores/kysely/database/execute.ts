import { backoff, ScimError } from '../../../protocol/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Database } from '../sql/query.js'
import type { ErrorNames } from './errors.js'
import { translateError } from './errors.js'

/** How often work is tried where nobody says. */
const defaultAttempts = 6

/** How long work is tried again, in milliseconds. */
const retryTimeout = 15_000

const wait = { first: 10, max: 2000 }

/**
 * Runs work in the database: again, a bounded number of times, where a concurrent transaction was in the way, and with
 * errors translated to those of the protocol.
 *
 * @throws ScimError `uniqueness`, `invalidValue`; 503 when the database is away or too busy.
 */
export function withErrorTranslation<T>(
  db: Database,
  names: ErrorNames,
  work: () => Promise<T>,
  maxAttempts?: number,
): Promise<T> {
  const translate = (error: unknown) => translateError(error, names)
  return retryOnSerializationFailure(db, names.table.dialect, work, { translate, maxAttempts })
}

/** How work is tried again. */
export interface RetryOptions {
  /** The error to throw for one of the database. */
  readonly translate: (error: unknown) => unknown
  /** Default: 6. */
  readonly maxAttempts?: number | undefined
}

/** Like {@link withErrorTranslation}, with its own translation. */
export async function retryOnSerializationFailure<T>(
  db: Database,
  dialect: Dialect,
  work: () => Promise<T>,
  { translate, maxAttempts = defaultAttempts }: RetryOptions,
): Promise<T> {
  let start: number | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      // An open transaction has failed as a whole: who began it begins again.
      if (db.isTransaction || dialect.failureOf(error)?.kind !== 'conflict') throw translate(error)
      start ??= Date.now()
      if (attempt >= maxAttempts || Date.now() - start > retryTimeout) {
        throw ScimError.unavailable('The database is busy with others; try again', { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt, wait)))
    }
  }
}
