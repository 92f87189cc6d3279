import type { Layout } from '../../../../mapping/index.js'
import type { Check } from './checked-store.js'
import { finding } from './codes.js'

/** A database that folds the case of some letters only. */
export const findCaseFolding: Check = function* ({ table, facts }) {
  if (facts(table.name)?.foldsAllLetters ?? true) return
  if (!table.dialect.schema.foldsCase && hasKeys(table.layout)) return
  yield finding('ascii-letters-only', 'option db', {
    message: 'the database folds the case of ASCII letters only, so that "JÖRG" and "jörg" are two users',
    why: 'SCIM takes them for one',
    fix: table.dialect.mends.foldAllLetters,
  })
}

/** Whether every unique text has a column of its own without its case. */
function hasKeys(layout: Layout): boolean {
  return layout.type.unique.every((attribute) => {
    if (attribute.caseExact || attribute.path === 'id') return true
    const source = layout.sourceOf(attribute)
    return source.kind !== 'column' || source.mapping.foldedIn !== undefined
  })
}
