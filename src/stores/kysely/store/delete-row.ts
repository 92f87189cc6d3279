import { ScimError } from '../../../protocol/index.js'
import type { StoreContext } from '../../store.js'
import { translateDeletion, translateMarking } from '../database/errors.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import { query } from '../sql/query.js'
import { isId } from '../sql/table.js'
import { deleteStatement, isRow, markStatement } from '../statements/write.js'
import { refuseWrite } from './refuse-write.js'
import type { RowRules } from './row-rules.js'
import { deletionOf } from './row-rules.js'
import type { StoreRequest } from './shape.js'

/** Deletes a row, or marks it as deleted. @throws ScimError `notFound`; `versionMismatch`. */
export async function deleteRow(
  { table, names, row, db }: StoreRequest,
  { marks, where }: Pick<RowRules<never>, 'marks' | 'where'>,
  { id, expectedVersion }: { readonly id: string; readonly expectedVersion: string | undefined },
  { maxAttempts }: StoreContext,
): Promise<void> {
  if (!isId(table.id.type, id)) throw ScimError.notFound()
  const which = isRow(row, id, expectedVersion)
  const statement = marks ? markStatement(row, deletionOf(marks, where), which) : deleteStatement(row, which)
  const work = async () => {
    const deleted = await query(db, statement)
    if (deleted.length === 0) await refuseWrite(db, row, id)
  }
  const translate = (error: unknown) =>
    marks ? translateMarking(error, names) : translateDeletion(error, names)
  await retryOnSerializationFailure(db, table.dialect, work, { translate, maxAttempts })
}
