import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { migration } from '../migration.js'
import { logSubjectsOf } from '../names.js'

/** The migrations of the tables of a request log. */
export function sqliteLogMigrations(table: string): readonly Migration[] {
  const name = sql.table(table)
  const subjects = sql.table(logSubjectsOf(table))
  const at = table.lastIndexOf('.') + 1
  // The index of a table in another schema is named with the schema, and its table without.
  const index = (suffix: string) => sql.table(`${table}_${suffix}`)
  const local = sql.id(table.slice(at))
  const localSubjects = sql.id(logSubjectsOf(table.slice(at)))
  return [
    migration(
      [
        sql`create table if not exists ${name} (tenant text not null, id text not null, time text not null, connection text, operation text, resource_type text, resource_id text, outcome text not null, entry text not null, primary key (tenant, id)) strict, without rowid`,
        sql`create index if not exists ${index('resource')} on ${local} (tenant, resource_type, resource_id, id) where resource_id is not null`,
        sql`create table if not exists ${subjects} (tenant text not null, subject text not null, id text not null, primary key (tenant, subject, id)) strict, without rowid`,
        sql`create index if not exists ${index('subjects_id')} on ${localSubjects} (tenant, id)`,
      ],
      [sql`drop table ${subjects}`, sql`drop table ${name}`],
    ),
  ]
}
