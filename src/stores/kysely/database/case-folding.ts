import type { Dialect } from '../dialect/dialect.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'

/**
 * Refuses a database that folds the case of ASCII letters only: values that SCIM takes for equal, such as the user names
 * `JÖRG` and `jörg`, would be two.
 *
 * @throws TypeError that says how to create one that does.
 */
export async function assertCaseFolding(db: Database, dialect: Dialect): Promise<void> {
  const { foldsCase } = dialect.schema
  if (!foldsCase) return
  const [row] = await query(db, foldsCase)
  if (row?.m_folds === true) return
  throw new TypeError(
    'The database folds the case of ASCII letters only, so that "JÖRG" and "jörg" would be two users. Create it with a UTF-8 ' +
      "locale, for example: create database scim template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'",
  )
}
