import type { Call, Endpoint, Service } from '../operations/index.js'
import { create, list, modify, read, readProjection, remove, replace } from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import { readJson } from './body.js'
import type { discovery } from './discovery.js'
import { readETags, toETag } from './etag.js'
import { listResponse } from './list-response.js'
import type { ScimRequest, ScimResponse } from './message.js'
import { readInteger, readQuery, readText } from './query.js'
import type { Renderer } from './render.js'
import { locationOf } from './render.js'
import { reply } from './reply.js'
import type { Route } from './route.js'

/** A route that leads to something. */
export type Destination = Exclude<Route, { readonly kind: 'notImplemented' }>

/** Makes the function that turns a request into an operation, and its outcome into a reply. */
export function dispatcher(
  service: Service,
  { render, renderKept }: Renderer,
  discover: ReturnType<typeof discovery>,
) {
  const { limits } = service

  function projectionOf(endpoint: Endpoint, query: ReadonlyMap<string, string>, call: Call): Projection {
    const attributes = readText(query, 'attributes')
    return readProjection(service, endpoint, attributes, readText(query, 'excludedAttributes'), call)
  }

  function resourceReply(
    status: number,
    endpoint: Endpoint,
    resource: CommonAttributes,
    wanted: Projection,
    { baseUrl, method }: ScimRequest,
  ): ScimResponse {
    // What was just written is seldom read next.
    const text = (method === 'GET' ? renderKept : render)(resource, endpoint.type, wanted, baseUrl)
    return reply(status, text, {
      etag: toETag(resource.meta.version),
      location: locationOf(baseUrl, endpoint.type, resource.id),
    })
  }

  async function onCollection(endpoint: Endpoint, request: ScimRequest, call: Call): Promise<ScimResponse> {
    const query = readQuery(request.query)
    const wanted = projectionOf(endpoint, query, call)
    if (request.method === 'POST') {
      const created = await create(service, endpoint, await readJson(request, limits), call)
      return resourceReply(201, endpoint, created, wanted, request)
    }
    const asked = {
      // An empty filter is one that does not parse, not one that is missing.
      filter: query.get('filter'),
      sortBy: readText(query, 'sortBy'),
      sortOrder: readText(query, 'sortOrder'),
      startIndex: readInteger(query, 'startIndex'),
      count: readInteger(query, 'count'),
    }
    const page = await list(service, endpoint, asked, wanted, call)
    const texts = page.resources.map((one) => renderKept(one, endpoint.type, wanted, request.baseUrl))
    return reply(200, listResponse(texts, page.totalResults, page.startIndex))
  }

  async function onResource(
    endpoint: Endpoint,
    id: string,
    request: ScimRequest,
    call: Call,
  ): Promise<ScimResponse> {
    const ifMatch = readETags(request.header('if-match'))
    if (request.method === 'DELETE') {
      await remove(service, endpoint, id, ifMatch, call)
      return reply(204)
    }
    const wanted = projectionOf(endpoint, readQuery(request.query), call)
    if (request.method === 'PUT') {
      const replaced = await replace(service, endpoint, id, await readJson(request, limits), ifMatch, call)
      return resourceReply(200, endpoint, replaced, wanted, request)
    }
    if (request.method === 'PATCH') {
      const modified = await modify(service, endpoint, id, await readJson(request, limits), ifMatch, call)
      return resourceReply(200, endpoint, modified, wanted, request)
    }
    const resource = await read(endpoint, id, wanted, call)
    if (ifMatch && !ifMatch(resource.meta.version)) throw ScimError.versionMismatch()
    if (readETags(request.header('if-none-match'))?.(resource.meta.version)) {
      return reply(304, undefined, { etag: toETag(resource.meta.version) })
    }
    return resourceReply(200, endpoint, resource, wanted, request)
  }

  return async (route: Destination, request: ScimRequest, call: Call): Promise<ScimResponse> => {
    if (route.kind === 'collection') return onCollection(route.endpoint, request, call)
    if (route.kind === 'resource') return onResource(route.endpoint, route.id, request, call)
    if (readText(readQuery(request.query), 'filter') !== undefined) {
      // RFC 7644 section 4 wants this status.
      throw ScimError.forbidden('Discovery documents can not be filtered')
    }
    return reply(200, discover(route.endpoint, route.id, request.baseUrl))
  }
}
