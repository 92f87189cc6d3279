import { ScimError } from '../../protocol/index.js'
import type { CommonAttributes, SortPosition } from '../../schema/index.js'
import { keyReader, placeComparer } from '../../schema/index.js'
import type { ListCursor, ListQuery, Sort } from '../store.js'
import type { Row } from './row.js'

interface RowPage<R extends CommonAttributes> {
  readonly resources: readonly Row<R>[]
  readonly totalResults: number
  readonly next?: string
  readonly previous?: string
}

/** Rows in the order that a query asks for, and where each stands in it. */
interface Order<R extends CommonAttributes> {
  readonly rows: readonly Row<R>[]
  placeOf(row: Row<R>): string
  /** The number of rows that come before a place, or are at it. */
  upTo(place: string): number
  /** The number of rows that come before a place. */
  before(place: string): number
}

/** The number of rows for which a condition holds that the first ones fulfil and the others do not. */
function countWhile<T>(rows: readonly T[], holds: (row: T) => boolean): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row !== undefined && holds(row)) low = middle + 1
    else high = middle
  }
  return low
}

function byCreation<R extends CommonAttributes>(rows: readonly Row<R>[]): Order<R> {
  const read = (place: string) => {
    if (!/^\d+$/.test(place)) throw ScimError.invalidCursor('The cursor is not valid')
    return Number(place)
  }
  return {
    rows,
    placeOf: ({ sequence }) => String(sequence),
    upTo: (place) => countWhile(rows, ({ sequence }) => sequence <= read(place)),
    before: (place) => countWhile(rows, ({ sequence }) => sequence < read(place)),
  }
}

function bySort<R extends CommonAttributes>(rows: readonly Row<R>[], sort: Sort): Order<R> {
  const compare = placeComparer(sort)
  const read = keyReader(sort.attribute)
  const placed = rows.map((row) => ({ row, key: read(row.resource), id: row.withoutMembers.id }))
  placed.sort(compare)
  const parse = (place: string): SortPosition => {
    const [key, id] = JSON.parse(place) as [SortPosition['key'], string]
    return { key, id }
  }
  const keys = new Map(placed.map(({ row, key }) => [row, key]))
  return {
    rows: placed.map(({ row }) => row),
    placeOf: (row) => JSON.stringify([keys.get(row) ?? null, row.withoutMembers.id]),
    upTo: (place) => countWhile(placed, (one) => compare(one, parse(place)) <= 0),
    before: (place) => countWhile(placed, (one) => compare(one, parse(place)) < 0),
  }
}

/** The page of an order that has a cursor; `gone` of its rows have been deleted. */
function byCursor<R extends CommonAttributes>(
  order: Order<R>,
  cursor: ListCursor,
  query: ListQuery,
  gone: number,
): RowPage<R> {
  const { rows } = order
  let first = 0
  let end = rows.length
  if (cursor.from === 'after') first = order.upTo(cursor.place)
  if (cursor.from === 'before') end = order.before(cursor.place)
  // Deleted rows still stand in the order of creation.
  const page: Row<R>[] = []
  const isBackwards = cursor.from === 'before'
  let at = isBackwards ? end - 1 : first
  for (; page.length < query.count && at >= first && at < end; at += isBackwards ? -1 : 1) {
    const row = rows[at]
    if (row && !row.isGone) page.push(row)
  }
  if (isBackwards) page.reverse()
  const [head, tail] = [page[0], page.at(-1)]
  const hasNext = tail !== undefined && existsFrom(rows, order.upTo(order.placeOf(tail)), 1)
  const hasPrevious = head !== undefined && existsFrom(rows, order.before(order.placeOf(head)) - 1, -1)
  return {
    resources: page,
    totalResults: rows.length - gone,
    ...(hasNext && tail && { next: order.placeOf(tail) }),
    ...(hasPrevious && head && { previous: order.placeOf(head) }),
  }
}

function existsFrom(rows: readonly Row<CommonAttributes>[], from: number, step: 1 | -1): boolean {
  for (let at = from; at >= 0 && at < rows.length; at += step) if (rows[at]?.isGone === false) return true
  return false
}

/** A page by number of rows some of which, in between, may have been deleted. */
function byNumber<R extends CommonAttributes>(
  rows: readonly Row<R>[],
  gone: number,
  query: ListQuery,
): RowPage<R> {
  const { startIndex, count } = query
  const totalResults = rows.length - gone
  if (gone === 0) return { resources: rows.slice(startIndex - 1, startIndex - 1 + count), totalResults }
  const page: Row<R>[] = []
  let number = 0
  for (const row of rows) {
    if (page.length === count) break
    if (row.isGone) continue
    number += 1
    if (number >= startIndex) page.push(row)
  }
  return { resources: page, totalResults }
}

/**
 * The page that a query asks for.
 *
 * @param created every row in the order of creation, of which `gone` have been deleted.
 * @param matching the rows that the query's filter matches, where it has one.
 */
export function paginate<R extends CommonAttributes>(
  created: readonly Row<R>[],
  gone: number,
  matching: readonly Row<R>[] | undefined,
  query: ListQuery,
): RowPage<R> {
  const { sort, cursor } = query
  const rows = matching ?? (sort && gone > 0 ? created.filter((row) => !row.isGone) : created)
  const order = sort ? bySort(rows, sort) : byCreation(rows)
  const goneHere = rows === created ? gone : 0
  if (cursor) return byCursor(order, cursor, query, goneHere)
  return byNumber(order.rows, goneHere, query)
}
