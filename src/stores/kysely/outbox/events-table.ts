import { sql } from 'kysely'
import type { LifecycleEvent } from '../../../events/index.js'
import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { ConnectedDatabase, HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { runMigrations } from '../database/migrate.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Migration } from '../dialect/migration.js'
import { assertTableSchema } from '../dialect/names.js'
import type { Sql } from '../sql/sql.js'
import type { ErasedPerson } from './erase.js'
import { eraseEvents } from './erase.js'

/** The default name of the table. */
export const defaultEventsTable = 'scim_events'

/** Options of {@link eventsTable}. */
export interface EventsTableOptions {
  /** The name of the table, with its schema before a dot where PostgreSQL needs one. Default `scim_events`. */
  readonly table?: string
}

const optionNames = { table: true } satisfies OptionNames<EventsTableOptions>

/** The table that lifecycle events wait in until they are delivered. */
export interface EventsTable {
  /** Creates the table, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the table, or brings it up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
  /**
   * Removes the events about a person, whether they were delivered or not, and says how many they were. Deliver first
   * what handlers must hear of.
   *
   * @throws errors of the database.
   * @example
   * await eventsTable(pool).erase({ tenant: 'acme', subject: 'ada@example.com' })
   */
  erase(person: ErasedPerson): Promise<number>
}

/**
 * The table of a store with `outbox`, for a host with tables of its own; {@link scimTables} creates it itself.
 *
 * @example
 * await eventsTable(pool).migrate()
 */
export function eventsTable<DB>(db: HostDatabase<DB>, options: EventsTableOptions = {}): EventsTable {
  assertKnownOptions('eventsTable', options, optionNames)
  const { table = defaultEventsTable } = options
  const connected = databaseOf(db)
  assertTableSchema('eventsTable: ', connected.dialect.schema, table)
  return eventsTableIn(connected, table)
}

/** `recordSchema`: that of the table which records what has been migrated, where it is not the first of the search path. */
export function eventsTableIn(
  connected: ConnectedDatabase,
  table: string,
  recordSchema?: string,
): EventsTable {
  const { db: database, dialect } = connected
  const migrations = Object.fromEntries(
    dialect.schema
      .eventsTable(table)
      .map((migration, index) => [`${String(index + 1).padStart(4, '0')}_${table}`, migration]),
  )
  const inSchema = recordSchema !== undefined && table.startsWith(`${recordSchema}.`)
  const name = inSchema ? table.slice(recordSchema.length + 1) : table.replaceAll('.', '_')
  // Apart from the migrations of other tables: a migrator refuses to run where one that it has run is missing.
  const record = { table: `${name}_migrations`, schema: inSchema ? recordSchema : undefined }
  return {
    migrations,
    migrate: () => runMigrations(database, migrations, record),
    erase: (person) => eraseEvents(connected, table, person),
  }
}

/** Inserts events. */
export function recordStatement(table: string, events: readonly LifecycleEvent[], { json }: Dialect): Sql {
  const rows = events.map(
    (event) =>
      sql`(${event.id}, ${event.tenant ?? ''}, ${event.resourceType}, ${event.resourceId}, ${event.name}, ${json.parameterOfStored(event)})`,
  )
  return sql`insert into ${sql.table(table)} (id, tenant, resource_type, resource_id, name, payload) values ${sql.join(rows)}`
}
