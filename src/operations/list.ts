import { readFilter } from '../filter/index.js'
import { ScimError, showName } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import { getAttribute } from '../schema/index.js'
import type { Sort } from '../stores/store.js'
import type { Call, Endpoint, Service } from './service.js'
import { storeContext } from './service.js'

/** What a client asks a list for, as it wrote it (RFC 7644 section 3.4.2). */
export interface ListRequest {
  readonly filter?: string | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
  readonly startIndex?: number | undefined
  readonly count?: number | undefined
}

/** A page as the client is to see it. */
export interface Page {
  readonly resources: readonly CommonAttributes[]
  readonly totalResults: number
  readonly startIndex: number
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
  const order = request.sortOrder?.toLowerCase() ?? 'ascending'
  if (order !== 'ascending' && order !== 'descending') {
    throw ScimError.invalidValue('sortOrder is to be "ascending" or "descending"')
  }
  return { attribute, order }
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
  wanted: Projection,
  call: Call,
): Promise<Page> {
  const { limits } = service
  const { leniency } = call.profile
  const filter =
    request.filter === undefined
      ? undefined
      : readFilter(endpoint.type, request.filter, { leniency, note: call.note, limits })
  const startIndex = Math.max(request.startIndex ?? 1, 1)
  const count = Math.min(Math.max(request.count ?? limits.defaultPageSize, 0), limits.maxPageSize)
  const sort = readSort(endpoint, request)
  const { resources, totalResults } = await endpoint.store.list(
    { filter, sort, startIndex, count, wanted },
    storeContext(endpoint, call),
  )
  return { resources, totalResults, startIndex }
}
