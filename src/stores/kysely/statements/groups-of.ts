import { sql } from 'kysely'
import type { GroupReference } from '../../store.js'
import { Prepared } from '../database/prepared.js'
import type { SqlTable } from '../dialect/dialect.js'
import { RowScope } from '../search/scope.js'
import type { Database } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { alias, columnOf, isId, isOwn } from '../sql/table.js'
import type { Membership } from './members.js'

type GroupsOfStatement = Prepared<{ readonly tenant: unknown; readonly ids: unknown }>
const statements = new WeakMap<SqlTable, GroupsOfStatement>()

function prepareGroupsOf(table: SqlTable, { members }: Membership): GroupsOfStatement {
  return new Prepared((placeholder) => {
    const row = new RowScope(table, placeholder('tenant'))
    const { values } = table.dialect
    const { mapping, valueColumn } = members
    const e = sql.ref('e')
    const value = columnOf(valueColumn, e)
    const isMember = values.isOneOf(value, placeholder('ids'), mapping.ids ?? table.id.type)
    const isTenants =
      mapping.tenant === undefined ? sql`` : sql` and ${columnOf(mapping.tenant, e)} = ${row.tenant}`
    const isSame = and([row.hasElement(mapping, e), isOwn(table, row.tenant)])
    return sql`select ${values.asText(value)} as m_member, ${values.asText(columnOf(table.id.column))} as m_id, ${displayName(row)} as m_label from ${sql.table(mapping.table)} as ${e} join ${sql.table(table.name)} as ${alias} on ${isSame} where ${isMember}${isTenants} order by 1, 2`
  })
}

/** The groups that have ids as direct members, by these ids. */
export async function groupsOf(
  db: Database,
  { table, tenant }: RowScope,
  membership: Membership,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
  const groups = new Map<string, GroupReference[]>()
  const memberIds = ids.filter((id) => isId(membership.members.mapping.ids ?? table.id.type, id))
  if (memberIds.length === 0) return groups
  let statement = statements.get(table)
  if (!statement) {
    statement = prepareGroupsOf(table, membership)
    statements.set(table, statement)
  }
  const rows = await statement.run(db, { tenant, ids: table.dialect.values.listParameter(memberIds) })
  for (const { m_member: member, m_id: id, m_label: display } of rows) {
    const reference = { value: String(id), ...(typeof display === 'string' && { display }) }
    const list = groups.get(String(member))
    // A host's table may have a member twice.
    if (list && list.at(-1)?.value === reference.value) continue
    if (list) list.push(reference)
    else groups.set(String(member), [reference])
  }
  return groups
}

/** What people call a group. */
function displayName(row: RowScope): Sql {
  const texts = row.table.layout.type.labels.flatMap((attribute) => {
    const operand = row.operand(attribute)
    return typeof operand === 'object' && 'value' in operand ? [sql`nullif(${operand.value.text}, '')`] : []
  })
  return texts.length === 0 ? sql`null` : row.table.dialect.values.firstOf(texts)
}
