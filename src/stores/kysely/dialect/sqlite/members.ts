import { sql } from 'kysely'
import { filledColumns, insertElements, isElementOf } from '../../sql/child-rows.js'
import type { Database, ResultRow } from '../../sql/query.js'
import { query } from '../../sql/query.js'
import type { Condition, Sql } from '../../sql/sql.js'
import { and, not, or, where } from '../../sql/sql.js'
import { alias, columnOf } from '../../sql/table.js'
import type { MemberDialect, MemberWrite } from '../dialect.js'
import { sqliteRows } from './rows.js'
import { inSqliteTransaction } from './transaction.js'
import { sqliteValues } from './values.js'

/** One statement after the other: nothing else writes meanwhile, so that nothing has to be locked. */
export const sqliteMembers: MemberDialect = {
  change: (db, write, { isExpected, meta, touch }) =>
    inSqliteTransaction(db, async (transaction) => {
      const { table } = write
      const read = sql`select ${meta} from ${sql.table(table.name)} as ${alias} where ${isExpected}`
      const [group] = await query(transaction, read)
      if (!group) return undefined
      const { added, removed, isChanged } = await writeMembers(transaction, write)
      if (!isChanged) return { row: group, added, removed }
      const [row] = await query(transaction, sqliteRows.update(table, touch, write.isGroup, meta))
      return { row: row ?? group, added, removed }
    }),

  replace: (db, write) =>
    inSqliteTransaction(db, async (transaction) => {
      const isLeftOut = write.targets !== undefined && (await leavesOut(transaction, write))
      await writeMembers(transaction, write)
      return !isLeftOut
    }),

  afterLock: (_, statement) => statement(true),
}

const e = sql.ref('e')

async function writeMembers(
  db: Database,
  write: MemberWrite,
): Promise<{
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly isChanged: boolean
}> {
  const run = async (statement: Sql | undefined) => (statement ? query(db, statement) : [])
  // Those that stay, before others come.
  const changed = await run(changeStatement(write))
  const removed = (await run(removeStatement(write))).map(textOf)
  const added = (await run(addStatement(write))).map(textOf)
  return { added, removed, isChanged: changed.length + removed.length + added.length > 0 }
}

function textOf({ v }: ResultRow): string {
  return String(v)
}

function isOwnElement({ members, tenant, table, id }: MemberWrite): Condition {
  return isElementOf(members.mapping, tenant, sqliteValues.cast(sql`${id}`, table.id.type), e)
}

function given(write: MemberWrite, name: string): Sql {
  return sql`n.${sql.id(`c${Object.keys(write.members.mapping.columns).indexOf(name)}`)}`
}

function givenRows({ members, added }: MemberWrite): Sql {
  return sqliteValues.parameterRows(added, members.types)
}

function removeStatement(write: MemberWrite): Sql | undefined {
  const { ids, replacesAll, members } = write
  if (!replacesAll && ids.length === 0) return undefined
  const { mapping, valueColumn, valueType } = members
  const value = columnOf(valueColumn, e)
  const isListed = sqliteValues.isOneOf(value, sqliteValues.listParameter(ids), valueType)
  const isLeaving = replacesAll ? sql`not ${isListed}` : isListed
  const which = and([isOwnElement(write), isLeaving, write.isRemovable(e)])
  return sql`delete from ${sql.table(mapping.table)} as ${e}${where(which)} returning cast(${sql.id(valueColumn)} as text) as v`
}

/** Whether a given member is one of the group's already. */
function isMember(write: MemberWrite): Condition {
  const { mapping, valueColumn } = write.members
  const isSame = sql`${columnOf(valueColumn, e)} = ${given(write, 'value')}`
  return sqliteValues.exists(sql`${sql.table(mapping.table)} as ${e}`, and([isOwnElement(write), isSame]))
}

/** Whether a given member exists. */
function isKnown(write: MemberWrite): Condition {
  const { targets, members } = write
  if (!targets) return true
  const value = given(write, 'value')
  const elsewhere = sqliteValues.isOneOf(
    value,
    sqliteValues.listParameter(targets.elsewhere),
    members.valueType,
  )
  return or([
    ...targets.rows.map(({ table, which }) => {
      const id = sqliteValues.cast(columnOf(table.id.column), members.valueType)
      return sqliteValues.exists(
        sql`${sql.table(table.name)} as ${alias}`,
        and([which, sql`${id} = ${value}`]),
      )
    }),
    targets.elsewhere.length > 0 && elsewhere,
  ])
}

function addStatement(write: MemberWrite): Sql | undefined {
  const { members, tenant, added, table, id } = write
  if (!added[0]?.length) return undefined
  const { mapping, valueColumn } = members
  const isNew = and([not(isMember(write)), isKnown(write)])
  if (isNew === false) return undefined
  // With a condition in any case: without one, `on conflict` would be read as that of a join.
  const source = sql`${givenRows(write)} where ${isNew === true ? sql`true` : isNew}`
  const group = sqliteValues.cast(sql`${id}`, table.id.type)
  const insert = insertElements(mapping, tenant, group, source, filledColumns(added))
  return sql`${insert} on conflict do nothing returning cast(${sql.id(valueColumn)} as text) as v`
}

function changeStatement(write: MemberWrite): Sql | undefined {
  const { members, added, replacesAll } = write
  const { mapping, valueColumn } = members
  const others = Object.keys(mapping.columns).filter((name) => name !== 'value')
  // A member that is added again stays as it is.
  if (!replacesAll || others.length === 0 || !added[0]?.length) return undefined
  const columnFor = (name: string) => mapping.columns[name] ?? name
  const set = sql.join(others.map((name) => sql`${sql.id(columnFor(name))} = ${given(write, name)}`))
  const differs = or(
    others.map((name) => sql`${columnOf(columnFor(name), e)} is distinct from ${given(write, name)}`),
  )
  const isSame = sql`${columnOf(valueColumn, e)} = ${given(write, 'value')}`
  const which = and([isOwnElement(write), isSame, differs])
  return sql`update ${sql.table(mapping.table)} as ${e} set ${set} from ${givenRows(write)}${where(which)} returning 1 as v`
}

/** Whether a member that the group does not have yet and that does not exist would be added. */
async function leavesOut(db: Database, write: MemberWrite): Promise<boolean> {
  if (!write.added[0]?.length) return false
  const which = and([not(isMember(write)), not(isKnown(write))])
  if (typeof which === 'boolean') return which
  const rows = await query(db, sql`select 1 as m_found from ${givenRows(write)} where ${which} limit 1`)
  return rows.length > 0
}
