import type { RowValues } from '../../../mapping/index.js'
import type { StoreContext } from '../../store.js'
import { withErrorTranslation } from '../database/execute.js'
import { rethrowNamingColumn } from '../database/name-column.js'
import { rethrowNamingReference } from '../statements/references.js'
import type { StoreRequest } from './shape.js'

/** Runs a write with its errors translated; `values` are those that may be too long. */
export function runWrite<T>(
  { db, names }: StoreRequest,
  { maxAttempts }: StoreContext,
  values: RowValues,
  work: () => Promise<T>,
): Promise<T> {
  const run = () => work().catch((error) => rethrowNamingReference(error, values, names.table))
  const named = () => run().catch((error) => rethrowNamingColumn(db, error, names, values.columns))
  return withErrorTranslation(db, names, named, maxAttempts)
}
