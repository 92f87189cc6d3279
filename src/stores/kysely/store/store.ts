import type { CommonAttributes } from '../../../schema/index.js'
import { databaseOf } from '../database/connect.js'
import { shareHook } from '../database/on-transaction.js'
import { assertTableSchema } from '../dialect/names.js'
import type { KyselyStore, KyselyStoreOptions } from './options.js'
import { idColumnOf } from './shape.js'
import { createTableStore } from './table-store.js'
import { assertStoreOptions } from './validate-options.js'

/**
 * A store over a table of the host's, in PostgreSQL, PGlite or SQLite: the database filters, sorts and pages.
 *
 * @throws TypeError for an option that there is not or that is missing, such as `version` for SQLite. Its methods throw ScimError `uniqueness` for a violated constraint; 503 while the database is away.
 * @example
 * const users = kyselyStore({ db, table: 'employees', mapping, tenant: 'company', created: 'created_at', lastModified: 'updated_at' })
 */
export function kyselyStore<DB, R extends CommonAttributes, Row = never>(
  options: KyselyStoreOptions<DB, R, Row>,
): KyselyStore<R>
// Inside, rows have any columns: the host's types are for the host.
export function kyselyStore<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
): KyselyStore<R> {
  assertStoreOptions('kyselyStore', options)
  const database = databaseOf(options.db)
  if (options.version === undefined && !database.dialect.rows.hasVersions)
    throw new TypeError(
      `kyselyStore: version is required for SQLite, which has nothing of its own that tells whether a row has changed: the name of a column that counts, or { columns } with those that tell. A column for it: ${database.dialect.mends.addVersion(options.table, idColumnOf(options).column)}`,
    )
  assertTableSchema('kyselyStore: ', database.dialect.schema, options.table)
  if (typeof options.outbox === 'string')
    assertTableSchema('kyselyStore: ', database.dialect.schema, options.outbox, 'outbox')
  shareHook('kyselyStore', database, options.onTransaction)
  return createTableStore(options)
}
