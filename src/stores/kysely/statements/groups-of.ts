import { sql } from 'kysely'
import type { CompiledAttribute, Meta } from '../../../schema/index.js'
import type { GroupReference, Member, MemberChange, MemberChangeResult } from '../../store.js'
import type { Database } from '../database/execute.js'
import { query } from '../database/execute.js'
import { Prepared } from '../database/prepared.js'
import { RowScope } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import { allOf } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { alias, columnOf, isId } from '../sql/table.js'
import type { Membership } from './members.js'
import { memberChanges } from './members.js'
import type { ResultRow } from './row.js'
import { metaIn } from './row.js'
import { theRow } from './write.js'

/** Where a table's members are; undefined where it has none in a table of their own. */
export function membershipOf({ layout }: TableShape): Membership | undefined {
  const { membership } = layout.type
  const place = membership && layout.attributes.get(membership)
  return membership && place?.kind === 'childTable' ? { place, attribute: membership } : undefined
}

/** The list of members in a resource. */
export function membersIn(resource: object, attribute: CompiledAttribute): object | undefined {
  const list: unknown = (resource as Readonly<Record<string, unknown>>)[attribute.name]
  return Array.isArray(list) ? list : undefined
}

/** Brings the table of members to a list of them. */
export async function replaceMembers(
  on: Database,
  row: RowScope,
  membership: Membership,
  id: string,
  elements: readonly unknown[],
): Promise<void> {
  // The registry describes the elements.
  const change = { replaceAll: elements as readonly Member[] } satisfies MemberChange
  const parts = memberChanges(row, membership, id, change)
  const all = [...parts].map(([part, statement]) => sql`${sql.id(part)} as (${statement})`)
  const { table } = row
  await query(
    on,
    sql`with ok as (select ${columnOf(table.id.column)} as id from ${sql.table(table.name)} as ${alias} where ${theRow(row, id, undefined)}), ${sql.join(all)} select 1`,
  )
}

/** Locks a group, which others that change its members wait for. */
export function lockStatement(row: RowScope, id: string): Sql {
  return sql`select 1 from ${sql.table(row.table.name)} as ${alias} where ${theRow(row, id, undefined)} for no key update`
}

/** What a change of members came to. */
export function outcome(result: ResultRow, table: TableShape): MemberChangeResult {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const meta: Meta = metaIn(result, table)
  return { meta, added: list(result.m_added), removed: list(result.m_removed) }
}

type GroupsOf = Prepared<{ readonly tenant: unknown; readonly ids: readonly string[] }>
const statements = new WeakMap<TableShape, GroupsOf>()

function groupsOfStatement(table: TableShape, { place }: Membership): GroupsOf {
  return new Prepared((mark) => {
    const row = new RowScope(table, mark('tenant'))
    const e = sql.ref('e')
    const value = sql`${e}.${sql.id(place.columns.value ?? 'value')}`
    const type = place.ids ?? table.id.type
    const cast = sql.raw(type === 'integer' ? 'bigint' : type)
    return sql`select ${value}::text as m_member, ${columnOf(table.id.column)}::text as m_id, ${label(row)} as m_label from ${sql.table(place.table)} as ${e} join ${sql.table(table.name)} as ${alias} on ${allOf([row.belongs(place, e), isTenants(row)])} where ${value} = any(${mark('ids')}::${cast}[])${place.tenant === undefined ? sql`` : sql` and ${e}.${sql.id(place.tenant)} = ${row.tenant}`} order by 1, 2`
  })
}

/** The groups that have ids as direct members, by these ids. */
export async function groupsOf(
  on: Database,
  { table, tenant }: RowScope,
  membership: Membership,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
  const found = new Map<string, GroupReference[]>()
  const sought = ids.filter((id) => isId(membership.place.ids ?? table.id.type, id))
  if (sought.length === 0) return found
  let statement = statements.get(table)
  if (!statement) {
    statement = groupsOfStatement(table, membership)
    statements.set(table, statement)
  }
  const rows = await statement.run(on, { tenant, ids: sought })
  for (const { m_member: member, m_id: group, m_label: display } of rows) {
    const reference = { value: String(group), ...(typeof display === 'string' && { display }) }
    const list = found.get(String(member))
    if (list) list.push(reference)
    else found.set(String(member), [reference])
  }
  return found
}

function isTenants(row: RowScope) {
  const { tenant } = row.table
  return tenant === undefined ? true : sql`${columnOf(tenant)} = ${row.tenant}`
}

/** The name of a group, as people see it. */
function label(row: RowScope): Sql {
  const texts = row.table.layout.type.labels.flatMap((attribute) => {
    const operand = row.operand(attribute)
    return typeof operand === 'object' && 'value' in operand ? [sql`nullif(${operand.value.text}, '')`] : []
  })
  return texts.length === 0 ? sql`null` : sql`coalesce(${sql.join(texts)})`
}
