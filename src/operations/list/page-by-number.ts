import { isScimError } from '../../protocol/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import type { ListQuery, ListResult } from '../../stores/store.js'
import type { OperationContext } from '../context.js'
import { totalStillValid } from '../counted-total.js'
import type { Continuation, WalkKey } from '../walks.js'
import type { PageFrom } from './earlier.js'
import { earlier } from './earlier.js'
import { readPage } from './read-page.js'

type Result = ListResult<CommonAttributes>

/** A page by number, as part of a walk. */
interface WalkPage {
  readonly page: Result
  readonly countedAt: number
  /** What it continues from; undefined where it was read by its number. */
  readonly behind: Continuation | undefined
}

/**
 * A page by number. Where the same caller has just been given the page before it, it continues by key, and shows the
 * same total: as if the list stayed as it is while a client goes through it.
 */
export async function pageByNumber(
  context: OperationContext,
  query: ListQuery,
  request: Partial<Pick<WalkKey, 'filter' | 'sortBy' | 'sortOrder'>>,
): Promise<Result> {
  const { endpoint, service, tenant, actor } = context
  const { walks } = service
  const { startIndex, count } = query
  if (!endpoint.store.cursors || count === 0) return readPage(context, query)
  const { filter, sortBy, sortOrder } = request
  const key: WalkKey = { tenant, actor, resourceType: endpoint.type.name, filter, sortBy, sortOrder }
  // The first page is where a walk begins, which looks at the list anew.
  const continuation = startIndex === 1 ? undefined : await walks.find(key, startIndex)
  const { page, countedAt, behind } =
    (continuation && (await continued(context, query, continuation))) ?? (await counted(context, query))
  const total = page.totalResults
  if (typeof page.next === 'string') {
    const next = startIndex + page.resources.length
    await walks.add(key, { startIndex: next, place: page.next, counted: { total, countedAt }, behind })
  }
  return page
}

async function counted(context: OperationContext, query: ListQuery): Promise<WalkPage> {
  const page = truthful(await readPage(context, query), query)
  return { page, countedAt: Date.now(), behind: undefined }
}

/** Undefined where the store does not continue from there. */
async function continued(
  context: OperationContext,
  query: ListQuery,
  continuation: Continuation,
): Promise<WalkPage | undefined> {
  const { places, counted: before, isInDoubt } = continuation
  const knownTotal = totalStillValid(before, Date.now())
  const countedAt = knownTotal === undefined ? Date.now() : before.countedAt
  let first: PageFrom | undefined
  for (const place of places) {
    const from: ListQuery = { ...query, startIndex: 1, cursor: { from: 'after', place }, knownTotal }
    const page = await readFrom(context, from)
    if (page) first = await earlier(context, query, { place, page: endingTruthfully(page, query) }, first)
  }
  const byKey = first && { page: first.page, countedAt, behind: continuation }
  if (!first || !isInDoubt) return byKey
  const byNumber = await counted(context, query)
  const page = await earlier(context, query, first, { place: undefined, page: byNumber.page })
  return page === first ? byKey : byNumber
}

/** The page behind a place; undefined where the store does not know it any longer, which is not the client's fault. */
async function readFrom(context: OperationContext, query: ListQuery): Promise<Result | undefined> {
  try {
    return await readPage(context, query)
  } catch (error) {
    const isOver = isScimError(error) && /^(?:invalid|expired)Cursor$/.test(error.scimType ?? '')
    if (isOver) return undefined
    throw error
  }
}

/** Clients ask for more until they have as many as the total says: the last page must not promise what never comes. */
function endingTruthfully(page: Result, { startIndex }: ListQuery): Result {
  const seen = startIndex - 1 + page.resources.length
  return { ...page, totalResults: page.next === undefined ? seen : Math.max(page.totalResults, seen + 1) }
}

/** A page that was read by its number: its total leaves out nothing that follows. */
function truthful(page: Result, { startIndex }: ListQuery): Result {
  const least = startIndex + page.resources.length
  if (typeof page.next !== 'string' || page.totalResults >= least) return page
  return { ...page, totalResults: least }
}
