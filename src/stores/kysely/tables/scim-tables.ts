import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { CommonAttributes, ExtensionDefinition, Group, User } from '../../../schema/index.js'
import { assertCaseFolding } from '../database/case-folding.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { runMigrations } from '../database/migrate.js'
import type { OnTransaction } from '../database/on-transaction.js'
import { shareHook } from '../database/on-transaction.js'
import type { Migration } from '../dialect/migration.js'
import { inOrder } from '../dialect/migration.js'
import { assertHasSchemas, assertTableSchema, ownTable, readNames } from '../dialect/names.js'
import { eventsTableIn } from '../outbox/events-table.js'
import type { KyselyStore } from '../store/options.js'
import { OwnFolding } from '../store/own-folding.js'
import { createTableStore } from '../store/table-store.js'
import type { OwnTable } from './own-tables.js'
import { ownTablesOf, uniqueIndexesOf } from './own-tables.js'
import { listingTwins } from './twins.js'

/** Options of {@link scimTables}. */
export interface ScimTablesOptions {
  /**
   * The schema of PostgreSQL that the tables are in; `migrate` creates it where it is missing. Default: the first of the
   * search path. SQLite has none.
   */
  readonly schema?: string
  /**
   * What the names of tables, indexes and functions begin with: small letters, digits and underscores, 32 at most.
   * Default `scim_`, as in `scim_users`.
   */
  readonly prefix?: string
  /** Extensions as they are given to the service, so that their unique attributes get indexes. */
  readonly extensions?: {
    readonly User?: readonly ExtensionDefinition[]
    readonly Group?: readonly ExtensionDefinition[]
  }
  /**
   * Records lifecycle events until {@link deliverEvents} delivers them: `true` for the table `scim_events`, in the
   * `schema` and with the `prefix` that are given here, or a table's name. Give that name to `deliverEvents` too.
   * Default false.
   */
  readonly outbox?: boolean | string
  /** Runs first in each transaction: see `onTransaction` of {@link kyselyStore}. Migrations run without it. */
  readonly onTransaction?: OnTransaction
  /** Whether two groups of a tenant may have one name, as it is given to the service. Default: `unique`. */
  readonly groupNames?: 'unique' | 'any'
}

const optionNames = {
  schema: true,
  prefix: true,
  extensions: true,
  outbox: true,
  groupNames: true,
  onTransaction: true,
} satisfies OptionNames<ScimTablesOptions>
/** What the versions of the tables are recorded as; the last one as what it brings. */
const migrationNames = ['0001_scim', '0001_scim_folding_16']
const extensionNames = { User: true, Group: true }

/** Stores of users and groups in tables that scimkit creates. */
export interface ScimTables {
  readonly users: KyselyStore<User>
  readonly groups: KyselyStore<Group>
  /** Creates the tables, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /**
   * Creates the tables, or brings them up to date. Safe to call whenever a process starts.
   *
   * @throws TypeError for a database whose ctype folds the case of ASCII letters only.
   */
  migrate(): Promise<void>
}

/**
 * Users and groups in tables that scimkit creates, for a service that has none: `scim_users`, `scim_groups` and
 * `scim_members`, in PostgreSQL, PGlite or SQLite. `scimkit sql` prints the same tables for other migration tools.
 *
 * A process of one version of scimkit serves the tables of the version before, and processes of both run beside each
 * other, before `migrate` and after it: `check` and `ready` of the service say what is to be migrated.
 *
 * @throws TypeError for an option that there is not, and for a `schema` or a `prefix` that is no plain name.
 * @example
 * const { users, groups, migrate } = scimTables(pool) // or a database of libsql, better-sqlite3 or node:sqlite
 * await migrate()
 * const scim = createScim({ authenticate, users, groups })
 * @example
 * // identity.acme_users, identity.acme_groups, identity.acme_members and identity.acme_events
 * const { users, groups } = scimTables(pool, { schema: 'identity', prefix: 'acme_', outbox: true })
 * await deliverEvents(pool, handlers, { table: 'identity.acme_events' })
 */
export function scimTables<DB>(db: HostDatabase<DB>, options: ScimTablesOptions = {}): ScimTables {
  assertKnownOptions('scimTables', options, optionNames)
  assertKnownOptions('scimTables', options.extensions, extensionNames, 'extensions')
  const { extensions, groupNames = 'unique', onTransaction } = options
  const names = readNames('scimTables: ', options)
  const connected = databaseOf(db)
  shareHook('scimTables', connected, onTransaction)
  const { db: database, dialect } = connected
  assertHasSchemas('scimTables: ', dialect.schema, names.schema)
  const outbox = options.outbox === true ? ownTable(names, 'events') : (options.outbox ?? false)
  if (outbox !== false) assertTableSchema('scimTables: ', dialect.schema, outbox, 'outbox')
  const tables = ownTablesOf(dialect, names)
  const folding = new OwnFolding(connected, names)
  const migrations: Record<string, Migration> = {}
  for (const [index, { shared, users, groups }] of dialect.schema.ownTables(names).entries())
    migrations[migrationNames[index] ?? ''] = inOrder([shared, users, groups])
  if (groupNames === 'any') migrations['0002_scim_group_names'] = dialect.schema.groupNames(names)
  const events = outbox === false ? undefined : eventsTableIn(connected, outbox, names.schema)

  function createStore<R extends CommonAttributes>(
    table: OwnTable<R>,
    extensions: readonly ExtensionDefinition[] = [],
  ): KyselyStore<R> {
    const { prefix } = names
    const constraints: Record<string, string> = {}
    for (const [path, column] of Object.entries(table.columns)) {
      constraints[`${prefix}${table.name}_${column}`] = path
      constraints[`${prefix}${table.name}_order`] ??= path
    }
    for (const { name, attribute } of uniqueIndexesOf(table, extensions)) {
      constraints[`${prefix}${name}`] = attribute.path
      const value = { names, table: table.name, attribute }
      const index = listingTwins(
        dialect.schema.uniqueIndex(names, name, table.name, attribute),
        dialect,
        value,
      )
      migrations[`1000_${prefix}${name}`] = index
      // Again, where an earlier version has made it by another folding of case.
      if (dialect.own && !attribute.caseExact) migrations[`1001_${prefix}${name}_16`] = index
    }
    return createTableStore(
      {
        db,
        outbox,
        onTransaction,
        table: ownTable(names, table.name),
        mapping: table.mapping,
        tenant: 'tenant',
        version: 'version',
        created: 'created',
        lastModified: 'last_modified',
        constraints,
      },
      folding,
    )
  }

  return {
    users: createStore(tables.users, extensions?.User),
    groups: withGroupNames(createStore(tables.groups, extensions?.Group), groupNames),
    migrations: { ...migrations, ...events?.migrations },
    async migrate() {
      await assertCaseFolding(database, dialect)
      await runMigrations(database, migrations, { table: `${names.prefix}migrations`, schema: names.schema })
      await events?.migrate()
      await folding.look()
    },
  }
}

/** A store of groups that refuses a service which promises other names than its index keeps. */
function withGroupNames(store: KyselyStore<Group>, groupNames: 'unique' | 'any'): KyselyStore<Group> {
  const { restrictResourceType } = store
  store.restrictResourceType = (definition) => {
    const { displayName } = definition.schema.attributes
    const promised = displayName?.options.uniqueness === 'server' ? 'unique' : 'any'
    if (promised === groupNames) return restrictResourceType?.(definition) ?? definition
    throw new TypeError(
      `scimTables: groupNames is "${groupNames}" here and "${promised}" in createScim: give both the same`,
    )
  }
  return store
}
