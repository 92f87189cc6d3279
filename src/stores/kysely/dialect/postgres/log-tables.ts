import { sql } from 'kysely'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import { logKeysOf } from '../names.js'

/**
 * The migrations of the tables of a request log. Ids sort as their bytes do, whatever the database's collation. Both
 * tables grow at their end only: an index of persons or resources would cost each request more than it saves the few
 * questions about them, which read the small table from end to end.
 */
export function logMigrations(table: string): readonly SqlMigration[] {
  const name = sql.table(table)
  const keys = sql.table(logKeysOf(table))
  return [
    migration(
      [
        sql`create table if not exists ${name} (tenant text not null, id text collate "C" not null, connection text, operation text, resource_type text, outcome text not null, entry text not null, primary key (tenant, id))`,
        sql`create table if not exists ${keys} (tenant text not null, id text collate "C" not null, keys text collate "C" not null, primary key (tenant, id))`,
      ],
      [sql`drop table ${keys}`, sql`drop table ${name}`],
    ),
  ]
}
