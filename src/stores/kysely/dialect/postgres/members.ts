import { sql } from 'kysely'
import { insertElements, isElementOf } from '../../sql/child-rows.js'
import type { ResultRow } from '../../sql/query.js'
import { query } from '../../sql/query.js'
import type { Sql } from '../../sql/sql.js'
import { alias, columnOf } from '../../sql/table.js'
import type { GroupWrite, MemberDialect, MemberWrite, WrittenMembers } from '../dialect.js'
import { rowDialect, setClause } from './rows.js'
import { inTransaction } from './transaction.js'
import { valueDialect } from './values.js'

export const memberDialect: MemberDialect = {
  async change(db, write, group) {
    const statement = changeStatement(write, group)
    for (let count = 0; count < 3; count++) {
      const [row] = await query(db, statement)
      if (!row) return undefined
      if (row.m_fresh === true) return written(row)
    }
    // Many requests change this group: wait for its lock.
    return inTransaction(db, async (transaction) => {
      const { table, isGroup } = write
      await query(
        transaction,
        sql`select 1 from ${sql.table(table.name)} as ${alias} where ${isGroup} for no key update`,
      )
      const [row] = await query(transaction, statement)
      return row && written(row)
    })
  },

  async replace(db, write) {
    const { table, isGroup } = write
    const group = sql`ok as (select ${columnOf(table.id.column)} as id from ${sql.table(table.name)} as ${alias} where ${isGroup})`
    await query(db, sql`with ${sql.join([group, ...namedParts(memberParts(write))])} select 1`)
  },
}

type PartName = 'removed' | 'added' | 'changed'

/** The parts of a statement that change the members of the group in the row `ok`, by their names. */
function memberParts(write: MemberWrite): ReadonlyMap<PartName, Sql> {
  const { tenant, id, added, ids, replacesAll } = write
  const { mapping, valueColumn, types, valueType } = write.members
  const table = sql.table(mapping.table)
  const e = sql.ref('e')
  const value = columnOf(valueColumn, e)
  const isOwn = isElementOf(mapping, tenant, id, e)
  const parts = new Map<PartName, Sql>()
  if (replacesAll || ids.length > 0) {
    const isListed = valueDialect.isOneOf(value, valueDialect.listParameter(ids), valueType)
    const isLeaving = replacesAll ? sql`not ${isListed}` : isListed
    parts.set(
      'removed',
      sql`delete from ${table} as ${e} using ok where ${isOwn} and ${isLeaving} returning ${value}::text as v`,
    )
  }
  if (!added[0]?.length) return parts
  const given = valueDialect.parameterRows(added, types)
  const insert = insertElements(mapping, tenant, sql`ok.id`, sql`ok, ${given}`)
  parts.set('added', sql`${insert} on conflict do nothing returning ${sql.id(valueColumn)}::text as v`)
  const names = Object.keys(mapping.columns)
  const others = names.filter((name) => name !== 'value')
  if (others.length === 0) return parts
  const givenOf = (name: string) => sql`n.${sql.id(`c${names.indexOf(name)}`)}`
  const columnFor = (name: string) => mapping.columns[name] ?? name
  const storedOf = (name: string) => columnOf(columnFor(name), e)
  // A change leaves alone what it does not mention of a member; a replacement does not.
  const nextOf = (name: string) =>
    replacesAll ? givenOf(name) : sql`coalesce(${givenOf(name)}, ${storedOf(name)})`
  const set = sql.join(others.map((name) => sql`${sql.id(columnFor(name))} = ${nextOf(name)}`))
  const differs = sql`row(${sql.join(others.map(storedOf))}) is distinct from row(${sql.join(others.map(nextOf))})`
  parts.set(
    'changed',
    sql`update ${table} as ${e} set ${set} from ok, ${given} where ${isOwn} and ${value} = ${givenOf('value')} and ${differs} returning 1`,
  )
  return parts
}

function namedParts(parts: ReadonlyMap<PartName, Sql>): readonly Sql[] {
  return [...parts].map(([name, statement]) => sql`${sql.id(name)} as (${statement})`)
}

/**
 * One statement that changes members and the group's version. It locks the group; where a concurrent change has
 * committed since the statement began, it does nothing and `m_fresh` is false: the members that it sees are too old.
 */
function changeStatement(write: MemberWrite, { isExpected, meta, touch }: GroupWrite): Sql {
  const { table, isGroup } = write
  const name = sql.table(table.name)
  const parts = memberParts(write)
  const changes = [...parts.keys()].map((part) => sql`exists (select from ${sql.id(part)})`)
  const isChanged = changes.length === 0 ? sql`false` : sql.join(changes, sql` or `)
  const idsOf = (part: PartName) =>
    parts.has(part) ? sql`(select array_agg(v) from ${sql.id(part)})` : sql`null::text[]`
  const queries = [
    sql`s as (select ${rowDialect.version(table)} as v from ${name} as ${alias} where ${isGroup})`,
    sql`g as (select ${columnOf(table.id.column)} as id, ${meta} from ${name} as ${alias} where ${isExpected} for no key update)`,
    sql`ok as (select g.id from g join s on s.v = g.m_version)`,
    ...namedParts(parts),
    sql`bumped as (update ${name} as ${alias} set ${setClause(touch)} from ok where ${isGroup} and (${isChanged}) returning ${meta})`,
  ]
  const metaColumns = ['m_id', 'm_version', 'm_created', 'm_modified'].map(
    (column) => sql`coalesce(b.${sql.id(column)}, g.${sql.id(column)}) as ${sql.id(column)}`,
  )
  return sql`with ${sql.join(queries)} select exists (select from ok) as m_fresh, ${sql.join(metaColumns)}, ${idsOf('added')} as m_added, ${idsOf('removed')} as m_removed from g left join bumped as b on true`
}

function written(row: ResultRow): WrittenMembers {
  return { row, added: texts(row.m_added), removed: texts(row.m_removed) }
}

function texts(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : []
}
