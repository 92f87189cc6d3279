import type { Filter } from '../../filter/index.js'
import { bindFilterAcross, readPath } from '../../filter/index.js'
import { isScimError, ScimError, showName } from '../../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, Projection } from '../../schema/index.js'
import { chainOf, findAttribute, includeOnly, keyReader, placeComparer } from '../../schema/index.js'
import { assertAuthorized } from '../authorize.js'
import type { Call, Endpoint, Service } from '../context.js'
import { addGroups } from '../groups/groups-of.js'
import { readProjection } from '../projection.js'
import type { ListRequest, Page } from './list.js'
import { listMatching, readOrder, windowOf } from './list.js'
import type { Sorted } from './merge.js'
import { mergedPart } from './merge.js'

/** A resource of a list across resource types. */
export interface Found {
  readonly endpoint: Endpoint
  readonly resource: CommonAttributes
  /** What of it is shown. */
  readonly projection: Projection
}

/** A page of a list across resource types. */
export interface PageAcross {
  readonly found: readonly Found[]
  readonly totalResults: number
  readonly startIndex: number
}

/** The part of the list that one resource type contributes. */
interface TypeQuery {
  readonly endpoint: Endpoint
  readonly filter: Filter | undefined
  readonly projection: Projection
}

/** Reads a part of a source, counted from 0. */
type Read = (source: TypeQuery, start: number, count: number) => Promise<Page>

/**
 * A page of the resources of every type that a filter matches: type by type, or in one order where there is
 * `sortBy`.
 *
 * @throws ScimError `invalidFilter`, `invalidPath` for attributes that no type has; `invalidCursor`; 403.
 * @see RFC 7644 section 3.4.2.1
 */
export async function listAcross(
  service: Service,
  request: ListRequest,
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  call: Call,
): Promise<PageAcross> {
  if (request.cursor !== undefined) {
    throw ScimError.invalidCursor('A list across resource types is paged by startIndex; leave cursor out')
  }
  const isKnownElsewhere = (name: string) => isKnown(service, name)
  const matching = await matchingTypes(service, request.filter, call)
  const sources = matching.map(({ endpoint, filter }): TypeQuery => {
    const projection = readProjection(
      service,
      endpoint,
      attributes,
      excludedAttributes,
      call,
      isKnownElsewhere,
    )
    return { endpoint, filter, projection }
  })
  const { startIndex, count } = windowOf(service, request)
  const page =
    request.sortBy === undefined
      ? await inTurn(sources, startIndex - 1, count, (source, start, some) =>
          readPart(service, source, { startIndex: start + 1, count: some }, call),
        )
      : await inOrder(service, sources, request.sortBy, request, call)
  return {
    found: await withBelongings(service, page.found, call),
    totalResults: page.totalResults,
    startIndex,
  }
}

function readPart(service: Service, source: TypeQuery, request: ListRequest, call: Call): Promise<Page> {
  const { endpoint, filter, projection } = source
  return listMatching(service, endpoint, filter, request, projection, call)
}

function isKnown({ endpoints, limits }: Service, name: string): boolean {
  return endpoints.some(({ type }) => {
    try {
      return readPath(type, name, { limits }) !== undefined
    } catch (error) {
      if (isScimError(error)) return false
      throw error
    }
  })
}

/** The resource types that the caller may list and that the filter does not rule out, with what it asks of each. */
async function matchingTypes(
  service: Service,
  text: string | undefined,
  call: Call,
): Promise<readonly { readonly endpoint: Endpoint; readonly filter: Filter | undefined }[]> {
  const allowed = await allowedTypes(service, call)
  if (text === undefined) return allowed.map((endpoint) => ({ endpoint, filter: undefined }))
  const { leniency } = call.profile
  const types = service.endpoints.map(({ type }) => type)
  const filters = bindFilterAcross(types, text, { leniency, note: call.note, limits: service.limits })
  return allowed.flatMap((endpoint) => {
    const filter = filters.get(endpoint.type)
    if (filter === undefined || filter === false) return []
    return [{ endpoint, filter: filter === true ? undefined : filter }]
  })
}

