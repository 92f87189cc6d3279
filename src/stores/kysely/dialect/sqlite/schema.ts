import { sql } from 'kysely'
import type { SchemaDialect } from '../dialect.js'
import { migration } from '../migration.js'
import { sqliteConnectionMigrations } from './connection-tables.js'
import { sqliteEventMigrations } from './events.js'
import { sqliteInstants } from './instants.js'
import { sqliteJson } from './json.js'
import { sqliteLogMigrations } from './log-tables.js'
import { jsonText } from './values.js'

const common = sql`tenant text not null, id text not null, version integer not null, created text not null, last_modified text not null, external_id text, document text not null, primary key (tenant, id)`

/** Names are stored without their case too, since SQLite folds that of ASCII letters only. */
const tables = migration(
  [
    sql`create table scim_users (user_name text not null, user_name_key text not null, ${common}) strict`,
    sql`create unique index scim_users_user_name on scim_users (tenant, user_name_key)`,
    sql`create index scim_users_external_id on scim_users (tenant, external_id, id)`,
    sql`create table scim_groups (display_name text not null, display_name_key text not null, ${common}) strict`,
    sql`create unique index scim_groups_display_name on scim_groups (tenant, display_name_key)`,
    sql`create index scim_groups_external_id on scim_groups (tenant, external_id, id)`,
    sql`create table scim_members (tenant text not null, group_id text not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references scim_groups (tenant, id) on delete cascade) strict, without rowid`,
    sql`create index scim_members_member on scim_members (tenant, member_id, group_id)`,
  ],
  [sql`drop table scim_members`, sql`drop table scim_groups`, sql`drop table scim_users`],
)

export const sqliteSchema: SchemaDialect = {
  tables,

  groupNames: migration(
    [
      sql`drop index scim_groups_display_name`,
      sql`create index scim_groups_display_names on scim_groups (tenant, display_name_key, id)`,
    ],
    [
      sql`drop index scim_groups_display_names`,
      sql`create unique index scim_groups_display_name on scim_groups (tenant, display_name_key)`,
    ],
  ),

  uniqueIndex(name, table, attribute) {
    const { text } = sqliteJson.valueOf(sql`document`, attribute.keys)
    const key = attribute.caseExact ? text : sql`lower(${text})`
    return migration(
      [sql`create unique index ${sql.id(name)} on ${sql.table(table)} (tenant, ${key})`],
      [sql`drop index ${sql.id(name)}`],
    )
  },

  eventsTable: sqliteEventMigrations,

  requestLogTables: sqliteLogMigrations,

  connectionTables: sqliteConnectionMigrations,

  // The tables of scimkit keep names without their case; the check says so of a host's.
  foldsCase: undefined,

  columnsOf: (names) =>
    sql`select n.value as m_table, c.name as m_column from json_each(${JSON.stringify(names)}) as n join pragma_table_info(n.value) as c`,

  // SQLite names the columns of constraints, or else the constraint alone.
  columnsOfConstraint: () => sql`select null as m_column where false`,

  isRowSecurityActive: () => sql`select null as m_active`,

  textLimitsOf: () => sql`select null as m_column, null as m_limit where false`,

  insertUsers(rows) {
    const all = rows.map((row) => ({ ...row, id: crypto.randomUUID() }))
    const of = (name: string) => sql`value ->> ${sql.lit(`$.${name}`)}`
    return sql`insert into scim_users (tenant, id, version, created, last_modified, user_name, user_name_key, external_id, document)
    select '', ${of('id')}, 1, ${sqliteInstants.now}, ${sqliteInstants.now}, ${of('user_name')}, ${of('user_name_key')}, ${of('external_id')}, value -> '$.document'
    from json_each(${jsonText(all)}) where true on conflict do nothing`
  },
}
