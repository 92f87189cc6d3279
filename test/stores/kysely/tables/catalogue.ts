import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** What a database of PostgreSQL holds outside its own schemas, and without the records of migrations. */
export async function postgresCatalogue(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ line: string }>`
    with own as (select oid, nspname from pg_namespace where nspname not in ('pg_catalog', 'information_schema', 'pg_toast')),
    tables as (select c.* from pg_class c join own on own.oid = c.relnamespace where c.relname !~ 'migrations')
    select format('schema %s', nspname) as line from own
    union all select format('column %s.%s.%s %s %s default %s identity %s collate %s', table_schema, table_name, column_name, data_type, is_nullable, column_default, identity_generation, collation_name)
      from information_schema.columns where table_schema in (select nspname from own) and table_name !~ 'migrations'
    union all select format('relation %s %s %s %s', relnamespace::regnamespace, relname, relkind, reloptions) from tables
    union all select pg_get_indexdef(indexrelid) from pg_index where indrelid in (select oid from tables)
    union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid in (select oid from tables)
    union all select pg_get_triggerdef(oid) from pg_trigger where tgrelid in (select oid from tables) and not tgisinternal
    union all select pg_get_functiondef(p.oid) from pg_proc p join own on own.oid = p.pronamespace
    order by 1`.execute(db)
  return rows.map(({ line }) => line)
}

/** What a database of SQLite holds, without the records of migrations. */
export async function sqliteCatalogue(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ line: string }>`
    select type || ' ' || name || ': ' || coalesce(sql, '') as line from sqlite_master
    where tbl_name not like '%migrations%' and name not like 'sqlite_sequence' order by 1`.execute(db)
  return rows.map(({ line }) => line)
}
