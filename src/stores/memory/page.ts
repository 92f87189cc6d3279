import type { LongWork, Steps } from '../../protocol/index.js'
import { ScimError } from '../../protocol/index.js'
import type { CommonAttributes, CompiledResourceType, SortPosition } from '../../schema/index.js'
import { chainOf, keyReader, placeComparer } from '../../schema/index.js'
import type { ListCursor, ListQuery, Sort } from '../store.js'
import type { Listed, Row } from './row.js'
import { FoundRow } from './row.js'
import { sortInTurns } from './sort.js'

/** A page of rows. */
export interface RowPage<R extends CommonAttributes> {
  readonly resources: readonly Listed<R>[]
  readonly totalResults: number
  readonly next?: string
  readonly previous?: string
}

/** Rows that a query asks for, in the order of creation. */
export interface FoundRows<R extends CommonAttributes> {
  readonly rows: readonly Row<R>[]
  /** What each was, without members, when the list began; undefined where nothing else has had a turn since. */
  readonly states: readonly R[] | undefined
  /** How many of them have been deleted. */
  readonly gone: number
}

/** Rows in the order that a query asks for, and where each stands in it. */
interface Order<R extends CommonAttributes> {
  readonly rows: readonly Listed<R>[]
  placeOf(row: Listed<R>): string
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

function byCreation<R extends CommonAttributes>(rows: readonly Listed<R>[]): Order<R> {
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

function* bySort<R extends CommonAttributes>(
  found: FoundRows<R>,
  sort: Sort,
  { membership }: CompiledResourceType,
  steps: Steps,
): LongWork<Order<R>> {
  const compare = placeComparer(sort)
  const read = keyReader(sort.attribute)
  const isByMembers = membership !== undefined && chainOf(sort.attribute)[0] === membership
  const states = found.states ?? found.rows.map((row) => row.withoutMembers)
  const placed: FoundRow<R>[] = []
  for (const [at, row] of found.rows.entries()) {
    const state = states[at]
    if (row.isGone || !state) continue
    const entry = new FoundRow(row, state)
    entry.key = read(isByMembers ? row.resource : state)
    placed.push(entry)
    // To read a key takes longer than to compare two.
    if (steps.take(4)) yield
  }
  const sorted = stillThere(yield* sortInTurns(placed, compare, steps))
  const parse = (place: string): SortPosition => {
    const [key, id] = JSON.parse(place) as [SortPosition['key'], string]
    return { key, id }
  }
  return {
    rows: sorted,
    placeOf: (row) => JSON.stringify([row instanceof FoundRow ? row.key : null, row.withoutMembers.id]),
    upTo: (place) => countWhile(sorted, (one) => compare(one, parse(place)) <= 0),
    before: (place) => countWhile(sorted, (one) => compare(one, parse(place)) < 0),
  }
}

/** Without the rows that have been deleted while the list was made: it would promise more than there is. */
function stillThere<Item extends { readonly isGone: boolean }>(rows: readonly Item[]): readonly Item[] {
  return rows.some(({ isGone }) => isGone) ? rows.filter(({ isGone }) => !isGone) : rows
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
  const page: Listed<R>[] = []
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

function existsFrom(rows: readonly Listed<CommonAttributes>[], from: number, step: 1 | -1): boolean {
  for (let at = from; at >= 0 && at < rows.length; at += step) if (rows[at]?.isGone === false) return true
  return false
}

/** A page by number. */
function byNumber<R extends CommonAttributes>(order: Order<R>, gone: number, query: ListQuery): RowPage<R> {
  const { startIndex } = query
  const { rows } = order
  const resources = numbered(rows, gone, query)
  const totalResults = rows.length - gone
  const last = resources.at(-1)
  const hasNext = startIndex - 1 + resources.length < totalResults
  return { resources, totalResults, ...(hasNext && last && { next: order.placeOf(last) }) }
}

/** The rows of a page by number, of rows some of which, in between, may have been deleted. */
function numbered<R extends CommonAttributes>(
  rows: readonly Listed<R>[],
  gone: number,
  { startIndex, count }: ListQuery,
): readonly Listed<R>[] {
  if (gone === 0) return rows.slice(startIndex - 1, startIndex - 1 + count)
  const page: Listed<R>[] = []
  let number = 0
  for (const row of rows) {
    if (page.length === count) break
    if (row.isGone) continue
    number += 1
    if (number >= startIndex) page.push(row)
  }
  return page
}

/** The page of rows in the order of creation, of which `gone` have been deleted. */
export function pageByCreation<R extends CommonAttributes>(
  rows: readonly Listed<R>[],
  gone: number,
  query: ListQuery,
): RowPage<R> {
  const { cursor } = query
  const order = byCreation(rows)
  return cursor ? byCursor(order, cursor, query, gone) : byNumber(order, gone, query)
}

/** The page that a query asks for of the rows that were found. */
export function* paginate<R extends CommonAttributes>(
  found: FoundRows<R>,
  query: ListQuery,
  type: CompiledResourceType,
  steps: Steps,
): LongWork<RowPage<R>> {
  const { sort, cursor } = query
  // A page of nothing has no order.
  if (sort && (query.count > 0 || cursor)) {
    const order = yield* bySort(found, sort, type, steps)
    return cursor ? byCursor(order, cursor, query, 0) : byNumber(order, 0, query)
  }
  const { rows, states, gone } = found
  if (!states) return pageByCreation(rows, gone, query)
  const listed = rows.flatMap((row, at) => (states[at] ? [new FoundRow(row, states[at])] : []))
  return pageByCreation(stillThere(listed), 0, query)
}
