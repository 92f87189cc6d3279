import type { CommonAttributes } from '../../schema/index.js'
import type { ListQuery, ListResult } from '../../stores/store.js'

type Result = ListResult<CommonAttributes>
type ReadPage = (query: ListQuery) => Promise<Result>

/**
 * A page with as many resources as are asked for, or as are left, also where the store gives fewer at a time: clients
 * step by `count`, and take who is missing for deleted.
 *
 * @param page what the store has given for the query.
 */
export function fillPage(query: ListQuery, page: Result, read: ReadPage): Promise<Result> {
  return query.cursor ? fillFromCursor(query, page, read) : fillByNumber(query, page, read)
}

/** Whether the store may have more for a page. */
export function isShort({ cursor, count, startIndex }: ListQuery, page: Result): boolean {
  const { length } = page.resources
  // A store that gives nothing has nothing, whatever it counts.
  if (length === 0 || length >= count) return false
  if (cursor) return placeBeyond(cursor, page) !== undefined
  return length <= page.totalResults - startIndex
}

async function fillByNumber(query: ListQuery, page: Result, read: ReadPage): Promise<Result> {
  const resources = [...page.resources]
  let rest = query
  let latest = page
  while (isShort(rest, latest)) {
    const { length } = latest.resources
    rest = { ...rest, startIndex: rest.startIndex + length, count: rest.count - length }
    latest = await read(rest)
    for (const resource of latest.resources) resources.push(resource)
  }
  return { ...page, resources, next: latest.next }
}

function placeBeyond({ from }: NonNullable<ListQuery['cursor']>, page: Result): string | undefined {
  return from === 'before' ? page.previous : page.next
}

async function fillFromCursor(query: ListQuery, page: Result, read: ReadPage): Promise<Result> {
  let whole = page
  while (query.cursor && isShort(query, whole)) {
    const isBackwards = query.cursor.from === 'before'
    const place = placeBeyond(query.cursor, whole)
    if (place === undefined) break
    const from = isBackwards ? 'before' : 'after'
    const more = await read({
      ...query,
      cursor: { from, place },
      count: query.count - whole.resources.length,
    })
    if (more.resources.length === 0) break
    whole = isBackwards
      ? { ...whole, resources: [...more.resources, ...whole.resources], previous: more.previous }
      : { ...whole, resources: [...whole.resources, ...more.resources], next: more.next }
  }
  return whole
}
