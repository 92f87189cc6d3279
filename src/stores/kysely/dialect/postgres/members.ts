import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../../mapping/index.js'
import { filledColumns, insertElements, isElementOf } from '../../sql/child-rows.js'
import type { Database, ResultRow } from '../../sql/query.js'
import { query } from '../../sql/query.js'
import type { Sql } from '../../sql/sql.js'
import { alias, columnOf } from '../../sql/table.js'
import { setClause } from '../assignments.js'
import type { GroupWrite, MemberDialect, MemberWrite, WrittenMembers } from '../dialect.js'
import { failureOf } from './errors.js'
import { rowDialect } from './rows.js'
import { inTransaction } from './transaction.js'
import { valueDialect } from './values.js'

export const memberDialect: MemberDialect = {
  async change(db, write, group) {
    const statement = changeStatement(write, group)
    try {
      for (let count = 0; count < 3; count++) {
        const [row] = await query(db, statement)
        if (!row) return undefined
        if (row.m_fresh === true) return written(row)
      }
    } catch (error) {
      // At stricter levels of isolation a statement fails where another change of the group has come before it.
      if (db.isTransaction || failureOf(error)?.kind !== 'conflict') throw error
    }
    // Many requests change this group: wait for its lock.
    const { table, isGroup } = write
    const lock = memberDialect.afterLock(write, (condition) => {
      const which = condition === true ? isGroup : sql`${isGroup} and ${condition}`
      return sql`select 1 from ${sql.table(table.name)} as ${alias} where ${which} for no key update`
    })
    const work = async (transaction: Database) => {
      await query(transaction, lock)
      const [row] = await query(transaction, statement)
      return row && written(row)
    }
    return inTransaction(db, work, { seesCommits: true })
  },

  async replace(db, write) {
    const { table, isGroup } = write
    const group = sql`ok as (select ${columnOf(table.id.column)} as id from ${sql.table(table.name)} as ${alias} where ${isGroup})`
    const known = knownPart(write)
    const parts = [group, ...(known ? [known] : []), ...namedParts(memberParts(write))]
    const rows = await query(db, sql`with ${sql.join(parts)} select ${known ? leftOut(write) : sql`1`}`)
    return rows[0]?.m_left_out !== true
  },

  afterLock(write, statement) {
    const known = knownPart(write)
    return known ? sql`with ${known} ${statement(afterKnown)}` : statement(true)
  },
}

/** Holds when the rows of {@link knownPart} are locked: a condition without a column is evaluated before any row is. */
const afterKnown = sql`(select count(*) from known) >= 0`

/**
 * The members that may be added: those that exist, and whose rows are locked, so that a deletion comes before, and they
 * are not found, or after, and finds them. Members that the group has already need neither.
 */
function knownPart(write: MemberWrite): Sql | undefined {
  const { members, tenant, added, targets } = write
  if (!targets || !added[0]?.length) return undefined
  const { mapping, valueColumn, valueType } = members
  const e = sql.ref('e')
  const selects = targets.rows.map(({ table, which }, index) => {
    const value = valueDialect.cast(columnOf(table.id.column), valueType)
    const isMember = sql`${isElementOf(mapping, tenant, groupId(write), e)} and ${columnOf(valueColumn, e)} = ${value}`
    const isNew = sql`not exists (select from ${sql.table(mapping.table)} as ${e} where ${isMember})`
    const locked = sql`select ${value} as v from ${sql.table(table.name)} as ${alias} where ${which} and ${isNew} for key share`
    return sql`select v from (${locked}) as ${sql.id(`k${index}`)}`
  })
  if (targets.elsewhere.length > 0) {
    const list = valueDialect.parameterRows([targets.elsewhere], [valueType])
    selects.push(sql`select n.c0 as v from ${list}`)
  }
  const none = sql`select ${valueDialect.cast(sql`null`, valueType)} as v where false`
  return sql`known as materialized (${selects.length === 0 ? none : sql.join(selects, sql` union all `)})`
}

