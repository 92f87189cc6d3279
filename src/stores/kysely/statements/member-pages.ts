import { sql } from 'kysely'
import { isObject } from '../../../protocol/index.js'
import type { Member } from '../../store.js'
import type { RowScope } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import { allOf } from '../sql/sql.js'
import { alias } from '../sql/table.js'
import type { Membership } from './members.js'
import type { ResultRow } from './row.js'
import { element } from './row.js'
import { ownElements, theRow } from './write.js'

/** Members that are read at once. */
const pageSize = 1000

/** A page of a group's members: those after one of them, in the order of their ids. */
export function memberPageStatement(
  row: RowScope,
  { place }: Membership,
  id: string,
  after: string | undefined,
): Sql {
  const { table } = row
  const name = sql.ref('e')
  const value = sql`${name}.${sql.id(place.columns.value ?? 'value')}`
  const columns = Object.values(place.columns).map((column) => sql`${name}.${sql.id(column)}`)
  // A table of members that does not say whose they are belongs to whom the group does.
  const isTenants =
    place.tenant !== undefined ||
    table.tenant === undefined ||
    sql`exists (select from ${sql.table(table.name)} as ${alias} where ${theRow(row, id, undefined)})`
  const which = allOf([
    ownElements(place, row, id, name),
    isTenants,
    after === undefined || sql`${value} > ${after}`,
  ])
  return sql`select ${value}::text as m_value, json_build_array(${sql.join(columns)})::text as m_element from ${sql.table(place.table)} as ${name} where ${which} order by ${value} limit ${sql.lit(pageSize)}`
}

/** The members of a group, page by page: nothing is held in the database in between. */
export async function* memberPages(
  row: RowScope,
  membership: Membership,
  id: string,
  run: (statement: Sql) => Promise<readonly ResultRow[]>,
): AsyncGenerator<readonly Member[]> {
  for (let after: string | undefined; ; ) {
    const rows = await run(memberPageStatement(row, membership, id, after))
    if (rows.length > 0) yield rows.flatMap((one) => memberIn(one, membership))
    if (rows.length < pageSize) return
    after = String(rows.at(-1)?.m_value)
  }
}

function memberIn({ m_value: value, m_element: text }: ResultRow, { place }: Membership): readonly Member[] {
  const read = element(JSON.parse(String(text)), place)
  return isObject(read) ? [{ ...read, value: String(value) }] : []
}
