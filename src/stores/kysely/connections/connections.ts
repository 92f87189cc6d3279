import { sql } from 'kysely'
import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { ConnectionsStore } from '../../connections.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { runMigrations } from '../database/migrate.js'
import { transactionsOf } from '../database/transactions.js'
import type { Migration } from '../dialect/migration.js'
import { assertHasSchemas, readNames } from '../dialect/names.js'
import { query } from '../sql/query.js'
import { clientsIn } from './clients.js'
import { connectionRows } from './connection-rows.js'
import { guestLinksIn } from './guest-links.js'
import { linksIn } from './links.js'
import { storable, tenantKey } from './stored-rows.js'
import { tokensIn } from './tokens.js'
import { ConnectionsWork } from './work.js'

/** Options of {@link kyselyConnections}. */
export interface KyselyConnectionsOptions {
  /**
   * The schema of PostgreSQL that the tables are in; `migrate` creates it where it is missing. Default: the first of the
   * search path. SQLite has none.
   */
  readonly schema?: string
  /**
   * What the names of the tables begin with: small letters, digits and underscores, 32 at most. Default `scim_`.
   */
  readonly prefix?: string
}

const optionNames = { schema: true, prefix: true } satisfies OptionNames<KyselyConnectionsOptions>

/**
 * A store of connections in tables: `scim_connections`, `scim_tokens`, `scim_clients`, `scim_assertions`, `scim_links`
 * and `scim_guest_links`.
 */
export interface KyselyConnections extends ConnectionsStore {
  /** Creates the tables, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the tables, or brings them up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
}

/**
 * The store of connections in PostgreSQL, PGlite or SQLite, for any number of processes: digests of credentials, and who
 * has written what. Given the pool or database of the resources' stores itself, it writes the latter in the transaction
 * of each write: there is none of a write that was rolled back, and no write without it. In another database it is
 * written once the write is done.
 *
 * @throws TypeError for an option that there is not, or that is wrong.
 * @example
 * const store = kyselyConnections(pool)
 * await store.migrate()
 * const connections = createConnections({ store })
 */
export function kyselyConnections<DB>(
  db: HostDatabase<DB>,
  options: KyselyConnectionsOptions = {},
): KyselyConnections {
  assertKnownOptions('kyselyConnections', options, optionNames)
  const names = readNames('kyselyConnections: ', options)
  const connected = databaseOf(db)
  const { db: database, dialect } = connected
  assertHasSchemas('kyselyConnections: ', dialect.schema, names.schema)
  const rows = connectionRows(dialect, names)
  const work = new ConnectionsWork(connected)
  const { connections, tokens, clients, guestLinks } = rows
  const record = `${names.prefix}connections`
  const migrations = Object.fromEntries(
    dialect.schema
      .connectionTables(names)
      .map((migration, index) => [`${String(index + 1).padStart(4, '0')}_${record}`, migration]),
  )

  return {
    transactions: transactionsOf(connected),
    guestLinks: guestLinksIn(work, rows),

    async addConnection(connection) {
      await work.run(connections.insert(connection))
    },
    async connections(tenant) {
      const found = await work.run(
        sql`select ${connections.columns('c')} from ${connections.table} as c where c.tenant = ${tenantKey(tenant)} order by c.seq`,
      )
      return found.map((row) => connections.read(row, 'c'))
    },
    async connection(tenant, id) {
      const [row] = await work.run(
        sql`select ${connections.columns('c')} from ${connections.table} as c where c.id = ${storable(id)} and c.tenant = ${tenantKey(tenant)}`,
      )
      return row && connections.read(row, 'c')
    },
    disconnect: (tenant, id, time) =>
      work.runAsOne(async (transaction) => {
        const disconnected = await query(
          transaction,
          sql`update ${connections.table} set disconnected = ${time} where id = ${storable(id)} and tenant = ${tenantKey(tenant)} and disconnected is null returning id`,
        )
        if (disconnected.length === 0) return false
        for (const { table } of [clients, tokens, guestLinks])
          await query(
            transaction,
            sql`update ${table} set revoked = ${time} where connection = ${storable(id)} and revoked is null`,
          )
        return true
      }),

    ...tokensIn(work, rows, dialect),
    ...clientsIn(work, rows, dialect),
    ...linksIn(connected, work, rows),

    migrations,
    migrate: () =>
      runMigrations(database, migrations, { table: `${record}_migrations`, schema: names.schema }),
  }
}