/** Whether a member that is neither in the group already nor known was to be added, as `m_left_out`. */
function leftOut(write: MemberWrite): Sql {
  const { members, tenant, added } = write
  const { mapping, valueColumn, types } = members
  const e = sql.ref('e')
  const given = givenValue(mapping)
  const isMember = sql`${isElementOf(mapping, tenant, groupId(write), e)} and ${columnOf(valueColumn, e)} = ${given}`
  const isNew = sql`not exists (select from ${sql.table(mapping.table)} as ${e} where ${isMember})`
  return sql`exists (select from ${valueDialect.parameterRows(added, types)} where ${isNew} and ${given} not in (select v from known)) as m_left_out`
}

/** The group's id as a parameter. A column of integers may be narrower than an id can be: then no row has it. */
function groupId({ id, table }: MemberWrite): Sql {
  return table.id.type === 'integer' ? valueDialect.cast(sql`${id}`, table.id.type) : sql`${id}`
}

/** The value of a member among those that are given. */
function givenValue(mapping: ChildTableMapping): Sql {
  return sql`n.${sql.id(`c${Object.keys(mapping.columns).indexOf('value')}`)}`
}

type PartName = 'removed' | 'added' | 'changed'

/** The parts of a statement that change the members of the group in the row `ok`, by their names. */
function memberParts(write: MemberWrite): ReadonlyMap<PartName, Sql> {
  const { tenant, added, ids, replacesAll, targets } = write
  const { mapping, valueColumn, types, valueType } = write.members
  const table = sql.table(mapping.table)
  const e = sql.ref('e')
  const value = columnOf(valueColumn, e)
  const isOwn = isElementOf(mapping, tenant, groupId(write), e)
  const parts = new Map<PartName, Sql>()
  if (replacesAll || ids.length > 0) {
    const isListed = valueDialect.isOneOf(value, valueDialect.listParameter(ids), valueType)
    const isLeaving = replacesAll ? sql`not ${isListed}` : isListed
    const isRemovable = write.isRemovable(e)
    const besides = isRemovable === true ? sql`` : sql` and ${isRemovable}`
    parts.set(
      'removed',
      sql`delete from ${table} as ${e} using ok where ${isOwn} and ${isLeaving}${besides} returning ${value}::text as v`,
    )
  }
  if (!added[0]?.length) return parts
  const given = valueDialect.parameterRows(added, types)
  const isKnown = targets ? sql` where ${givenValue(mapping)} in (select v from known)` : sql``
  const source = sql`ok, ${given}${isKnown}`
  const insert = insertElements(mapping, tenant, sql`ok.id`, source, filledColumns(added))
  parts.set('added', sql`${insert} on conflict do nothing returning ${sql.id(valueColumn)}::text as v`)
  const names = Object.keys(mapping.columns)
  const others = names.filter((name) => name !== 'value')
  // A member that is added again stays as it is.
  if (!replacesAll || others.length === 0) return parts
  const givenOf = (name: string) => sql`n.${sql.id(`c${names.indexOf(name)}`)}`
  const columnFor = (name: string) => mapping.columns[name] ?? name
  const storedOf = (name: string) => columnOf(columnFor(name), e)
  const set = sql.join(others.map((name) => sql`${sql.id(columnFor(name))} = ${givenOf(name)}`))
  const differs = sql`row(${sql.join(others.map(storedOf))}) is distinct from row(${sql.join(others.map(givenOf))})`
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
  const known = knownPart(write)
  const which = known ? sql`${isExpected} and ${afterKnown}` : isExpected
  const changes = [...parts.keys()].map((part) => sql`exists (select from ${sql.id(part)})`)
  const isChanged = changes.length === 0 ? sql`false` : sql.join(changes, sql` or `)
  const idsOf = (part: PartName) =>
    parts.has(part) ? sql`(select array_agg(v) from ${sql.id(part)})` : sql`null::text[]`
  const queries = [
    ...(known ? [known] : []),
    sql`s as (select ${rowDialect.version(table)} as v from ${name} as ${alias} where ${isGroup})`,
    sql`g as (select ${columnOf(table.id.column)} as id, ${meta} from ${name} as ${alias} where ${which} for no key update)`,
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
