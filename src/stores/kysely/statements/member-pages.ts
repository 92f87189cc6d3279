import { sql } from 'kysely'
import { isObject } from '../../../protocol/index.js'
import type { Member } from '../../store.js'
import type { RowScope } from '../search/scope.js'
import { idParameter } from '../search/values.js'
import { isElementOf } from '../sql/child-rows.js'
import type { ResultRow, Run } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { alias, columnOf } from '../sql/table.js'
import type { Membership } from './members.js'
import { booleansIn, readElement } from './row.js'
import { isRow } from './write.js'

/** How many members are read at once. */
const pageSize = 1000

/** Selects a page of a group's members: those after one of them, in the order of their ids. */
function memberPageStatement(
  row: RowScope,
  { members }: Membership,
  id: string,
  after: string | undefined,
): Sql {
  const { table } = row
  const { values, json } = table.dialect
  const { mapping, valueColumn } = members
  const name = sql.ref('e')
  const value = columnOf(valueColumn, name)
  const columns = Object.values(mapping.columns).map((column) => columnOf(column, name))
  // Where the members' table has no tenant, or the directory not all groups, the group decides whose they are.
  const isTenants =
    (table.where === undefined && (mapping.tenant !== undefined || table.tenant === undefined)) ||
    values.exists(sql`${sql.table(table.name)} as ${alias}`, isRow(row, id, undefined))
  const which = and([
    isElementOf(mapping, row.tenant, idParameter(id, table.id.type, table.dialect), name),
    isTenants,
    row.isShown(mapping, name),
    after === undefined || sql`${value} > ${after}`,
  ])
  return sql`select ${values.asText(value)} as m_value, ${json.row(columns)} as m_element from ${sql.table(mapping.table)} as ${name} where ${which} order by ${value} limit ${sql.lit(pageSize)}`
}

/** The members of a group, page by page; no database resource is held between pages. */
export async function* memberPages(
  row: RowScope,
  membership: Membership,
  id: string,
  run: Run,
): AsyncGenerator<readonly Member[]> {
  const { booleansAreNumbers, layout } = row.table
  const booleans = booleansAreNumbers ? booleansIn(membership.members.mapping, layout) : undefined
  for (let after: string | undefined; ; ) {
    const rows = await run(memberPageStatement(row, membership, id, after))
    // A host's table may have a member twice; the next page begins with another one.
    const members = rows.filter(({ m_value: value }, index) => value !== rows[index - 1]?.m_value)
    if (rows.length > 0) yield members.flatMap((result) => readMember(result, membership, booleans))
    if (rows.length < pageSize) return
    after = String(rows.at(-1)?.m_value)
  }
}

function readMember(
  { m_value: value, m_element: text }: ResultRow,
  { members }: Membership,
  booleans: ReadonlySet<string> | undefined,
): readonly Member[] {
  const element = readElement(JSON.parse(String(text)), members.mapping, booleans)
  return isObject(element) ? [{ ...element, value: String(value) }] : []
}
