import type { Filter } from '../../filter/index.js'
import { bindFilterAcross, findPath } from '../../filter/index.js'
import { isScimError, ScimError, showName } from '../../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, Projection } from '../../schema/index.js'
import { chainOf, includeOnly, keyReader, placeComparer } from '../../schema/index.js'
import { assertAuthorized } from '../authorize.js'
import type { Endpoint, OperationContext, Service } from '../context.js'
import { withoutGroups } from '../groups/groups-filter.js'
import { addGroups } from '../groups/groups-of.js'
import { locationsOf } from '../locations.js'
import type { ProjectionRequest } from '../projection.js'
import { readProjection } from '../projection.js'
import type { ListRequest, Page } from './list.js'
import { findSorted, listMatching, readOrder, windowOf } from './list.js'
import type { Sorted } from './merge.js'
import { mergedPart } from './merge.js'

/** A resource of a list across resource types. */
export interface Found {
  readonly endpoint: Endpoint
  readonly resource: CommonAttributes
  /** What the reply shows of it. */
  readonly projection: Projection
}

/** A page of a list across resource types. */
export interface PageAcross {
  readonly found: readonly Found[]
  readonly totalResults: number
  readonly startIndex: number
}

/** The query for the resources of one type. */
interface TypeQuery {
  /** The request's context at the type's endpoint. */
  readonly context: OperationContext
  readonly endpoint: Endpoint
  readonly filter: Filter | undefined
  readonly projection: Projection
}

/**
 * A page of the resources of every type that a filter matches: type by type, or in one order where there is
 * `sortBy`.
 *
 * @throws ScimError `invalidFilter`, `invalidPath` for attributes that no type has; `invalidCursor`; 403.
 * @see RFC 7644 section 3.4.2.1
 */
export async function listAcross(
  context: OperationContext,
  request: ListRequest,
  { attributes, excludedAttributes }: ProjectionRequest,
): Promise<PageAcross> {
  const { service } = context
  if (request.cursor !== undefined) {
    throw ScimError.invalidCursor('A list across resource types is paged by startIndex; leave cursor out')
  }
  const known = new Map<string, boolean>()
  const isKnownElsewhere = (name: string) => {
    const isFound = known.get(name) ?? isKnown(service, name)
    known.set(name, isFound)
    return isFound
  }
  const matching = await matchingTypes(context, request.filter)
  const parts = matching.map(({ endpoint, filter }): TypeQuery => {
    const own = context.at(endpoint)
    const projection = readProjection(own, attributes, excludedAttributes, isKnownElsewhere)
    return { context: own, endpoint, filter, projection }
  })
  // Here rather than in each of the lists that make up an order.
  const queries: TypeQuery[] = []
  for (const part of parts)
    queries.push({ ...part, filter: part.filter && (await withoutGroups(part.context, part.filter)) })
  const { startIndex, count } = windowOf(context, request)
  const page =
    request.sortBy === undefined
      ? await inTurn(queries, startIndex - 1, count)
      : await inOrder(context, queries, request.sortBy, request)
  return {
    found: await addGroupsAcross(queries, page.found),
    totalResults: page.totalResults,
    startIndex,
  }
}

function readPart({ context, filter, projection }: TypeQuery, request: ListRequest): Promise<Page> {
  return listMatching(context, filter, request, projection)
}

function isKnown({ endpoints, limits }: Service, name: string): boolean {
  return endpoints.some(({ type }) => {
    try {
      return findPath(type, name, { limits }) !== undefined
    } catch (error) {
      if (isScimError(error)) return false
      throw error
    }
  })
}

/** The resource types that the caller may list and that can match the filter, each with its part of the filter. */
async function matchingTypes(
  context: OperationContext,
  text: string | undefined,
): Promise<readonly { readonly endpoint: Endpoint; readonly filter: Filter | undefined }[]> {
  const allowed = await allowedTypes(context)
  if (text === undefined) return allowed.map((endpoint) => ({ endpoint, filter: undefined }))
  const { service, profile, note } = context
  const types = service.endpoints.map(({ type }) => type)
  const locations = locationsOf(context)
  const options = { leniency: profile.leniency, note, limits: service.limits, locations }
  const filters = bindFilterAcross(types, text, options)
  return allowed.flatMap((endpoint) => {
    const filter = filters.get(endpoint.type)
    if (filter === undefined || filter === false) return []
    return [{ endpoint, filter: filter === true ? undefined : filter }]
  })
}

