import { sql } from 'kysely'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import { logKeysOf } from '../names.js'

/**
 * The migrations of the tables of a request log. Both grow at their end only: an index of persons or resources would cost
 * each request more than it saves the few questions about them, which read the small table from end to end.
 */
export function sqliteLogMigrations(table: string): readonly SqlMigration[] {
  const name = sql.table(table)
  const keys = sql.table(logKeysOf(table))
  return [
    migration(
      [
        sql`create table if not exists ${name} (tenant text not null, id text not null, connection text, operation text, resource_type text, outcome text not null, entry text not null, primary key (tenant, id)) strict, without rowid`,
        sql`create table if not exists ${keys} (tenant text not null, id text not null, keys text not null, primary key (tenant, id)) strict, without rowid`,
      ],
      [sql`drop table ${keys}`, sql`drop table ${name}`],
    ),
  ]
}
