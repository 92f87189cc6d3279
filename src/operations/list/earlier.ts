import { bindFilter } from '../../filter/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import type { ListQuery, ListResult } from '../../stores/store.js'
import type { OperationContext } from '../context.js'
import { readPage } from './read-page.js'

/** A page, and the place that it continues from. */
export interface PageFrom {
  /** Undefined for one that was read by its number. */
  readonly place: string | undefined
  readonly page: ListResult<CommonAttributes>
}

/**
 * The page that begins first: resources that are on both come twice for one of two clients, which is better than not at
 * all.
 */
export async function earlier(
  context: OperationContext,
  query: ListQuery,
  one: PageFrom,
  other: PageFrom | undefined,
): Promise<PageFrom> {
  const [head] = one.page.resources
  const [otherHead] = other?.page.resources ?? []
  // An empty page is behind everything.
  if (!other || !otherHead) return one
  if (!head || has(other, head)) return other
  if (has(one, otherHead)) return one
  if (one.place !== undefined) return (await isBehind(context, query, otherHead, one.place)) ? one : other
  if (other.place === undefined) return one
  return (await isBehind(context, query, head, other.place)) ? other : one
}

function has({ page }: PageFrom, { id }: CommonAttributes): boolean {
  return page.resources.some((resource) => resource.id === id)
}

/** Whether a resource comes behind a place: the store alone knows its order. */
async function isBehind(
  context: OperationContext,
  { sort, projection }: ListQuery,
  { id }: CommonAttributes,
  place: string,
): Promise<boolean> {
  const filter = bindFilter(context.endpoint.type, `id eq ${JSON.stringify(id)}`)
  const { resources } = await readPage(context, {
    filter,
    sort,
    projection,
    startIndex: 1,
    count: 1,
    cursor: { from: 'after', place },
    knownTotal: 1,
  })
  return resources.length > 0
}