async function allowedTypes(context: OperationContext): Promise<readonly Endpoint[]> {
  const allowed: Endpoint[] = []
  let refusal: unknown
  for (const endpoint of context.service.endpoints) {
    try {
      await assertAuthorized(context, 'list', endpoint, undefined)
      allowed.push(endpoint)
    } catch (error) {
      if (!isScimError(error) || error.status !== 403) throw error
      refusal = error
    }
  }
  if (allowed.length === 0 && refusal) throw refusal
  return allowed
}

interface FoundPart {
  readonly found: readonly Found[]
  readonly totalResults: number
}

/** One type after the other. Types before and behind the page are only counted. */
async function inTurn(queries: readonly TypeQuery[], skip: number, count: number): Promise<FoundPart> {
  const found: Found[] = []
  let totalResults = 0
  let start = skip
  let room = count
  for (const query of queries) {
    const { endpoint, projection } = query
    const page = await readPart(query, { startIndex: start + 1, count: room })
    const available = Math.max(page.totalResults - start, 0)
    // A store may return a shorter page: nothing may follow it then that is not next.
    const isShort = page.resources.length < Math.min(available, room)
    for (const resource of page.resources) found.push({ endpoint, projection, resource })
    room = isShort ? 0 : room - page.resources.length
    start = Math.max(start - page.totalResults, 0)
    totalResults += page.totalResults
  }
  return { found, totalResults }
}

interface FoundInOrder extends Found {
  readonly place: { readonly key: string | number | null; readonly id: string }
  /** Orders resources of two types with the same id. */
  readonly rank: number
}

/** All types in one order. A type without the attribute has no value for it, which sorts last or first. */
async function inOrder(
  context: OperationContext,
  queries: readonly TypeQuery[],
  sortBy: string,
  request: ListRequest,
): Promise<FoundPart> {
  const { service } = context
  const order = readOrder(request.sortOrder, context)
  if (!service.endpoints.some(({ type }) => findSorted(type, sortBy, context))) {
    throw ScimError.invalidPath(`sortBy: no resource type has an attribute "${showName(sortBy)}"`)
  }
  const { startIndex, count } = windowOf(context, request)
  let totalResults = 0
  const lists: Sorted<FoundInOrder>[] = []
  for (const [rank, query] of queries.entries()) {
    const { endpoint } = query
    const attribute = findSorted(endpoint.type, sortBy, context, context.note)
    const sort = attribute ? { sortBy: attribute.path, sortOrder: order } : { sortBy: 'id' }
    const keyOf = attribute ? keyReader(attribute) : () => null
    const read = async (projection: Projection, first: number, some: number) => {
      const page = await readPart({ ...query, projection }, { ...sort, startIndex: first + 1, count: some })
      return page.resources.map((resource): FoundInOrder => {
        const place = { key: keyOf(resource), id: resource.id }
        return { endpoint, projection: query.projection, resource, rank, place }
      })
    }
    const whole = attribute ? andAlso(query.projection, attribute) : query.projection
    const key = includeOnly(endpoint.type, attribute ? [{ attribute }] : [])
    const length = (await readPart(query, { ...sort, count: 0 })).totalResults
    totalResults += length
    lists.push({
      length,
      read: (first, some) => read(whole, first, some),
      peek: async (place) => (await read(key, place, 1))[0],
    })
  }
  const comparePlaces = placeComparer({ order })
  const compare = (a: FoundInOrder, b: FoundInOrder) => comparePlaces(a.place, b.place) || a.rank - b.rank
  return { found: await mergedPart(lists, compare, startIndex - 1, count), totalResults }
}

/** A projection for which stores also load the attribute that the list is sorted by. */
function andAlso(projection: Projection, attribute: CompiledAttribute): Projection {
  const [top = attribute] = chainOf(attribute)
  return {
    isDefault: projection.isDefault,
    includes: (other) => projection.includes(other) || other === top,
    apply: (resource) => projection.apply(resource),
  }
}

/** Resources with the groups that they belong to, where those are shown. */
async function addGroupsAcross(
  queries: readonly TypeQuery[],
  found: readonly Found[],
): Promise<readonly Found[]> {
  const shown = new Map<CommonAttributes, CommonAttributes>()
  for (const { context, endpoint, projection } of queries) {
    const before = found.filter((item) => item.endpoint === endpoint).map(({ resource }) => resource)
    const after = await addGroups(context, before, projection)
    for (const [index, resource] of before.entries()) shown.set(resource, after[index] ?? resource)
  }
  return found.map((item) => ({ ...item, resource: shown.get(item.resource) ?? item.resource }))
}
