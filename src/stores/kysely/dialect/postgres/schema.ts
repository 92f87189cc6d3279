import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownLocalName, ownName, ownTable, quotedTable } from '../names.js'
import type { SchemaDialect, UniqueAttribute } from '../schema.js'
import { connectionMigrations } from './connection-tables.js'
import { eventMigrations } from './event-tables.js'
import { foldedBy, foldFunctionName } from './folding.js'
import { instantDialect } from './instants.js'
import { jsonDialect, memberText } from './json.js'
import { logMigrations } from './log-tables.js'
import { postgresOwnTables } from './own-tables.js'
import { walkMigrations } from './walk-table.js'

/** By the database's ctype, which `lower` follows. */
export const foldsAllLetters = sql`lower('ÄÉŁЖΩ') = 'äéłжω'`

export const schemaDialect: SchemaDialect = {
  label: 'PostgreSQL',
  hasSchemas: true,

  ownTables: postgresOwnTables,

  ownFolding: (names) =>
    sql`select to_regprocedure(${`${quotedTable(ownTable(names, foldFunctionName))}(text)`}) is not null as m_folds`,

  groupNames(names) {
    const [unique, any] = ['groups_display_name', 'groups_display_names']
    const groups = ownName(names, 'groups')
    const key = foldedBy(names)(sql`display_name`)
    return migration(
      [
        sql`drop index if exists ${ownName(names, unique)}`,
        sql`create index if not exists ${ownLocalName(names, any)} on ${groups} (tenant, ${key})`,
      ],
      [
        sql`drop index if exists ${ownName(names, any)}`,
        sql`create unique index if not exists ${ownLocalName(names, unique)} on ${groups} (tenant, ${key})`,
      ],
    )
  },

  uniqueIndex(names, index, table, attribute) {
    const key = uniqueKey(names, attribute)
    const drop = sql`drop index if exists ${ownName(names, index)}`
    return migration(
      [
        drop,
        sql`create unique index ${ownLocalName(names, index)} on ${ownName(names, table)} (tenant, ${key})`,
      ],
      [drop],
    )
  },

  twins(names, table, attribute) {
    const key = uniqueKey(names, attribute)
    return sql`select tenant as m_tenant, string_agg(id::text, ', ' order by created, id) as m_ids from ${ownName(names, table)} where ${key} is not null group by tenant, ${key} having count(*) > 1 order by tenant limit 100`
  },

  eventsTable: eventMigrations,

  requestLogTables: logMigrations,

  connectionTables: connectionMigrations,

  walkTable: walkMigrations,

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
    names,
    rows,
  ) => sql`insert into ${ownName(names, 'users')} (tenant, id, version, created, last_modified, user_name, external_id, document)
    select '', gen_random_uuid(), 1, ${instantDialect.now}, ${instantDialect.now}, user_name, external_id, document
    from jsonb_to_recordset(${jsonDialect.parameter(rows)}) as row(user_name text, external_id text, document jsonb)
    on conflict do nothing`,
}

function uniqueKey(names: OwnNames, { keys, caseExact }: UniqueAttribute): Sql {
  const value = memberText(sql`document`, keys)
  return caseExact ? sql`(${value})` : foldedBy(names)(value)
}
