import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { RequestLogStore } from '../../request-log.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import { runMigrations } from '../database/migrate.js'
import type { Migration } from '../dialect/migration.js'
import { assertTableSchema } from '../dialect/names.js'
import type { Database } from '../sql/query.js'
import { LogStatements } from './statements.js'

/** The default name of the table. */
export const defaultLogTable = 'scim_request_log'

/** Options of {@link kyselyRequestLog}. */
export interface KyselyRequestLogOptions {
  /** The name of the table, with its schema before a dot where PostgreSQL needs one. Default `scim_request_log`. */
  readonly table?: string
}

const optionNames = { table: true } satisfies OptionNames<KyselyRequestLogOptions>

/** A request log's store in two tables: of entries, and of what they are found by. */
export interface KyselyRequestLog extends RequestLogStore {
  /** Creates the tables, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the tables, or brings them up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
}

/**
 * The store of a request log in PostgreSQL, PGlite or SQLite. A pool of its own keeps the service's connections free
 * while much is logged.
 *
 * @throws TypeError for an option that there is not.
 * @example
 * const store = kyselyRequestLog(pool)
 * await store.migrate()
 * const log = createRequestLog({ store, secret: process.env.LOG_SECRET })
 */
export function kyselyRequestLog<DB>(
  db: HostDatabase<DB>,
  options: KyselyRequestLogOptions = {},
): KyselyRequestLog {
  assertKnownOptions('kyselyRequestLog', options, optionNames)
  const { table = defaultLogTable } = options
  const { db: database, dialect } = databaseOf(db)
  assertTableSchema('kyselyRequestLog: ', dialect.schema, table)
  const statements = new LogStatements(table, dialect)
  const migrations = Object.fromEntries(
    dialect.schema
      .requestLogTables(table)
      .map((migration, index) => [`${String(index + 1).padStart(4, '0')}_${table}`, migration]),
  )

  const run = <T>(work: () => Promise<T>): Promise<T> =>
    retryOnSerializationFailure(database, dialect, work, { translate: (error) => error })
  const runAsOne = <T>(work: (transaction: Database) => Promise<T>): Promise<T> =>
    run(() => dialect.inTransaction(database, work))

  return {
    append: (entries) =>
      entries.length === 0
        ? Promise.resolve()
        : runAsOne((transaction) => statements.append(transaction, entries)),
    find: (query) => run(() => statements.find(database, query)),
    async prune({ from, entries }) {
      const old = await runAsOne((transaction) => statements.removeOlder(transaction, from))
      const many = await run(() => statements.tooMany(database, entries))
      let count = old
      for (const tenant of many)
        count += await runAsOne((transaction) => statements.removeBeyond(transaction, tenant, entries))
      return count
    },
    erase: (which) => runAsOne((transaction) => statements.erase(transaction, which)),
    hasTenants: () => run(() => statements.hasTenants(database)),
    migrations,
    migrate: () => runMigrations(database, migrations, { table: `${table.replaceAll('.', '_')}_migrations` }),
  }
}
