import { sql } from 'kysely'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownName } from '../names.js'

/** The migrations of the table of walks. */
export function sqliteWalkMigrations(names: OwnNames): readonly SqlMigration[] {
  const table = ownName(names, 'walks')
  return [
    migration(
      [
        sql`create table if not exists ${table} (key text not null, id text not null, position text not null, expires integer not null, primary key (key, id)) strict, without rowid`,
        sql`create index if not exists ${ownName(names, 'walks_expires')} on ${table} (expires)`,
      ],
      [sql`drop table ${table}`],
    ),
  ]
}