async function allowedTypes(service: Service, call: Call): Promise<readonly Endpoint[]> {
  const allowed: Endpoint[] = []
  let refusal: unknown
  for (const endpoint of service.endpoints) {
    try {
      await assertAuthorized(service, 'list', endpoint, undefined, call)
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

/** One source after the other. Of those before and behind the page only the number is asked for. */
async function inTurn(
  sources: readonly TypeQuery[],
  skip: number,
  count: number,
  read: Read,
): Promise<FoundPart> {
  const found: Found[] = []
  let totalResults = 0
  let start = skip
  let room = count
  for (const source of sources) {
    const page = await read(source, start, room)
    const there = Math.max(page.totalResults - start, 0)
    // A store may have reasons for a shorter page: nothing may come behind it that is not next.
    const isShort = page.resources.length < Math.min(there, room)
    for (const resource of page.resources) found.push({ ...source, resource })
    room = isShort ? 0 : room - page.resources.length
    start = Math.max(start - page.totalResults, 0)
    totalResults += page.totalResults
  }
  return { found, totalResults }
}

interface FoundInOrder extends Found {
  readonly place: { readonly key: string | number | null; readonly id: string }
  /** Resources of two types may have the same id. */
  readonly rank: number
}

/** All sources in one order. A type that lacks the attribute has no value for it, which is last or first. */
async function inOrder(
  service: Service,
  sources: readonly TypeQuery[],
  sortBy: string,
  request: ListRequest,
  call: Call,
): Promise<FoundPart> {
  const order = readOrder(request.sortOrder)
  if (!service.endpoints.some(({ type }) => findAttribute(type, sortBy))) {
    throw ScimError.invalidPath(`sortBy: no resource type has an attribute "${showName(sortBy)}"`)
  }
  const { startIndex, count } = windowOf(service, request)
  let totalResults = 0
  const lists: Sorted<FoundInOrder>[] = []
  for (const [rank, source] of sources.entries()) {
    const { type } = source.endpoint
    const attribute = findAttribute(type, sortBy)
    const sort = attribute ? { sortBy, sortOrder: order } : { sortBy: 'id' }
    const keyOf = attribute ? keyReader(attribute) : () => null
    const read = async (
      projection: Projection,
      first: number,
      some: number,
    ): Promise<readonly FoundInOrder[]> => {
      const page = await readPart(
        service,
        { ...source, projection },
        { ...sort, startIndex: first + 1, count: some },
        call,
      )
      return page.resources.map((resource) => {
        return { ...source, resource, rank, place: { key: keyOf(resource), id: resource.id } }
      })
    }
    const whole = attribute ? andAlso(source.projection, attribute) : source.projection
    const key = includeOnly(type, attribute ? [{ attribute }] : [])
    const length = (await readPart(service, source, { ...sort, count: 0 }, call)).totalResults
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

/** A projection for which stores also load what the list is sorted by. */
function andAlso(projection: Projection, attribute: CompiledAttribute): Projection {
  const [top = attribute] = chainOf(attribute)
  return {
    isDefault: projection.isDefault,
    includes: (attribute) => projection.includes(attribute) || attribute === top,
    apply: (resource) => projection.apply(resource),
  }
}

/** Resources with the groups that they belong to, where those are shown. */
async function withBelongings(
  service: Service,
  found: readonly Found[],
  call: Call,
): Promise<readonly Found[]> {
  const shown = new Map<CommonAttributes, CommonAttributes>()
  for (const endpoint of new Set(found.map((one) => one.endpoint))) {
    const own = found.filter((one) => one.endpoint === endpoint)
    const [first] = own
    if (!first) continue
    const before = own.map(({ resource }) => resource)
    const after = await addGroups(service, endpoint, before, first.projection, call)
    for (const [index, resource] of before.entries()) shown.set(resource, after[index] ?? resource)
  }
  return found.map((one) => ({ ...one, resource: shown.get(one.resource) ?? one.resource }))
}
