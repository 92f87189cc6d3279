import type { Kysely } from 'kysely'
import type { Mapping } from '../../../mapping/index.js'
import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import type { ResourceStore, Transactions } from '../../store.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import type { IdType } from '../sql/table.js'

/** The column with the ids, and where they come from. */
export interface IdColumn {
  readonly column: string
  /** Default `uuid`. */
  readonly type?: IdType
  /** Returns the id of a new row; `database` leaves it to the column's default. Default: random UUIDs. */
  readonly generate?: 'database' | (() => string)
}

/** The column that says which tenant a row belongs to. */
export interface TenantColumn {
  readonly column: string
  /** The column's value for a tenant. Default: the tenant itself, or an empty text without one. */
  readonly value?: (tenant: string | undefined) => unknown
}

/** Options of {@link kyselyStore}. */
export interface KyselyStoreOptions<DB, R extends CommonAttributes> {
  /** The host's Kysely, or a pool of `pg`, which other libraries can use at the same time. PostgreSQL or PGlite. */
  readonly db: Kysely<DB> | PostgresPool
  /** The table; with its schema before a dot where it is not on the search path. */
  readonly table: string
  /** Where each attribute lives. */
  readonly mapping: Mapping<R>
  /** The column with the id, which is unique. Default: `id`, a UUID. */
  readonly id?: string | IdColumn
  /** The column that keeps tenants apart. Left out: every caller sees the whole table. */
  readonly tenant?: string | TenantColumn | undefined
  /**
   * A column of whole numbers that every change increments. Default: PostgreSQL's `xmin`, which changes with every
   * update of the row, also with the host's own.
   */
  readonly version?: string | undefined
  /** The column, a `timestamptz`, with the time of a row's creation. */
  readonly created: string
  /** The column, a `timestamptz`, that every change sets. */
  readonly lastModified: string
  /** Attributes by the names of unique constraints and indexes, where the constraint's columns do not say which. */
  readonly constraints?: Readonly<Record<string, string>>
  /**
   * Records lifecycle events in a table, in the transaction of their write, until {@link deliverEvents} delivers them:
   * `true` for `scim_events`, or the table's name. {@link eventsTable} creates the table. Default false.
   */
  readonly outbox?: boolean | string | undefined
}

/** A store that also states which attributes it stores. */
export interface KyselyStore<R extends CommonAttributes> extends ResourceStore<R> {
  /** The same object for all stores over the same Kysely or pool. */
  readonly transactions: Transactions
  /**
   * The resource type as the table stores it: without the attributes that are not mapped, and with those read-only
   * that cannot be written.
   *
   * @throws TypeError that names the line of the mapping that is wrong.
   */
  restrictResourceType(definition: ResourceTypeDefinition): ResourceTypeDefinition
}
