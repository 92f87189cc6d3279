import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownLocalName, ownName } from '../names.js'
import type { OwnTablesVersion } from '../own-tables.js'
import { foldingTables } from './folding-migration.js'

const common = sql`tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id)`

/** The tables of users, groups and members, version by version. */
export function postgresOwnTables(names: OwnNames): readonly OwnTablesVersion[] {
  return [firstVersion(names), foldingTables(names)]
}

/** Every index begins with the tenant, except that of e-mail addresses, which tenants seldom share. */
function firstVersion(names: OwnNames): OwnTablesVersion {
  const of = (what: string) => ownName(names, what)
  const local = (what: string) => ownLocalName(names, what)
  const users = of('users')
  const groups = of('groups')
  const members = of('members')
  const table = (name: Sql, column: Sql) => sql`create table ${name} (${column} text not null, ${common})`
  return {
    shared: migration([], []),
    users: migration(
      [
        table(users, sql`user_name`),
        sql`create unique index ${local('users_user_name')} on ${users} (tenant, lower(user_name))`,
        sql`create index ${local('users_order')} on ${users} (tenant, (lower(user_name) collate "C"), id)`,
        sql`create index ${local('users_external_id')} on ${users} (tenant, external_id)`,
        sql`create index ${local('users_emails')} on ${users} using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops)`,
      ],
      [sql`drop table ${users}`],
      [
        "The database must fold the case of letters of every script: select lower('ÄÉŁЖΩ') = 'äéłжω'; must be true, as it is with UTF-8 and the ctype C.UTF-8.",
      ],
    ),
    groups: migration(
      [
        table(groups, sql`display_name`),
        sql`create unique index ${local('groups_display_name')} on ${groups} (tenant, lower(display_name))`,
        sql`create index ${local('groups_order')} on ${groups} (tenant, (lower(display_name) collate "C"), id)`,
        sql`create index ${local('groups_external_id')} on ${groups} (tenant, external_id)`,
        sql`create table ${members} (tenant text not null, group_id uuid not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references ${groups} (tenant, id) on delete cascade)`,
        sql`create index ${local('members_member')} on ${members} (tenant, member_id, group_id)`,
      ],
      [sql`drop table ${members}`, sql`drop table ${groups}`],
    ),
  }
}
