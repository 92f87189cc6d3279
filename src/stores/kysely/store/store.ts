import type { CommonAttributes } from '../../../schema/index.js'
import type { KyselyStore, KyselyStoreOptions } from './options.js'
import { createTableStore } from './table-store.js'

/**
 * A store over a table of the host's, in PostgreSQL or PGlite: the database filters, sorts and pages.
 *
 * @throws ScimError `uniqueness` for a violated constraint; 503 while the database is away.
 * @example
 * const users = kyselyStore({ db, table: 'employees', mapping, tenant: 'company', created: 'created_at', lastModified: 'updated_at' })
 */
export function kyselyStore<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
): KyselyStore<R> {
  return createTableStore(options, { ownsTable: false })
}
