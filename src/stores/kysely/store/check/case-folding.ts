import type { Check } from './checked-store.js'
import { finding } from './codes.js'

/** A database that folds the case of some letters only. */
export const findCaseFolding: Check = function* ({ table, facts }) {
  if (facts(table.name)?.foldsAllLetters ?? true) return
  yield finding('ascii-letters-only', 'option db', {
    message: 'the database folds the case of ASCII letters only, so that "JÖRG" and "jörg" are two users',
    why: 'SCIM takes them for one',
    fix: `Use a database with a UTF-8 locale: ${table.dialect.mends.createDatabase}`,
  })
}
