import { ScimError } from '../../../protocol/index.js'
import type { RowScope } from '../search/scope.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import { existsStatement, isRow } from '../statements/write.js'

/** Throws why a write has not found its row. */
export async function refuseWrite(db: Database, row: RowScope, id: string): Promise<never> {
  const existing = await query(db, existsStatement(row, isRow(row, id, undefined)))
  throw existing.length === 0 ? ScimError.notFound() : ScimError.versionMismatch()
}
