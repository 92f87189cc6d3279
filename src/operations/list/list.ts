import type { Filter } from '../../filter/index.js'
import { bindFilter } from '../../filter/index.js'
import { ScimError, showName } from '../../protocol/index.js'
import type { CommonAttributes, Projection } from '../../schema/index.js'
import { attributeNamed, getAttribute } from '../../schema/index.js'
import type { ListCursor, ListQuery, ListResult, Sort } from '../../stores/store.js'
import type { Call, Endpoint, Service } from '../context.js'
import { storeContext } from '../context.js'
import { withoutGroups } from '../groups/groups-filter.js'
import { assertStored } from '../read.js'

/** What a client asks a list for, as it wrote it (RFC 7644 section 3.4.2). */
export interface ListRequest {
  readonly filter?: string | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
  readonly startIndex?: number | undefined
  readonly count?: number | undefined
  /** Given, even when empty: the page is to have cursors. */
  readonly cursor?: string | undefined
}

/** A page as the client is to see it. */
export interface Page {
  readonly resources: readonly CommonAttributes[]
  readonly totalResults: number
  /** Undefined in cursor mode. */
  readonly startIndex: number | undefined
  readonly nextCursor?: string | undefined
  readonly previousCursor?: string | undefined
}

/** @throws ScimError `invalidValue`. */
export function readOrder(sortOrder: string | undefined): Sort['order'] {
  const order = sortOrder?.toLowerCase() ?? 'ascending'
  if (order === 'ascending' || order === 'descending') return order
  throw ScimError.invalidValue('sortOrder is to be "ascending" or "descending"')
}

function readSort(endpoint: Endpoint, request: ListRequest): Sort | undefined {
  if (request.sortBy === undefined) return undefined
  if (!endpoint.store.sorts) {
    throw ScimError.notImplemented(`${endpoint.type.name} resources can not be sorted here; leave sortBy out`)
  }
  const attribute = getAttribute(endpoint.type, request.sortBy, ScimError.invalidPath)
  if (attribute.returned === 'never') {
    throw ScimError.invalidPath(
      `sortBy: "${showName(request.sortBy)}" is never shown, so nothing sorts by it`,
    )
  }
  if (attribute.type === 'complex' && !attributeNamed(attribute.subAttributes, 'value')) {
    throw ScimError.invalidPath(`sortBy: ${attribute.path} is complex; sort by what is inside of it`)
  }
  return { attribute, order: readOrder(request.sortOrder) }
}

/**
 * A page of the resources that a filter matches.
 *
 * @throws ScimError `invalidFilter`; `invalidPath` for `sortBy`.
 * @see RFC 7644 section 3.4.2
 */
export async function list(
  service: Service,
  endpoint: Endpoint,
  request: ListRequest,
  projection: Projection,
  call: Call,
): Promise<Page> {
  const { limits } = service
  const { leniency } = call.profile
  const filter =
    request.filter === undefined
      ? undefined
      : bindFilter(endpoint.type, request.filter, { leniency, note: call.note, limits })
  return listMatching(service, endpoint, filter, request, projection, call)
}

/** How many resources a page is to have, and where it begins. */
export function windowOf({ limits }: Service, request: ListRequest) {
  const count = Math.min(Math.max(request.count ?? limits.defaultPageSize, 0), limits.maxPageSize)
  return { count, startIndex: Math.max(request.startIndex ?? 1, 1) }
}

/** {@link list} with a filter that has been read. */
export async function listMatching(
  service: Service,
  endpoint: Endpoint,
  filter: Filter | undefined,
  request: ListRequest,
  projection: Projection,
  call: Call,
): Promise<Page> {
  const { count, startIndex: first } = windowOf(service, request)
  const startIndex = request.cursor === undefined ? first : 1
  const query: ListQuery = {
    filter: filter && (await withoutGroups(service, endpoint, filter, call)),
    sort: readSort(endpoint, request),
    startIndex,
    count,
    projection,
  }
  const context = storeContext(endpoint, call)
  if (request.cursor === undefined) {
    return { startIndex, ...assertPage(await endpoint.store.list(query, context), endpoint) }
  }
  if (!endpoint.store.cursors) {
    throw ScimError.invalidCursor(`${endpoint.type.name} resources are paged by startIndex; leave cursor out`)
  }
  const { filter: text, sortBy, sortOrder } = request
  const binding = { tenant: call.tenant, resourceType: endpoint.type.name, filter: text, sortBy, sortOrder }
  const cursor: ListCursor =
    request.cursor === '' ? { from: 'start' } : await service.cursors.read(request.cursor, binding, count)
  const page = assertPage(await endpoint.store.list({ ...query, cursor }, context), endpoint)
  const make = (from: 'after' | 'before', place: string | undefined) =>
    place === undefined ? undefined : service.cursors.make({ from, place }, binding, count)
  return {
    resources: page.resources,
    totalResults: page.totalResults,
    startIndex: undefined,
    nextCursor: await make('after', page.next),
    previousCursor: await make('before', page.previous),
  }
}

/** Says what a store has forgotten, to the host; the client is answered with 500. @throws TypeError */
function assertPage(page: ListResult<CommonAttributes>, endpoint: Endpoint): ListResult<CommonAttributes> {
  if (!Array.isArray(page?.resources) || !Number.isSafeInteger(page.totalResults)) {
    throw new TypeError(
      `The store of ${endpoint.type.name}: list gave no resources, or no totalResults as a number`,
    )
  }
  for (const one of page.resources) assertStored(one, endpoint, 'list')
  return page
}
