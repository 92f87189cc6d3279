import { sql } from 'kysely'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { ListCursor, ListQuery, ListResult } from '../../store.js'
import type { SqlTable } from '../dialect/dialect.js'
import { keysetCondition, parseCursor, printCursor } from '../search/cursor.js'
import { filterToSql } from '../search/filter.js'
import type { SortKey } from '../search/order.js'
import { orderBy, sortKey } from '../search/order.js'
import type { RowScope } from '../search/scope.js'
import type { ResultRow, Run } from '../sql/query.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and, where } from '../sql/sql.js'
import { alias, columnOf, isOfTenant, isOwn } from '../sql/table.js'
import { selection } from './row.js'

/** Counts the rows that fulfil a condition. */
function countStatement({ table }: RowScope, condition: Condition): Sql {
  const total = table.dialect.values.asText(sql`count(*)`)
  return sql`select ${total} as m_total from ${sql.table(table.name)} as ${alias}${where(condition)}`
}

interface PageBounds {
  /** The rows that the page begins with or after. */
  readonly from: Condition
  readonly key: SortKey | undefined
  readonly isReversed: boolean
  readonly limit: number
}

/**
 * Selects a page, and the number of all rows that match unless it is known. The page is cut before anything but the keys
 * of its rows is read. Where it counts, there is a row even when the page is empty.
 */
function pageStatement(row: RowScope, query: ListQuery, matching: Condition, page: PageBounds): Sql {
  const { table } = row
  const name = sql.table(table.name)
  const id = columnOf(table.id.column)
  const order = orderBy(page.key, table, page.isReversed)
  const offset = query.startIndex > 1 ? sql` offset ${query.startIndex - 1}` : sql``
  const ids = sql`select ${id} as id from ${name} as ${alias}${where(and([matching, page.from]))} order by ${order} limit ${page.limit}${offset}`
  const isTenants = isOfTenant(table, row.tenant)
  const isSame = isTenants === true ? sql`${id} = p.id` : sql`${id} = p.id and ${isTenants}`
  const key = page.key ? sql`, ${table.dialect.values.asText(sql`(${page.key.expression})`)} as m_key` : sql``
  const selected = sql`${selection(row, query.projection)}${key}`
  const rows = sql`(${ids}) as p join ${name} as ${alias} on ${isSame}`
  if (query.knownTotal !== undefined) return sql`select ${selected} from ${rows} order by ${order}`
  return sql`select c.m_total, ${selected} from (${countStatement(row, matching)}) as c left join (${rows}) on true order by ${order}`
}

/** Selects a page that is likely to be the only one, without counting. */
function lookupStatement(
  row: RowScope,
  query: ListQuery,
  matching: Condition,
  key: SortKey | undefined,
): Sql {
  const { table } = row
  return sql`select ${selection(row, query.projection)} from ${sql.table(table.name)} as ${alias}${where(matching)} order by ${orderBy(key, table, false)} limit ${query.count + 1}`
}

/** Whether a filter pins an attribute that few resources share a value of, so that counting apart is a waste. */
function isLookup(
  equalities: readonly { readonly attribute: CompiledAttribute }[],
  { layout }: SqlTable,
): boolean {
  const { unique } = layout.type
  return equalities.some(
    ({ attribute }) =>
      attribute.path === 'id' || attribute.path === 'externalId' || unique.includes(attribute),
  )
}

/** The rows of a page. */
export async function listRows(row: RowScope, query: ListQuery, run: Run): Promise<ListResult<ResultRow>> {
  const { table } = row
  const { cursor, sort, count, filter } = query
  const condition = filter ? filterToSql(filter.tree, row) : true
  if (condition === false) return { resources: [], totalResults: 0 }
  const matching = and([isOwn(table, row.tenant), condition])
  const total = async () =>
    query.knownTotal ?? Number((await run(countStatement(row, matching)))[0]?.m_total ?? 0)
  if (count === 0) return { resources: [], totalResults: await total() }
  const key = sort && sortKey(sort, row)
  if (!cursor && query.startIndex === 1 && filter && isLookup(filter.equalities, table)) {
    const rows = await run(lookupStatement(row, query, matching, key))
    if (rows.length <= count) return { resources: rows, totalResults: rows.length }
    // Counted apart, after others may have deleted some.
    return { resources: rows.slice(0, count), totalResults: Math.max(await total(), rows.length) }
  }
  if (cursor) return cursorPage(row, query, { matching, key, cursor }, run)
  const page: PageBounds = { from: true, key, isReversed: false, limit: count }
  const rows = await run(pageStatement(row, query, matching, page))
  const resources = resourceRows(rows)
  const totalResults = totalOf(rows, query)
  const last = resources.at(-1)
  const hasNext = query.startIndex - 1 + resources.length < totalResults
  return { resources, totalResults, ...(hasNext && last && { next: cursorOf(last) }) }
}

function totalOf(rows: readonly ResultRow[], { knownTotal }: ListQuery): number {
  return knownTotal ?? Number(rows[0]?.m_total ?? 0)
}

/** The rows without the one of an empty page, which has the total only. */
function resourceRows(rows: readonly ResultRow[]): readonly ResultRow[] {
  return rows.filter((row) => row.m_id !== null)
}

async function cursorPage(
  row: RowScope,
  query: ListQuery,
  {
    matching,
    key,
    cursor,
  }: { readonly matching: Condition; readonly key: SortKey | undefined; readonly cursor: ListCursor },
  run: Run,
): Promise<ListResult<ResultRow>> {
  const { table } = row
  const { count } = query
  const isReversed = cursor.from === 'before'
  const from =
    cursor.from === 'start'
      ? true
      : keysetCondition(parseCursor(cursor.place, key, table), key, table, isReversed)
  const rows = await run(pageStatement(row, query, matching, { from, key, isReversed, limit: count + 1 }))
  const present = resourceRows(rows)
  const page = present.slice(0, count)
  if (isReversed) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  // A page that was requested by a position has that position beyond it.
  const hasNext = isReversed || present.length > count
  const hasPrevious = isReversed ? present.length > count : cursor.from === 'after'
  return {
    resources: page,
    totalResults: totalOf(rows, query),
    ...(hasNext && last && { next: cursorOf(last) }),
    ...(hasPrevious && first && { previous: cursorOf(first) }),
  }
}

function cursorOf({ m_key: key, m_id: id }: ResultRow): string {
  return printCursor({ key: typeof key === 'string' ? key : null, id: String(id) })
}
