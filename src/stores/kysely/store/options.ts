import type { Mapping } from '../../../mapping/index.js'
import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import type { ResourceStore, Transactions } from '../../store.js'
import type { HostDatabase } from '../database/connect.js'
import type { OnTransaction } from '../database/on-transaction.js'
import type { IdType } from '../sql/table.js'
import type { RowOptions } from './row-options.js'

/** The column with the ids, and where they come from. */
export interface IdColumn {
  readonly column: string
  /** `integer` and `bigint` are the same: integers of up to 64 bits, whatever the column's size. Default `uuid`. */
  readonly type?: IdType | 'bigint'
  /**
   * Returns the id of a new row; `database` leaves it to the column's default. Default: random UUIDs, and `database` for
   * integers.
   */
  readonly generate?: 'database' | (() => string | number | bigint)
}

/** The column that says which tenant a row belongs to. */
export interface TenantColumn {
  readonly column: string
  /** The column's value for a tenant. Default: the tenant itself, or an empty text without one. */
  readonly value?: (tenant: string | undefined) => unknown
}

/** Columns that tell whether a row has changed. */
export interface VersionColumns {
  readonly columns: readonly string[]
}

/** Options of {@link kyselyStore}. */
export interface KyselyStoreOptions<DB, R extends CommonAttributes, Row = never>
  extends RowOptions<NoInfer<Row>, NoInfer<R>> {
  /**
   * The host's Kysely for PostgreSQL or PGlite, or a pool of `pg`; or a database of SQLite, by `libsql`, `better-sqlite3` or
   * `node:sqlite` (Node 22 and later), as it is: its file gets connections of the store's own, by the same driver and
   * with the same `synchronous` and `foreign_keys`. Other libraries can use them at the same time.
   *
   * @example
   * import Database from 'libsql' // or 'better-sqlite3'
   * const db = new Database('app.db')
   * db.pragma('journal_mode = wal')
   * @example
   * import { DatabaseSync } from 'node:sqlite'
   * const db = new DatabaseSync('app.db')
   * db.exec('pragma journal_mode = wal')
   */
  readonly db: HostDatabase<DB>
  /** The table; with its schema before a dot where it is not on the search path. */
  readonly table: string
  /** Where each attribute lives. */
  readonly mapping: Mapping<R, Row>
  /** The column with the id, which is unique. Default: `id`, a UUID. */
  readonly id?: string | IdColumn
  /**
   * The column that keeps tenants apart; `false` for a table of one tenant only, which callers of a tenant are refused
   * (500, reported), unless the database itself keeps tenants apart.
   */
  readonly tenant: string | TenantColumn | false
  /**
   * A column of whole numbers that every change increments. Default: PostgreSQL's `xmin`, which changes with every
   * update of the row, also with the host's own. Required for SQLite; where the host writes the rows too, it must
   * increment it, or a trigger.
   *
   * `{ columns }`: no column that counts, but the values of these, compared as they were read; the ETag is made from
   * them. Name all that are mapped, and `lastModified`: a change that shows in none of them is not seen.
   *
   * @example
   * version: { columns: ['email', 'first_name', 'is_suspended', 'updated_at'] }
   */
  readonly version?: string | VersionColumns | undefined
  /** The column, a `timestamptz` (in SQLite text or a number, as its rows have it), with the time of a row's creation. */
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
  /**
   * Runs first in each transaction, for policies of row-level security, and has every statement be in a transaction,
   * reads too. It belongs to the database: all stores of one Kysely or pool have the same function. What it throws is a
   * 500, and nothing is written. Settings must end with the transaction: `set_config(…, true)` or `set local`. Default:
   * none, and statements are in a transaction only where several must be one.
   *
   * @example
   * onTransaction: (execute, { tenant }) => execute`select set_config('app.tenant', ${tenant}, true)`
   */
  readonly onTransaction?: OnTransaction | undefined
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
