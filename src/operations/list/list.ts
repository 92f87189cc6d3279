import type { Filter } from '../../filter/index.js'
import { bindFilter, findPath } from '../../filter/index.js'
import type { Note } from '../../protocol/index.js'
import { noNote, ScimError, showName } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Projection,
} from '../../schema/index.js'
import { attributeNamed, chainOf, getAttribute, keyOfReference } from '../../schema/index.js'
import type { ListQuery, Sort } from '../../stores/store.js'
import type { OperationContext } from '../context.js'
import { totalStillValid } from '../counted-total.js'
import { withoutGroups } from '../groups/groups-filter.js'
import { locationsOf } from '../locations.js'
import type { OpenedCursor } from './cursor.js'
import { pageByNumber } from './page-by-number.js'
import { readPage } from './read-page.js'

/** What a client asks a list for, as it wrote it (RFC 7644 section 3.4.2). */
export interface ListRequest {
  readonly filter?: string | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
  readonly startIndex?: number | undefined
  readonly count?: number | undefined
  /** The page has cursors where this is given, even when it is empty. */
  readonly cursor?: string | undefined
}

/** A page as the client sees it. */
export interface Page {
  readonly resources: readonly CommonAttributes[]
  readonly totalResults: number
  /** Undefined in cursor mode. */
  readonly startIndex: number | undefined
  readonly nextCursor?: string | undefined
  readonly previousCursor?: string | undefined
}

/** @throws ScimError `invalidValue`. */
export function readOrder(
  sortOrder: string | undefined,
  { profile, note }: Pick<OperationContext, 'profile' | 'note'>,
): Sort['order'] {
  const order = sortOrder?.trim().toLowerCase() || 'ascending'
  if (order === 'ascending' || order === 'descending') return order
  if (profile.leniency.shortSortOrder && (order === 'asc' || order === 'desc')) {
    note('shortSortOrder', 'sortOrder', `read as "${order}ending"`)
    return `${order}ending`
  }
  throw ScimError.invalidValue('sortOrder must be "ascending" or "descending"')
}

/** The attribute that `sortBy` names, also by another name that the profile knows; undefined where there is none. */
export function findSorted(
  type: CompiledResourceType,
  sortBy: string,
  { profile, service }: OperationContext,
  note: Note = noNote,
): CompiledAttribute | undefined {
  const { leniency } = profile
  if (sortBy.includes('[')) return undefined
  return findPath(type, sortBy, { leniency, note, limits: service.limits })?.attribute
}

function readSort(context: OperationContext, request: ListRequest): Sort | undefined {
  const { type, store } = context.endpoint
  if (request.sortBy === undefined) return undefined
  if (!store.sorts) {
    throw ScimError.notImplemented(`${type.name} resources cannot be sorted here; leave sortBy out`)
  }
  const attribute =
    findSorted(type, request.sortBy, context, context.note) ??
    getAttribute(type, request.sortBy, ScimError.invalidPath)
  if (attribute.returned === 'never') {
    throw ScimError.invalidPath(
      `sortBy: "${showName(request.sortBy)}" is never shown, so nothing sorts by it`,
    )
  }
  if (isMadeForReply(attribute, type)) {
    throw ScimError.invalidPath(
      `sortBy: ${attribute.path} is not stored with the resource, so nothing sorts by it`,
    )
  }
  if (attribute.type === 'complex' && !attributeNamed(attribute.subAttributes, 'value')) {
    throw ScimError.invalidPath(`sortBy: ${attribute.path} is complex; sort by what is inside of it`)
  }
  return { attribute, order: readOrder(request.sortOrder, context) }
}

/** Whether no store has an attribute: groups follow from their members, and the service writes locations. */
function isMadeForReply(attribute: CompiledAttribute, { memberOf }: CompiledResourceType): boolean {
  return (
    chainOf(attribute)[0] === memberOf ||
    attribute.path === 'meta.location' ||
    keyOfReference(attribute) !== undefined
  )
}

/**
 * A page of the resources that a filter matches.
 *
 * @throws ScimError `invalidFilter`; `invalidPath` for `sortBy`.
 * @see RFC 7644 section 3.4.2
 */
export async function list(
  context: OperationContext,
  request: ListRequest,
  projection: Projection,
): Promise<Page> {
  const query = await queryOf(context, readFilter(context, request.filter), request, projection)
  if (request.cursor !== undefined) return listFromCursor(context, query, request, request.cursor)
  const { resources, totalResults } = await pageByNumber(context, query, request)
  return { resources, totalResults, startIndex: query.startIndex }
}

function readFilter(context: OperationContext, text: string | undefined): Filter | undefined {
  if (text === undefined) return undefined
  const { service, endpoint, profile, note } = context
  const locations = locationsOf(context)
  const options = { leniency: profile.leniency, note, limits: service.limits, locations }
  const filter = bindFilter(endpoint.type, text, options)
  if (context.detail) context.detail.filter = filter
  return filter
}

/** Where a page starts, and how many resources it has at most. */
export function windowOf({ service, profile }: OperationContext, request: ListRequest) {
  const { defaultPageSize, maxPageSize } = service.limits
  const longest = Math.min(maxPageSize, profile.maxPageSize ?? maxPageSize)
  const count = Math.min(Math.max(request.count ?? defaultPageSize, 0), longest)
  return { count, startIndex: Math.max(request.startIndex ?? 1, 1) }
}

/** {@link list} with a bound filter, by number. */
export async function listMatching(
  context: OperationContext,
  filter: Filter | undefined,
  request: ListRequest,
  projection: Projection,
): Promise<Page> {
  const query = await queryOf(context, filter, request, projection)
  const { resources, totalResults } = await readPage(context, query)
  return { resources, totalResults, startIndex: query.startIndex }
}

async function queryOf(
  context: OperationContext,
  filter: Filter | undefined,
  request: ListRequest,
  projection: Projection,
): Promise<ListQuery> {
  const { count, startIndex } = windowOf(context, request)
  return {
    filter: filter && (await withoutGroups(context, filter)),
    sort: readSort(context, request),
    startIndex: request.cursor === undefined ? startIndex : 1,
    count,
    projection,
  }
}

async function listFromCursor(
  context: OperationContext,
  query: ListQuery,
  request: ListRequest,
  text: string,
): Promise<Page> {
  const { service, endpoint, tenant, actor } = context
  const { count } = query
  if (!endpoint.store.cursors) {
    throw ScimError.invalidCursor(`${endpoint.type.name} resources are paged by startIndex; leave cursor out`)
  }
  const { filter, sortBy, sortOrder } = request
  const binding = { tenant, resourceType: endpoint.type.name, filter, sortBy, sortOrder }
  const cursorQuery = { binding, actor, count }
  const { position: cursor, counted }: OpenedCursor =
    text === ''
      ? { position: { from: 'start' }, counted: undefined }
      : await service.cursors.read(text, cursorQuery)
  const now = Date.now()
  const knownTotal = totalStillValid(counted, now)
  const page = await readPage(context, { ...query, cursor, knownTotal })
  const { resources, totalResults } = page
  const countedAt = counted && knownTotal !== undefined ? counted.countedAt : now
  const make = (from: 'after' | 'before', place: string | undefined) =>
    place === undefined
      ? undefined
      : service.cursors.make({ from, place }, cursorQuery, { total: totalResults, countedAt })
  return {
    resources,
    totalResults,
    startIndex: undefined,
    nextCursor: await make('after', page.next),
    previousCursor: await make('before', page.previous),
  }
}
