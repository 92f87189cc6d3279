import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migration } from '../migration.js'
import { logSubjectsOf } from '../names.js'

/** The migrations of the tables of a request log. Ids sort as their bytes do, whatever the database's collation. */
export function logMigrations(table: string): readonly Migration[] {
  const name = sql.table(table)
  const subjects = sql.table(logSubjectsOf(table))
  const local = (suffix: string) => sql.id(`${table.slice(table.lastIndexOf('.') + 1)}_${suffix}`)
  return [
    migration(
      [
        sql`create table if not exists ${name} (tenant text not null, id text collate "C" not null, time text collate "C" not null, connection text, operation text, resource_type text, resource_id text, outcome text not null, entry text not null, primary key (tenant, id))`,
        sql`create index if not exists ${local('resource')} on ${name} (tenant, resource_type, resource_id, id) where resource_id is not null`,
        sql`create table if not exists ${subjects} (tenant text not null, subject text collate "C" not null, id text collate "C" not null, primary key (tenant, subject, id))`,
        sql`create index if not exists ${local('subjects_id')} on ${subjects} (tenant, id)`,
      ],
      [sql`drop table ${subjects}`, sql`drop table ${name}`],
    ),
  ]
}
