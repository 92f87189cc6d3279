import type { Kysely } from 'kysely'
import type { Mapping } from '../../../mapping/index.js'
import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import type { ResourceStore, Transactions } from '../../store.js'
import type { PostgresPool } from '../database/connect.js'
import type { IdType } from '../sql/table.js'

/** Where ids come from. */
export interface IdColumn {
  readonly column: string
  /** Default `uuid`. */
  readonly type?: IdType
  /** Makes the id of a new row, random UUIDs unless told; `database` leaves it to the column's default. */
  readonly generate?: 'database' | (() => string)
}

/** Which column says whose a row is. */
export interface TenantColumn {
  readonly column: string
  /** The column's value for a tenant; the tenant itself unless told, and an empty text without one. */
  readonly value?: (tenant: string | undefined) => unknown
}

/** What a store of one table is told. */
export interface KyselyStoreOptions<DB, R extends CommonAttributes> {
  /** The host's Kysely, or a pool of `pg`, which other libraries can use at the same time. PostgreSQL or PGlite. */
  readonly db: Kysely<DB> | PostgresPool
  /** The table; with its schema before a point where it is not on the search path. */
  readonly table: string
  /** Where each attribute lives. */
  readonly mapping: Mapping<R>
  /** The column with the id, which is unique. Default: `id`, a UUID. */
  readonly id?: string | IdColumn
  /** The column that keeps tenants apart. Left out: every caller sees the whole table. */
  readonly tenant?: string | TenantColumn | undefined
  /**
   * A column of whole numbers that each change counts up. Left out: PostgreSQL's `xmin`, which changes with every
   * update of the row, also the host's own.
   */
  readonly version?: string | undefined
  /** The column, a `timestamptz`, that says when a row came to be. */
  readonly created: string
  /** The column, a `timestamptz`, that each change sets. */
  readonly lastModified: string
  /** Attributes by the names of unique constraints and indexes, where the constraint's columns do not say which. */
  readonly constraints?: Readonly<Record<string, string>>
  /**
   * Keeps lifecycle events in a table, in the transaction of the write that they tell of, until {@link deliverEvents}
   * delivers them: `true` for `scim_events`, or the table's name. {@link eventsTable} makes the table.
   */
  readonly outbox?: boolean | string | undefined
}

/** What only the store's own tables can promise. */
export interface OwnTable {
  /** A row holds what was written to it and nothing else, so that it need not be read back. */
  readonly isPlain?: boolean
}

/** A store that also says which attributes it keeps. */
export interface KyselyStore<R extends CommonAttributes> extends ResourceStore<R> {
  /** The same object for all stores that were given the same Kysely or pool. */
  readonly transactions: Transactions
  /**
   * The resource type as the table keeps it: without the attributes that have no place, and with those read-only that
   * nobody can write.
   *
   * @throws TypeError that names the line of the mapping that is wrong.
   */
  restrictResourceType(definition: ResourceTypeDefinition): ResourceTypeDefinition
}
