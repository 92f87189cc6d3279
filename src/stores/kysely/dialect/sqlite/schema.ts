import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownName } from '../names.js'
import type { OwnTablesVersion } from '../own-tables.js'
import type { SchemaDialect, UniqueAttribute } from '../schema.js'
import { sqliteConnectionMigrations } from './connection-tables.js'
import { sqliteEventMigrations } from './events.js'
import { sqliteInstants } from './instants.js'
import { sqliteJson } from './json.js'
import { sqliteLogMigrations } from './log-tables.js'
import { jsonText } from './values.js'
import { sqliteWalkMigrations } from './walk-table.js'

const common = sql`tenant text not null, id text not null, version integer not null, created text not null, last_modified text not null, external_id text, document text not null, primary key (tenant, id)`

/** The tables of users, groups and members. Names are stored without their case too, since SQLite folds that of ASCII letters only. */
function ownTables(names: OwnNames): readonly OwnTablesVersion[] {
  const of = (what: string) => ownName(names, what)
  const users = of('users')
  const groups = of('groups')
  const members = of('members')
  return [
    {
      shared: migration([], []),
      users: migration(
        [
          sql`create table ${users} (user_name text not null, user_name_key text not null, ${common}) strict`,
          sql`create unique index ${of('users_user_name')} on ${users} (tenant, user_name_key)`,
          sql`create index ${of('users_external_id')} on ${users} (tenant, external_id, id)`,
        ],
        [sql`drop table ${users}`],
      ),
      groups: migration(
        [
          sql`create table ${groups} (display_name text not null, display_name_key text not null, ${common}) strict`,
          sql`create unique index ${of('groups_display_name')} on ${groups} (tenant, display_name_key)`,
          sql`create index ${of('groups_external_id')} on ${groups} (tenant, external_id, id)`,
          sql`create table ${members} (tenant text not null, group_id text not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references ${groups} (tenant, id) on delete cascade) strict, without rowid`,
          sql`create index ${of('members_member')} on ${members} (tenant, member_id, group_id)`,
        ],
        [sql`drop table ${members}`, sql`drop table ${groups}`],
      ),
    },
  ]
}

export const sqliteSchema: SchemaDialect = {
  label: 'SQLite',
  hasSchemas: false,

  ownTables,

  groupNames(names) {
    const [unique, any] = [ownName(names, 'groups_display_name'), ownName(names, 'groups_display_names')]
    const groups = ownName(names, 'groups')
    return migration(
      [
        sql`drop index if exists ${unique}`,
        sql`create index if not exists ${any} on ${groups} (tenant, display_name_key, id)`,
      ],
      [
        sql`drop index if exists ${any}`,
        sql`create unique index if not exists ${unique} on ${groups} (tenant, display_name_key)`,
      ],
    )
  },

  uniqueIndex(names, index, table, attribute) {
    const key = uniqueKey(attribute)
    const name = ownName(names, index)
    const drop = sql`drop index if exists ${name}`
    return migration(
      [drop, sql`create unique index ${name} on ${ownName(names, table)} (tenant, ${key})`],
      [drop],
    )
  },

  twins(names, table, attribute) {
    const key = uniqueKey(attribute)
    return sql`select tenant as m_tenant, group_concat(id, ', ' order by created, id) as m_ids from ${ownName(names, table)} where ${key} is not null group by tenant, ${key} having count(*) > 1 order by tenant limit 100`
  },

  eventsTable: sqliteEventMigrations,

  requestLogTables: sqliteLogMigrations,

  connectionTables: sqliteConnectionMigrations,

  walkTable: sqliteWalkMigrations,

  // The tables of scimkit keep names without their case; the check says so of a host's.
  foldsCase: undefined,

  columnsOf: (names) =>
    sql`select n.value as m_table, c.name as m_column from json_each(${JSON.stringify(names)}) as n join pragma_table_info(n.value) as c`,

  // SQLite names columns, but for an index of expressions and a check, which it quotes: those whose names are in it, the
  // longest first.
  columnsOfConstraint: (table, constraint) =>
    sql`select m_table, m_column from (select s.tbl_name as m_table, c.name as m_column from sqlite_schema s join pragma_table_xinfo(s.tbl_name) c on instr(lower(substr(s.sql, instr(s.sql, '('))), lower(c.name)) > 0 where s.type = 'index' and s.name = ${constraint} union all select null, c.name from pragma_table_xinfo(${table}) c where instr(lower(${constraint}), lower(c.name)) > 0 and not exists (select 1 from sqlite_schema s where s.type = 'index' and s.name = ${constraint})) order by length(m_column) desc`,

  foreignKeysOf: (table) =>
    sql`select f.id as m_key, f."from" as m_column, f."table" as m_table, coalesce(f."to", (select c.name from pragma_table_info(f."table") c where c.pk = f.seq + 1)) as m_to from pragma_foreign_key_list(${table}) f order by f.id, f.seq`,

  isRowSecurityActive: () => sql`select null as m_active`,

  textLimitsOf: () => sql`select null as m_column, null as m_limit where false`,

  insertUsers(names, rows) {
    const all = rows.map((row) => ({ ...row, id: crypto.randomUUID() }))
    const of = (name: string) => sql`value ->> ${sql.lit(`$.${name}`)}`
    return sql`insert into ${ownName(names, 'users')} (tenant, id, version, created, last_modified, user_name, user_name_key, external_id, document)
    select '', ${of('id')}, 1, ${sqliteInstants.now}, ${sqliteInstants.now}, ${of('user_name')}, ${of('user_name_key')}, ${of('external_id')}, value -> '$.document'
    from json_each(${jsonText(all)}) where true on conflict do nothing`
  },
}

function uniqueKey({ keys, caseExact }: UniqueAttribute): Sql {
  const { text } = sqliteJson.valueOf(sql`document`, keys)
  return caseExact ? text : sql`lower(${text})`
}
