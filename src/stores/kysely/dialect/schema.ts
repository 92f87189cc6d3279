import type { UnknownObject } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Sql } from '../sql/sql.js'
import type { SqlMigration } from './migration.js'
import type { OwnNames } from './names.js'
import type { OwnTablesVersion } from './own-tables.js'

/** What is needed of an attribute to keep it unique. */
export type UniqueAttribute = Pick<CompiledAttribute, 'path' | 'keys' | 'caseExact'>

/** Tables of scimkit's own, and what can be learnt of a host's. */
export interface SchemaDialect {
  /** What the database is called. */
  readonly label: string
  /** Whether tables can be in a schema of the host's choice. */
  readonly hasSchemas: boolean
  /** The tables of users, groups and members under names, version by version. */
  ownTables(names: OwnNames): readonly OwnTablesVersion[]
  /**
   * Tells whether the tables have what they are searched by since their second version, as `m_folds`; undefined where
   * they have had it from the first.
   */
  ownFolding?(names: OwnNames): Sql
  /** Lets two groups of a tenant have one name. */
  groupNames(names: OwnNames): SqlMigration
  /** Creates a unique index of an attribute in the column `document` of a table, for each tenant. */
  uniqueIndex(names: OwnNames, index: string, table: string, attribute: UniqueAttribute): SqlMigration
  /** Rows that such an index would refuse, by their values: tenants as `m_tenant`, ids as `m_ids`, the oldest first. */
  twins(names: OwnNames, table: string, attribute: UniqueAttribute): Sql
  /** Create the table that lifecycle events wait in, one after the other. */
  eventsTable(table: string): readonly SqlMigration[]
  /** Create the tables of a request log, one after the other. */
  requestLogTables(table: string): readonly SqlMigration[]
  /** Create the tables of connections, one after the other. */
  connectionTables(names: OwnNames): readonly SqlMigration[]
  /** Create the table of walks, one after the other. */
  walkTable(names: OwnNames): readonly SqlMigration[]
  /**
   * Tells whether letters of any script are folded when case does not matter, as `m_folds`; undefined where they never
   * are: then scimkit's own tables keep names without their case in columns of their own.
   */
  readonly foldsCase: Sql | undefined
  /** The columns of tables, as `m_table` and `m_column`. */
  columnsOf(tables: readonly string[]): Sql
  /** Tells whether row-level security restricts this role's access to a table, as `m_active`; null where there is none. */
  isRowSecurityActive(table: string): Sql
  /** The columns that a constraint of a table is about, as `m_column`; `m_table` where that is the database's to say. */
  columnsOfConstraint(table: string, constraint: string): Sql
  /**
   * The columns of a table that refer to others, as `m_key`, `m_column`, `m_table` and `m_to`; undefined where the
   * database's errors name them.
   */
  foreignKeysOf?(table: string): Sql
  /** The columns with texts of limited length, as `m_column` and `m_limit`. */
  textLimitsOf(table: string): Sql
  /** Inserts rows of the table of users without a tenant, except those whose `user_name` exists. */
  insertUsers(names: OwnNames, rows: readonly UnknownObject[]): Sql
}
