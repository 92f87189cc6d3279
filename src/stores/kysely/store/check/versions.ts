import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** Rows of which nothing says that they have changed. */
export const findMissingVersion: Check = function* ({ table, facts }) {
  const found = facts(table.name)
  if (!found || found.hasRowVersion || table.version !== undefined) return
  yield finding('no-version', 'option version', {
    message: `${named(table.name)} is no table: its rows have no version of their own`,
    why: 'Two writers of one row would overwrite each other',
    fix: `Name a column that counts versions (${table.dialect.mends.versionColumn}) in the option "version", or the table itself`,
  })
}
