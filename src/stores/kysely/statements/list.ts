import { sql } from 'kysely'
import type { ListCursor, ListQuery, ListResult } from '../../store.js'
import { filterToSql } from '../search/filter.js'
import type { Key } from '../search/order.js'
import { beyond, isLookup, orderBy, parsePlace, printPlace, sortKey } from '../search/order.js'
import type { RowScope } from '../search/scope.js'
import type { Condition, Sql } from '../sql/sql.js'
import { allOf } from '../sql/sql.js'
import { alias, columnOf } from '../sql/table.js'
import type { ResultRow } from './row.js'
import { selection } from './row.js'

/** Runs a statement. */
export type Run = (statement: Sql) => Promise<readonly ResultRow[]>

function where(condition: Condition): Sql {
  return condition === true ? sql`` : sql` where ${condition}`
}

/** The statement that counts the rows which fulfil a condition. */
export function countStatement(row: RowScope, condition: Condition): Sql {
  return sql`select count(*)::text as m_total from ${sql.table(row.table.name)} as ${alias}${where(condition)}`
}

/**
 * The statement for a page and the number of all rows that match. The page is cut before anything but the keys of
 * its rows is read. There is a row even when the page is empty.
 */
export function pageStatement(
  row: RowScope,
  query: ListQuery,
  matching: Condition,
  page: {
    readonly from: Condition
    readonly key: Key | undefined
    readonly isReversed: boolean
    readonly limit: number
  },
): Sql {
  const { table } = row
  const name = sql.table(table.name)
  const id = columnOf(table.id.column)
  const order = orderBy(page.key, table, page.isReversed)
  const offset = query.startIndex > 1 ? sql` offset ${query.startIndex - 1}` : sql``
  const ids = sql`select ${id} as id from ${name} as ${alias}${where(allOf([matching, page.from]))} order by ${order} limit ${page.limit}${offset}`
  const isSame = sql`${id} = p.id${tenantOf(row)}`
  const key = page.key && query.cursor ? sql`, (${page.key.expression})::text as m_key` : sql``
  return sql`select c.m_total, ${selection(row, query.projection)}${key} from (${countStatement(row, matching)}) as c left join ((${ids}) as p join ${name} as ${alias} on ${isSame}) on true order by ${order}`
}

function tenantOf(row: RowScope): Sql {
  const { tenant } = row.table
  return tenant === undefined ? sql`` : sql` and ${columnOf(tenant)} = ${row.tenant}`
}

/** The statement for a page that is likely to be the only one. */
export function lookupStatement(
  row: RowScope,
  query: ListQuery,
  matching: Condition,
  key: Key | undefined,
): Sql {
  const { table } = row
  return sql`select ${selection(row, query.projection)} from ${sql.table(table.name)} as ${alias}${where(matching)} order by ${orderBy(key, table, false)} limit ${query.count + 1}`
}

/** The rows of a page. */
export async function listRows(row: RowScope, query: ListQuery, run: Run): Promise<ListResult<ResultRow>> {
  const { table } = row
  const { cursor, sort, count, filter } = query
  const isOwn = table.tenant === undefined ? true : sql`${columnOf(table.tenant)} = ${row.tenant}`
  const condition = filter ? filterToSql(filter.tree, row) : true
  if (condition === false) return { resources: [], totalResults: 0 }
  const matching = allOf([isOwn, condition])
  const total = async () => Number((await run(countStatement(row, matching)))[0]?.m_total ?? 0)
  if (count === 0) return { resources: [], totalResults: await total() }
  const key = sort && sortKey(sort, row)
  if (!cursor && query.startIndex === 1 && filter && isLookup(filter.equalities, table)) {
    const rows = await run(lookupStatement(row, query, matching, key))
    if (rows.length <= count) return { resources: rows, totalResults: rows.length }
    return { resources: rows.slice(0, count), totalResults: await total() }
  }
  if (cursor) return cursorPage(row, query, matching, key, cursor, run)
  const rows = await run(
    pageStatement(row, query, matching, { from: true, key, isReversed: false, limit: count }),
  )
  return { resources: present(rows), totalResults: Number(rows[0]?.m_total ?? 0) }
}

function present(rows: readonly ResultRow[]): readonly ResultRow[] {
  return rows.filter((one) => one.m_id !== null)
}

async function cursorPage(
  row: RowScope,
  query: ListQuery,
  matching: Condition,
  key: Key | undefined,
  cursor: ListCursor,
  run: Run,
): Promise<ListResult<ResultRow>> {
  const { table } = row
  const isReversed = cursor.from === 'before'
  const from =
    cursor.from === 'start' ? true : beyond(parsePlace(cursor.place, table), key, table, isReversed)
  const limit = query.count + 1
  const rows = await run(pageStatement(row, query, matching, { from, key, isReversed, limit }))
  const found = present(rows)
  const page = found.slice(0, query.count)
  if (isReversed) page.reverse()
  const [head, tail] = [page[0], page.at(-1)]
  // Where a page was asked for by a place, that place is beyond the page.
  const hasNext = isReversed || found.length > query.count
  const hasPrevious = isReversed ? found.length > query.count : cursor.from === 'after'
  const placeOf = (one: ResultRow) =>
    printPlace({ key: typeof one.m_key === 'string' ? one.m_key : null, id: String(one.m_id) })
  return {
    resources: page,
    totalResults: Number(rows[0]?.m_total ?? 0),
    ...(hasNext && tail && { next: placeOf(tail) }),
    ...(hasPrevious && head && { previous: placeOf(head) }),
  }
}
