import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { ownLocalName, ownName, ownTable, quotedTable } from '../names.js'
import type { OwnTablesVersion } from '../own-tables.js'
import { createFold, foldedBy, foldFunction } from './folding.js'

/**
 * Indexes by scimkit's own folding of case take the place, and the names, of those by the database's. The database keeps
 * them, so that processes of an earlier version may go on writing; what those search by stays, no longer unique.
 */
export function foldingTables(names: OwnNames): OwnTablesVersion {
  const folded = foldedBy(names)
  const note =
    'Moves no data, and builds indexes, for which writers wait. Names that differ in case only, which the former indexes have let in, are raised as an error with the ids of their rows: rename or delete all but one of each, and run it again.'
  const ofFormer = (index: string) =>
    `The index ${names.prefix}${index}_lower, in tables with rows, is for processes of the version before: drop index if exists ${ownTable(names, index)}_lower; once there are none.`
  function version(table: Table, more: (fold: Fold) => readonly Sql[] = () => []): SqlMigration {
    const indexes = (fold: Fold) => [...reindexed(names, table, fold), ...more(fold)]
    const byLowerToo = ownLocalName(names, `${table.index}_lower`)
    const forFormer = sql`create index ${byLowerToo} on ${ownName(names, table.name)} (tenant, lower(${table.column}))`
    const isUsed = sql`exists (select from ${ownName(names, table.name)})`
    return migration(
      [
        assertNoTwins(names, table),
        sql`do $$ begin if ${isUsed} then ${forFormer}; end if; end $$`,
        ...indexes(folded),
      ],
      [sql`drop index if exists ${ownName(names, `${table.index}_lower`)}`, ...indexes(lower)],
      [note, ofFormer(table.index)],
    )
  }
  return {
    shared: migration([createFold(names)], [sql`drop function ${foldFunction(names)}(text)`]),
    users: version({ name: 'users', column: sql`user_name`, index: 'users_user_name' }, (fold) =>
      reindexedEmails(names, fold),
    ),
    groups: version({ name: 'groups', column: sql`display_name`, index: 'groups_display_name' }),
  }
}

/** A table whose names are unique, and the index that keeps them so; with an `s` where they need not be. */
interface Table {
  readonly name: string
  readonly column: Sql
  readonly index: string
}

/** How case is folded in indexes. */
type Fold = (value: Sql) => Sql

function lower(value: Sql): Sql {
  return sql`lower(${value})`
}

/** Refuses to go on where rows would be one name, and says which; which of them stays is the host's to say. */
function assertNoTwins(names: OwnNames, { name, column, index }: Table): Sql {
  const folded = foldedBy(names)
  const message = `Rows of ${ownTable(names, name)} differ in the case of one name only, and would be one account each. Nothing was changed; rename or delete all but one of each, and migrate again:`
  return sql`do $$
declare
  twins text;
begin
  if ${isThere(names, index)} then
    select string_agg(line, chr(10)) into twins from (
      select format('- tenant "%s": %s', tenant, string_agg(id::text, ', ' order by created, id)) as line
      from ${ownName(names, name)} group by tenant, ${folded(column)} having count(*) > 1 order by tenant limit 100
    ) as found;
  end if;
  if twins is not null then
    raise exception using message = ${sql.lit(message)} || chr(10) || twins;
  end if;
end $$`
}

/** The indexes of a table's names, by another folding. */
function reindexed(names: OwnNames, { name, column, index }: Table, fold: Fold): readonly Sql[] {
  const table = ownName(names, name)
  const order = `${name}_order`
  const create = (unique: Sql, what: string) =>
    sql`drop index ${ownName(names, what)}; create ${unique}index ${ownLocalName(names, what)} on ${table} (tenant, ${fold(column)});`
  return [
    sql`do $$ begin if ${isThere(names, index)} then ${create(sql`unique `, index)} else ${create(sql``, `${index}s`)} end if; end $$`,
    sql`drop index ${ownName(names, order)}`,
    sql`create index ${ownLocalName(names, order)} on ${table} (tenant, (${fold(column)} collate "C"), id)`,
  ]
}

function reindexedEmails(names: OwnNames, fold: Fold): readonly Sql[] {
  return [
    sql`drop index ${ownName(names, 'users_emails')}`,
    sql`create index ${ownLocalName(names, 'users_emails')} on ${ownName(names, 'users')} using gin ((${fold(sql`(document -> 'emails')::text`)}::jsonb) jsonb_path_ops)`,
  ]
}

/** Whether names must be unique. */
function isThere(names: OwnNames, index: string): Sql {
  return sql`to_regclass(${sql.lit(quotedTable(ownTable(names, index)))}) is not null`
}
