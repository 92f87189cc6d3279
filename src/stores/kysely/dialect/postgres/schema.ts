import { sql } from 'kysely'
import type { SchemaDialect } from '../dialect.js'
import { migration } from '../migration.js'
import { quotedTable } from '../names.js'
import { connectionMigrations } from './connection-tables.js'
import { eventMigrations } from './event-tables.js'
import { folded } from './folding.js'
import { foldingMigration } from './folding-migration.js'
import { instantDialect } from './instants.js'
import { jsonDialect, memberText } from './json.js'
import { logMigrations } from './log-tables.js'

const common = sql`tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id)`

/** Every index begins with the tenant, except that of e-mail addresses, which tenants seldom share. */
const tables = migration(
  [
    sql`create table scim_users (user_name text not null, ${common})`,
    sql`create unique index scim_users_user_name on scim_users (tenant, lower(user_name))`,
    sql`create index scim_users_order on scim_users (tenant, (lower(user_name) collate "C"), id)`,
    sql`create index scim_users_external_id on scim_users (tenant, external_id)`,
    sql`create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops)`,
    sql`create table scim_groups (display_name text not null, ${common})`,
    sql`create unique index scim_groups_display_name on scim_groups (tenant, lower(display_name))`,
    sql`create index scim_groups_order on scim_groups (tenant, (lower(display_name) collate "C"), id)`,
    sql`create index scim_groups_external_id on scim_groups (tenant, external_id)`,
    sql`create table scim_members (tenant text not null, group_id uuid not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references scim_groups (tenant, id) on delete cascade)`,
    sql`create index scim_members_member on scim_members (tenant, member_id, group_id)`,
  ],
  [sql`drop table scim_members`, sql`drop table scim_groups`, sql`drop table scim_users`],
)

/** By the database's ctype, which `lower` follows. */
export const foldsAllLetters = sql`lower('ÄÉŁЖΩ') = 'äéłжω'`

export const schemaDialect: SchemaDialect = {
  tables,

  folding: foldingMigration,

  groupNames: migration(
    [
      sql`drop index scim_groups_display_name`,
      sql`create index scim_groups_display_names on scim_groups (tenant, ${folded(sql`display_name`)})`,
    ],
    [
      sql`drop index scim_groups_display_names`,
      sql`create unique index scim_groups_display_name on scim_groups (tenant, ${folded(sql`display_name`)})`,
    ],
  ),

  uniqueIndex(name, table, attribute) {
    const value = memberText(sql`document`, attribute.keys)
    const key = attribute.caseExact ? sql`(${value})` : folded(value)
    return migration(
      [
        sql`drop index if exists ${sql.id(name)}`,
        sql`create unique index ${sql.id(name)} on ${sql.table(table)} (tenant, ${key})`,
      ],
      [sql`drop index if exists ${sql.id(name)}`],
    )
  },

  eventsTable: eventMigrations,

  requestLogTables: logMigrations,

  connectionTables: connectionMigrations,

  foldsCase: sql`select ${foldsAllLetters} as m_folds`,

  columnsOf: (names) =>
    sql`select n.name as m_table, a.attname as m_column from unnest(${names}::text[], ${names.map(quotedTable)}::text[]) as n(name, quoted) join pg_attribute a on a.attrelid = to_regclass(n.quoted) and a.attnum > 0 and not a.attisdropped`,

  columnsOfConstraint: (table, constraint) =>
    sql`select a.attname as m_column from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) where k.conrelid = to_regclass(${quotedTable(table)}) and k.conname = ${constraint}`,

  isRowSecurityActive: (table) =>
    sql`select row_security_active(to_regclass(${quotedTable(table)})::oid) as m_active`,

  textLimitsOf: (table) =>
    sql`select attname as m_column, atttypmod - 4 as m_limit from pg_attribute where attrelid = to_regclass(${quotedTable(table)}) and atttypid in ('varchar'::regtype, 'bpchar'::regtype) and atttypmod > 0`,

  insertUsers: (
    rows,
  ) => sql`insert into scim_users (tenant, id, version, created, last_modified, user_name, external_id, document)
    select '', gen_random_uuid(), 1, ${instantDialect.now}, ${instantDialect.now}, user_name, external_id, document
    from jsonb_to_recordset(${jsonDialect.parameter(rows)}) as row(user_name text, external_id text, document jsonb)
    on conflict do nothing`,
}
