import type { Call, Endpoint, Operation, Service } from '../operations/index.js'
import {
  addGroups,
  list,
  listAcross,
  perform,
  read,
  readProjection,
  readStreamed,
} from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import { defaultProjection } from '../schema/index.js'
import type { bulkDispatcher } from './bulk/bulk.js'
import type { discovery } from './discovery.js'
import { readETags, readPrecondition, toETag } from './etag.js'
import type { ScimRequest, ScimResponse } from './message.js'
import { readQuery, readText } from './request/query.js'
import { readJson } from './request/read-json.js'
import type { Search } from './request/search.js'
import { readSearchRequest, searchInQuery } from './request/search.js'
import { listResponse } from './response/list-response.js'
import type { Renderer } from './response/render.js'
import { locationOf } from './response/render.js'
import { reply } from './response/reply.js'
import { statusOf } from './response/status.js'
import { reported, streamJson } from './response/stream-members.js'
import type { Destination } from './route.js'

/** Makes the function that turns a request into an operation, and its outcome into a reply. */
export function dispatcher(
  service: Service,
  { render, renderKept, renderElements }: Renderer,
  discover: ReturnType<typeof discovery>,
  onBulk: ReturnType<typeof bulkDispatcher>,
) {
  const { limits } = service

  function projectionOf(endpoint: Endpoint, query: ReadonlyMap<string, string>, call: Call): Projection {
    const attributes = readText(query, 'attributes')
    return readProjection(service, endpoint, attributes, readText(query, 'excludedAttributes'), call)
  }

  function resourceReply(
    status: number,
    endpoint: Endpoint,
    shown: CommonAttributes,
    projection: Projection,
    { baseUrl, method }: ScimRequest,
  ): ScimResponse {
    // What was just written is seldom read next.
    const text = (method === 'GET' ? renderKept : render)(shown, endpoint.type, projection, baseUrl)
    return reply(status, text, {
      etag: toETag(shown.meta.version),
      location: locationOf(baseUrl, endpoint.type, shown.id),
    })
  }

  async function write(
    operation: Operation,
    projection: Projection,
    request: ScimRequest,
    call: Call,
  ): Promise<ScimResponse> {
    const { endpoint } = operation
    const { id, meta, resource, isNew } = await perform(service, operation, call)
    const status = statusOf(operation, projection)
    if (status === 204) return reply(204, undefined, meta && { etag: toETag(meta.version) })
    const whole = resource ?? (await read(endpoint, id, projection, call))
    // Nobody can have put into a group what was not there.
    const [shown = whole] = isNew ? [] : await addGroups(service, endpoint, [whole], projection, call)
    return resourceReply(status, endpoint, shown, projection, request)
  }

  async function onCollection(endpoint: Endpoint, request: ScimRequest, call: Call): Promise<ScimResponse> {
    const query = readQuery(request.query)
    if (request.method !== 'POST') return await onList(endpoint, searchInQuery(query), request, call)
    const projection = projectionOf(endpoint, query, call)
    const body = await readJson(request, limits)
    return await write({ kind: 'create', endpoint, body }, projection, request, call)
  }

  async function onList(
    endpoint: Endpoint,
    { attributes, excludedAttributes, asked }: Search,
    { baseUrl }: ScimRequest,
    call: Call,
  ): Promise<ScimResponse> {
    const projection = readProjection(service, endpoint, attributes, excludedAttributes, call)
    const page = await list(service, endpoint, asked, projection, call)
    const shown = await addGroups(service, endpoint, page.resources, projection, call)
    const texts = shown.map((one) => renderKept(one, endpoint.type, projection, baseUrl))
    return reply(200, listResponse(texts, page))
  }

  async function onSearch(
    endpoint: Endpoint | undefined,
    request: ScimRequest,
    call: Call,
  ): Promise<ScimResponse> {
    const isMessage = request.method === 'POST'
    const search = isMessage
      ? readSearchRequest(await readJson(request, limits))
      : searchInQuery(readQuery(request.query))
    if (endpoint) return onList(endpoint, search, request, call)
    const { attributes, excludedAttributes, asked } = search
    const page = await listAcross(service, asked, attributes, excludedAttributes, call)
    const texts = page.found.map((one) =>
      renderKept(one.resource, one.endpoint.type, one.projection, request.baseUrl),
    )
    return reply(200, listResponse(texts, page))
  }

  async function onResource(
    endpoint: Endpoint,
    id: string,
    request: ScimRequest,
    call: Call,
  ): Promise<ScimResponse> {
    const precondition = readPrecondition(request)
    if (request.method === 'DELETE') {
      const nothing = defaultProjection(endpoint.type)
      return write({ kind: 'remove', endpoint, id, precondition }, nothing, request, call)
    }
    const projection = projectionOf(endpoint, readQuery(request.query), call)
    if (request.method === 'PUT' || request.method === 'PATCH') {
      const kind = request.method === 'PUT' ? 'replace' : 'modify'
      const body = await readJson(request, limits)
      return await write({ kind, endpoint, id, body, precondition }, projection, request, call)
    }
    const { resource, members } = await readStreamed(endpoint, id, projection, call)
    const { version } = resource.meta
    if (readETags(request.header('if-none-match'))?.(version)) {
      return reply(304, undefined, { etag: toETag(version) })
    }
    if (precondition && !precondition(version)) throw ScimError.versionMismatch()
    const [shown = resource] = await addGroups(service, endpoint, [resource], projection, call)
    const whole = resourceReply(200, endpoint, shown, projection, request)
    const { membership } = endpoint.type
    if (!members || !membership || typeof whole.body !== 'string') return whole
    const parts = streamJson(whole.body, membership.name, members, (some) =>
      renderElements(some, membership, endpoint.type, projection, request.baseUrl),
    )
    return { ...whole, body: reported(parts, service, call) }
  }

  return (route: Destination, request: ScimRequest, call: Call): ScimResponse | Promise<ScimResponse> => {
    if (route.kind === 'collection') return onCollection(route.endpoint, request, call)
    if (route.kind === 'resource') return onResource(route.endpoint, route.id, request, call)
    if (route.kind === 'bulk') return onBulk(request, call)
    if (route.kind === 'root') return onSearch(undefined, request, call)
    if (route.kind === 'search') return onSearch(route.endpoint, request, call)
    if (readText(readQuery(request.query), 'filter') !== undefined) {
      // RFC 7644 section 4 wants this status.
      throw ScimError.forbidden('Discovery documents can not be filtered')
    }
    return reply(200, discover(route.endpoint, route.id, request.baseUrl))
  }
}
