import { sql } from 'kysely'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownLocalName, ownName } from '../names.js'

/**
 * The migrations of the table of walks. It is not logged: a page does not wait for the disk, and after a crash, and in a
 * standby, it is empty or not there, which costs walks their help and no more.
 */
export function walkMigrations(names: OwnNames): readonly SqlMigration[] {
  const table = ownName(names, 'walks')
  return [
    migration(
      [
        sql`create unlogged table if not exists ${table} (key text collate "C" not null, id text collate "C" not null, position text not null, expires bigint not null, primary key (key, id))`,
        sql`create index if not exists ${ownLocalName(names, 'walks_expires')} on ${table} (expires)`,
      ],
      [sql`drop table ${table}`],
    ),
  ]
}
