import { sql } from 'kysely'
import type { RowScope } from '../search/scope.js'
import { idParameter } from '../search/values.js'
import type { Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { alias, columnOf, isId, isOwn } from '../sql/table.js'
import type { Membership } from './members.js'

/**
 * Gives the memberships that show one of a member's former names the present one; undefined where the table of members
 * shows no names, or has no such member.
 */
export function renameMemberStatement(
  row: RowScope,
  { members }: Membership,
  { id, type }: { readonly id: string; readonly type: string },
  names: ReadonlyMap<string, string>,
): Sql | undefined {
  const { table } = row
  const { mapping, valueColumn } = members
  const { display, type: typeColumn } = mapping.columns
  const ids = mapping.ids ?? table.id.type
  if (display === undefined || !isId(ids, id)) return undefined
  const e = sql.ref('e')
  const shown = columnOf(display, e)
  const cases = [...names].map(([former, present]) => sql`when ${former} then ${present}`)
  const isOfTenant =
    mapping.tenant === undefined
      ? table.dialect.values.exists(
          sql`${sql.table(table.name)} as ${alias}`,
          and([row.hasElement(mapping, e), isOwn(table, row.tenant)]),
        )
      : sql`${columnOf(mapping.tenant, e)} = ${row.tenant}`
  const which = and([
    sql`${columnOf(valueColumn, e)} = ${idParameter(id, ids, table.dialect)}`,
    isOfTenant,
    typeColumn === undefined || sql`coalesce(${columnOf(typeColumn, e)}, ${type}) = ${type}`,
    sql`${shown} in (${sql.join([...names.keys()].map((name) => sql`${name}`))})`,
  ])
  return sql`update ${sql.table(mapping.table)} as ${e} set ${sql.id(display)} = case ${shown} ${sql.join(cases, sql` `)} end where ${which}`
}
