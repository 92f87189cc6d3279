import type { Migration } from 'kysely/migration'
import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { CommonAttributes, ExtensionDefinition, Group, User } from '../../../schema/index.js'
import { assertCaseFolding } from '../database/case-folding.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { migrate } from '../database/migrate.js'
import type { OnTransaction } from '../database/on-transaction.js'
import { shareHook } from '../database/on-transaction.js'
import { eventsTable } from '../outbox/events-table.js'
import type { KyselyStore } from '../store/options.js'
import { createTableStore } from '../store/table-store.js'
import type { OwnTable } from './own-tables.js'
import { ownTablesOf, uniqueIndexesOf } from './own-tables.js'

/** Options of {@link scimTables}. */
export interface ScimTablesOptions {
  /** Extensions as they are given to the service, so that their unique attributes get indexes. */
  readonly extensions?: {
    readonly User?: readonly ExtensionDefinition[]
    readonly Group?: readonly ExtensionDefinition[]
  }
  /**
   * Records lifecycle events until {@link deliverEvents} delivers them: `true` for the table `scim_events`, or the
   * table's name. Default false.
   */
  readonly outbox?: boolean | string
  /** Runs first in each transaction: see `onTransaction` of {@link kyselyStore}. Migrations run without it. */
  readonly onTransaction?: OnTransaction
  /** Whether two groups of a tenant may have one name, as it is given to the service. Default: `unique`. */
  readonly groupNames?: 'unique' | 'any'
}

const optionNames = {
  extensions: true,
  outbox: true,
  groupNames: true,
  onTransaction: true,
} satisfies OptionNames<ScimTablesOptions>
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
 * `scim_members`, in PostgreSQL, PGlite or SQLite.
 *
 * @example
 * const { users, groups, migrate } = scimTables(pool)
 * await migrate()
 * const scim = createScim({ authenticate, users, groups })
 */
export function scimTables<DB>(db: HostDatabase<DB>, options: ScimTablesOptions = {}): ScimTables {
  assertKnownOptions('scimTables', options, optionNames)
  assertKnownOptions('scimTables', options.extensions, extensionNames, 'extensions')
  const { outbox = false, extensions, groupNames = 'unique', onTransaction } = options
  const connected = databaseOf(db)
  shareHook('scimTables', connected, onTransaction)
  const { db: database, dialect } = connected
  const tables = ownTablesOf(dialect)
  const migrations: Record<string, Migration> = { '0001_scim': dialect.schema.tables }
  if (dialect.schema.folding) migrations['0001_scim_folding_16'] = dialect.schema.folding
  if (groupNames === 'any') migrations['0002_scim_group_names'] = dialect.schema.groupNames
  const events = outbox === false ? undefined : eventsTable(db, outbox === true ? {} : { table: outbox })

  function createStore<R extends CommonAttributes>(
    table: OwnTable<R>,
    extensions: readonly ExtensionDefinition[] = [],
  ): KyselyStore<R> {
    const constraints: Record<string, string> = {}
    for (const [path, column] of Object.entries(table.columns)) {
      constraints[`${table.name}_${column}`] = path
      constraints[`${table.name}_order`] ??= path
    }
    for (const { name, attribute } of uniqueIndexesOf(table, extensions)) {
      constraints[name] = attribute.path
      const index = dialect.schema.uniqueIndex(name, table.name, attribute)
      migrations[`1000_${name}`] = index
      // Again, where an earlier version has made it by another folding of case.
      if (dialect.schema.folding && !attribute.caseExact) migrations[`1001_${name}_16`] = index
    }
    return createTableStore(
      {
        db,
        outbox,
        onTransaction,
        table: table.name,
        mapping: table.mapping,
        tenant: 'tenant',
        version: 'version',
        created: 'created',
        lastModified: 'last_modified',
        constraints,
      },
      { ownsTable: true },
    )
  }

  return {
    users: createStore(tables.users, extensions?.User),
    groups: withGroupNames(createStore(tables.groups, extensions?.Group), groupNames),
    migrations: { ...migrations, ...events?.migrations },
    async migrate() {
      await assertCaseFolding(database, dialect)
      await migrate(database, migrations, 'scim_migrations')
      await events?.migrate()
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
