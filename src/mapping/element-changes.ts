import { isObject } from '../protocol/index.js'
import type { ChildTableMapping } from './attribute-mapping.js'

/** A row of another table by its columns, in the order of the mapping; null is no value. */
export type ElementRow = readonly unknown[]

/** A row that stays, with other values. */
export interface ChangedElement {
  readonly before: ElementRow
  readonly after: ElementRow
}

/** What differs between the elements that a resource had and those that it has. */
export interface ElementChanges {
  readonly removed: readonly ElementRow[]
  readonly changed: readonly ChangedElement[]
  readonly added: readonly ElementRow[]
}

/** Where the columns are that tell elements apart (RFC 7643 section 2.4). */
interface Places {
  readonly value: number
  readonly type: number
}

function placesIn({ columns }: ChildTableMapping): Places {
  const names = Object.keys(columns)
  return { value: names.indexOf('value'), type: names.indexOf('type') }
}

function rowOf({ columns }: ChildTableMapping, element: unknown): ElementRow {
  return Object.keys(columns).map((name) => {
    const value = isObject(element) ? element[name] : name === 'value' ? element : undefined
    return value === undefined ? null : value
  })
}

/** The columns that tell a row from others: without a value, all of them. */
export function identifyingColumns(mapping: ChildTableMapping, row: ElementRow): readonly number[] {
  const { value, type } = placesIn(mapping)
  if (row[value] === null) return row.map((_, index) => index)
  return type < 0 ? [value] : [value, type]
}

/**
 * What to write to another table so that it has the elements of a resource. They are told apart by value and type; one
 * of which only the type is another, or the only one of a type with another value, is the same row still. Several with
 * one value and type count as one.
 */
export function elementChanges(
  mapping: ChildTableMapping,
  before: readonly unknown[],
  after: readonly unknown[],
): ElementChanges {
  const places = placesIn(mapping)
  const byIdentity = (elements: readonly unknown[]) =>
    new Map(
      elements.map((element): readonly [identity: string, row: ElementRow] => {
        const row = rowOf(mapping, element)
        return [JSON.stringify(identifyingColumns(mapping, row).map((index) => row[index])), row]
      }),
    )
  const was = byIdentity(before)
  const is = byIdentity(after)
  const changed: ChangedElement[] = []
  const pair = (from: string, former: ElementRow, to: string, row: ElementRow) => {
    was.delete(from)
    is.delete(to)
    if (row.some((value, index) => value !== former[index])) changed.push({ before: former, after: row })
  }
  for (const [identity, row] of [...is]) {
    const former = was.get(identity)
    if (former) pair(identity, former, identity, row)
  }
  for (const key of [places.value, places.type]) {
    const next = onlyOnes(is, key)
    for (const [value, from] of onlyOnes(was, key)) {
      const to = next.get(value)
      const former = was.get(from)
      const row = to === undefined ? undefined : is.get(to)
      if (to !== undefined && former && row) pair(from, former, to, row)
    }
  }
  return { removed: [...was.values()], changed, added: [...is.values()] }
}

/** The identities of the rows that alone have their value in a column, by that value. */
function onlyOnes(rows: ReadonlyMap<string, ElementRow>, column: number): ReadonlyMap<unknown, string> {
  const found = new Map<unknown, string | undefined>()
  for (const [identity, row] of rows) {
    const value = row[column]
    if (value === undefined || value === null) continue
    found.set(value, found.has(value) ? undefined : identity)
  }
  const ones = new Map<unknown, string>()
  for (const [value, identity] of found) if (identity !== undefined) ones.set(value, identity)
  return ones
}

/**
 * Rows in the order of their values, without those of the host that have the value and type of another: SCIM shows
 * them once.
 */
export function withoutTwins(mapping: ChildTableMapping, rows: readonly ElementRow[]): readonly ElementRow[] {
  if (rows.length < 2) return rows
  const { value, type } = placesIn(mapping)
  let output: ElementRow[] | undefined
  let start = 0
  for (let at = 1; at < rows.length; at++) {
    const row = rows[at] ?? []
    if (row[value] === null || rows[start]?.[value] !== row[value]) start = at
    let isTwin = false
    for (let other = start; other < at && !isTwin; other++) isTwin = rows[other]?.[type] === row[type]
    if (isTwin) output ??= rows.slice(0, at)
    else output?.push(row)
  }
  return output ?? rows
}
