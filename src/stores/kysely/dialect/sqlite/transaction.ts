import type { Database } from '../../sql/query.js'

/** No other transaction writes at the same time, in any process: what is read in this one stays as it is. */
export function inSqliteTransaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work)
}
