import { sql } from 'kysely'
import type { EventDialect } from '../events.js'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import { sqliteInstants } from './instants.js'

export const sqliteEvents: EventDialect = {
  /** From the start each time: what has been delivered leaves nothing behind. */
  claim(table, limit, { token, milliseconds }) {
    const name = sql.table(table)
    const isFirst = sql`not exists (select 1 from ${name} as f where f.tenant = e.tenant and f.resource_type = e.resource_type and f.resource_id = e.resource_id and f.seq < e.seq and f.state = 'pending')`
    const due = sql`select e.seq from ${name} as e where e.state = 'pending' and e.available_at <= ${sqliteInstants.now} and ${isFirst} order by e.available_at, e.seq limit ${limit}`
    return sql`update ${name} set available_at = ${sqliteInstants.later(milliseconds)}, lease = ${token}, attempts = attempts + 1 where seq in (${due}) returning id, attempts, payload, ${sqliteInstants.asText(sqliteInstants.now)} as time, '0' as seq`
  },

  tables: (table) => [table],

  triggers: () => [],
}

/** The migrations of the table that lifecycle events wait in. */
export function sqliteEventMigrations(table: string): readonly SqlMigration[] {
  const name = sql.table(table)
  const at = table.lastIndexOf('.') + 1
  // The index of a table in another schema is named with the schema, and its table without.
  const index = (suffix: string) => sql.table(`${table}_${suffix}`)
  const local = sql.id(table.slice(at))
  const now = sql`(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`
  return [
    migration(
      [
        sql`create table if not exists ${name} (seq integer primary key autoincrement, id text not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload text not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at text not null default ${now}, lease text, last_error text, created text not null default ${now}) strict`,
        sql`create index if not exists ${index('due')} on ${local} (available_at, seq) where state = 'pending'`,
        sql`create index if not exists ${index('resource')} on ${local} (tenant, resource_type, resource_id, seq) where state = 'pending'`,
        sql`create index if not exists ${index('dead')} on ${local} (seq) where state = 'dead'`,
      ],
      [sql`drop table ${name}`],
    ),
  ]
}
