import type { ConnectedDatabase } from '../database/connect.js'
import type { Dialect } from '../dialect/dialect.js'
import type { OwnNames } from '../dialect/names.js'
import { query } from '../sql/query.js'

/** Milliseconds between two looks at tables of an earlier version, which may have been migrated meanwhile. */
const lookInterval = 10_000

/**
 * How scimkit's own tables fold case. Those of an earlier version lack the function for it until they are migrated: they
 * are searched by the database's own folding meanwhile, as that version does it.
 */
export class OwnFolding {
  /** As long as nothing says otherwise, the tables are those of this version: to ask would cost every start. */
  isMissing = false
  private lookedAt = 0

  constructor(
    private readonly database: ConnectedDatabase,
    private readonly names: OwnNames,
  ) {}

  /** Whether the tables are to be searched as an earlier version does it. */
  isFormer(): boolean {
    if (this.isMissing && Date.now() - this.lookedAt > lookInterval) {
      this.lookedAt = Date.now()
      // While the database is away, a later request looks.
      this.look().catch(() => {})
    }
    return this.isMissing
  }

  /** The dialect of the tables, as they are now or were in an earlier version. */
  dialect(isFormer: boolean): Dialect {
    const { dialect } = this.database
    return isFormer || !dialect.own ? dialect : { ...dialect, ...dialect.own(this.names) }
  }

  /** Learns from an error of a statement; true where it must be made anew, since requests beside it may have learnt too. */
  learn(error: unknown): boolean {
    if (!this.database.dialect.lacksOwnFolding?.(error)) return false
    this.isMissing = true
    this.lookedAt = Date.now()
    return true
  }

  /** Asks the database. */
  async look(): Promise<void> {
    const { db, dialect } = this.database
    const statement = dialect.schema.ownFolding?.(this.names)
    if (!statement) return
    const [row] = await query(db, statement)
    if (row) this.isMissing = row.m_folds !== true
  }
}
