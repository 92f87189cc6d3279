import type { ConnectedDatabase } from '../database/connect.js'
import { translateFailure } from '../database/errors.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import type { Database, ResultRow } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'

/** Runs the statements of connections, again where another transaction was in the way. */
export class ConnectionsWork {
  constructor(private readonly database: ConnectedDatabase) {}

  /** One statement. */
  run(statement: Sql): Promise<readonly ResultRow[]> {
    return this.retry(() => query(this.database.db, statement))
  }

  /** Several, as one. Each sees what others have committed, so that a lock that was waited for tells what is true now. */
  runAsOne<T>(work: (transaction: Database) => Promise<T>): Promise<T> {
    const { db, dialect } = this.database
    return this.retry(() => dialect.inTransaction(db, work, { seesCommits: true }))
  }

  private retry<T>(work: () => Promise<T>): Promise<T> {
    const { db, dialect } = this.database
    const translate = (error: unknown) => translateFailure(error, dialect)
    return retryOnSerializationFailure(db, dialect, work, { translate })
  }
}
