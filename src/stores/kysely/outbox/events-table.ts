import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { LifecycleEvent } from '../../../events/index.js'
import type { PostgresPool } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { migrate } from '../database/migrate.js'
import type { Sql } from '../sql/sql.js'

/** The table that events wait in unless told. */
export const defaultEventsTable = 'scim_events'

/** Where {@link eventsTable} has its table. */
export interface EventsTableOptions {
  /** The name of the table, with its schema before a point where it needs one. Default `scim_events`. */
  readonly table?: string
}

/** The table that lifecycle events wait in until they are delivered. */
export interface EventsTable {
  /** What creates the table, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the table, or brings it up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
}

/** An index for what is due, and one for what comes first of a resource: dead events are in neither. */
function migrationOf(table: string): Migration {
  const name = sql.table(table)
  const plain = table.slice(table.lastIndexOf('.') + 1)
  return {
    async up(db) {
      const statements = [
        sql`create table if not exists ${name} (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now())`,
        sql`create index if not exists ${sql.id(`${plain}_due`)} on ${name} (available_at, seq) where state = 'pending'`,
        sql`create index if not exists ${sql.id(`${plain}_resource`)} on ${name} (tenant, resource_type, resource_id, seq) where state = 'pending'`,
      ]
      for (const statement of statements) await statement.execute(db)
    },
    async down(db) {
      await sql`drop table ${name}`.execute(db)
    },
  }
}

/**
 * The table of a store with `outbox`, for a host with tables of its own; {@link scimTables} makes it by itself.
 *
 * @example
 * await eventsTable(pool).migrate()
 */
export function eventsTable<DB>(
  db: Kysely<DB> | PostgresPool,
  { table = defaultEventsTable }: EventsTableOptions = {},
): EventsTable {
  const migrations = { [`0001_${table}`]: migrationOf(table) }
  // Apart from the migrations of other tables: a migrator refuses to run where one that it has run is not there.
  return { migrations, migrate: () => migrate(databaseOf(db), migrations, 'scim_events_migrations') }
}

/** The statement that keeps events. */
export function recordStatement(table: string, events: readonly LifecycleEvent[]): Sql {
  const rows = events.map(
    (event) =>
      sql`(${event.id}, ${event.tenant ?? ''}, ${event.resourceType}, ${event.resourceId}, ${event.name}, ${JSON.stringify(event)}::jsonb)`,
  )
  return sql`insert into ${sql.table(table)} (id, tenant, resource_type, resource_id, name, payload) values ${sql.join(rows)}`
}
