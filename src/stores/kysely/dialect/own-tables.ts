import type { SqlMigration } from './migration.js'

/** What one version of scimkit's own tables of users and groups adds to the one before it. */
export interface OwnTablesVersion {
  /** What both kinds need, first. */
  readonly shared: SqlMigration
  readonly users: SqlMigration
  /** The table of groups, and that of their members. */
  readonly groups: SqlMigration
}
