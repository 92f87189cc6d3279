import type { Authenticate, Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import type { Call, Endpoint, ErrorContext, Service } from '../operations/index.js'
import { create, list, modify, read, readProjection, remove, replace } from '../operations/index.js'
import type { TraceEntry } from '../protocol/index.js'
import { isScimError, mediaType, ScimError } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { assertAcceptable, readJson } from './body.js'
import type { discovery } from './discovery.js'
import { readETags, toETag } from './etag.js'
import { listResponse } from './list-response.js'
import type { ScimRequest, ScimResponse } from './message.js'
import { readInteger, readQuery, readText } from './query.js'
import type { Render } from './render.js'
import { locationOf } from './render.js'
import type { Route } from './route.js'
import { methodsOf } from './route.js'
import { traceKeeper } from './trace.js'

/** What the host is told about each request: enough to say why it was answered so, and no personal data. */
export interface RequestEvent {
  readonly requestId: string
  readonly method: string
  /** Below the mount, without the query; an id that is not plain is shown as `{id}`. */
  readonly path: string
  readonly status: number
  readonly durationMs: number
  readonly tenant: string | undefined
  /** Such as `modify`; undefined where the request did not get that far. */
  readonly operation: OperationName | undefined
  /** Such as `User`. */
  readonly resourceType: string | undefined
  /** Which rules fired, and what was ignored. */
  readonly trace: readonly TraceEntry[]
  /** The detail of the error that was answered. */
  readonly error?: string
}

/** What a request asks for. */
export type OperationName = 'create' | 'read' | 'list' | 'replace' | 'modify' | 'remove' | 'discover'

export interface HandlerConfig {
  readonly service: Service
  readonly authenticate: Authenticate
  readonly profile: Profile
  readonly route: (path: string) => Route
  readonly discover: ReturnType<typeof discovery>
  readonly render: Render
  /** Whether discovery is answered without a credential. */
  readonly publicDiscovery: boolean
  readonly onRequest: ((event: RequestEvent) => void | Promise<void>) | undefined
}

/** What is known of a request while it is being answered. */
interface Progress {
  readonly requestId: string
  readonly trace: ReturnType<typeof traceKeeper>
  tenant?: string | undefined
  operation?: OperationName
  resourceType?: string
}

const headers = { 'content-type': `${mediaType}; charset=utf-8` }

function reply(status: number, body: string | undefined, more?: Readonly<Record<string, string>>): ScimResponse {
  return { status, headers: body === undefined ? { ...more } : { ...headers, ...more }, body }
}

function errorReply(error: ScimError, more: Readonly<Record<string, string>> = {}): ScimResponse {
  return reply(error.status, JSON.stringify(error.toMessage()), {
    ...(error.status === 401 && { 'www-authenticate': 'Bearer realm="SCIM"' }),
    ...(error.retryAfter !== undefined && { 'retry-after': String(Math.ceil(error.retryAfter)) }),
    ...more,
  })
}

const operationNames: Readonly<Record<string, OperationName>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'modify',
  DELETE: 'remove',
}

function operationOf(route: Route, method: string): OperationName | undefined {
  if (route.kind === 'notImplemented') return undefined
  if (route.kind === 'discovery') return 'discover'
  return operationNames[method] ?? (route.kind === 'collection' ? 'list' : 'read')
}

/** Makes the function that answers requests. */
export function requestHandler(config: HandlerConfig): (request: ScimRequest) => Promise<ScimResponse> {
  const { service, render } = config

  async function authenticated(request: ScimRequest, progress: Progress): Promise<Caller> {
    let isRaw = false
    const caller = await config.authenticate({
      method: request.method,
      path: request.path,
      header: (name) => request.header(name),
      raw: request.raw,
      note: (rule, path, message) => {
        if (rule === 'rawToken') isRaw = true
        progress.trace.note(rule, path, message)
      },
    })
    if (!caller || (isRaw && !config.profile.has('rawToken'))) throw ScimError.unauthorized()
    progress.tenant = caller.tenant
    return caller
  }

  function resourceReply(
    status: number,
    endpoint: Endpoint,
    resource: CommonAttributes,
    request: ScimRequest,
    text: string,
  ): ScimResponse {
    const location = locationOf(request.baseUrl, endpoint.type, resource.id)
    return reply(status, text, {
      etag: toETag(resource.meta.version),
      location,
    })
  }

  async function onCollection(route: Route & { kind: 'collection' }, request: ScimRequest, call: Call) {
    const { endpoint } = route
    const query = readQuery(request.query)
    const wanted = readProjection(
      service,
      endpoint,
      readText(query, 'attributes'),
      readText(query, 'excludedAttributes'),
      call,
    )
    if (request.method === 'POST') {
      const created = await create(service, endpoint, await readJson(request, service.limits), call)
      return resourceReply(201, endpoint, created, request, render(created, endpoint.type, wanted, request.baseUrl))
    }
    const page = await list(
      service,
      endpoint,
      {
        filter: query.get('filter'),
        sortBy: readText(query, 'sortBy'),
        sortOrder: readText(query, 'sortOrder'),
        startIndex: readInteger(query, 'startIndex'),
        count: readInteger(query, 'count'),
      },
      wanted,
      call,
    )
    const texts = page.resources.map((one) => render(one, endpoint.type, wanted, request.baseUrl))
    return reply(200, listResponse(texts, page.totalResults, page.startIndex))
  }

  async function onResource(route: Route & { kind: 'resource' }, request: ScimRequest, call: Call) {
    const { endpoint, id } = route
    const ifMatch = readETags(request.header('if-match'))
    if (request.method === 'DELETE') {
      await remove(service, endpoint, id, ifMatch, call)
      return reply(204, undefined)
    }
    const query = readQuery(request.query)
    const wanted = readProjection(
      service,
      endpoint,
      readText(query, 'attributes'),
      readText(query, 'excludedAttributes'),
      call,
    )
    let resource: CommonAttributes
    if (request.method === 'PUT') {
      resource = await replace(service, endpoint, id, await readJson(request, service.limits), ifMatch, call)
    } else if (request.method === 'PATCH') {
      resource = await modify(service, endpoint, id, await readJson(request, service.limits), ifMatch, call)
    } else {
      resource = await read(endpoint, id, wanted, call)
      if (ifMatch && !ifMatch(resource.meta.version)) throw ScimError.versionMismatch()
      if (readETags(request.header('if-none-match'))?.(resource.meta.version)) {
        return reply(304, undefined, { etag: toETag(resource.meta.version) })
      }
    }
    return resourceReply(200, endpoint, resource, request, render(resource, endpoint.type, wanted, request.baseUrl))
  }

  function onDiscovery(route: Route & { kind: 'discovery' }, request: ScimRequest): ScimResponse {
    if (readText(readQuery(request.query), 'filter') !== undefined) {
      // RFC 7644 section 4 says so.
      throw ScimError.forbidden('Discovery documents can not be filtered')
    }
    return reply(200, config.discover(route.endpoint, route.id, request.baseUrl))
  }

  async function answer(request: ScimRequest, progress: Progress): Promise<ScimResponse> {
    const isPublic = config.publicDiscovery && isDiscovery(request, config.route)
    const caller = isPublic ? {} : await authenticated(request, progress)
    const route = config.route(request.path)
    const allowed = methodsOf(route)
    if (route.kind === 'notImplemented') throw ScimError.notImplemented(route.detail)
    if (allowed && !allowed.includes(request.method)) {
      const error = new ScimError(405, undefined, `This path answers ${allowed.join(', ')}`)
      return errorReply(error, { allow: allowed.join(', ') })
    }
    const operation = operationOf(route, request.method)
    if (operation) progress.operation = operation
    assertAcceptable(request.header('accept'))
    if (route.kind === 'discovery') return onDiscovery(route, request)
    progress.resourceType = route.endpoint.type.name
    const call: Call = {
      tenant: caller.tenant,
      actor: caller.actor,
      requestId: progress.requestId,
      get signal() {
        return request.signal
      },
      profile: config.profile,
      note: progress.trace.note,
      trace: progress.trace.entries,
    }
    return route.kind === 'collection' ? onCollection(route, request, call) : onResource(route, request, call)
  }

  function toScimError(error: unknown, progress: Progress): ScimError {
    if (isScimError(error)) return error
    const errorId = crypto.randomUUID()
    report(error, { errorId, requestId: progress.requestId, tenant: progress.tenant, operation: progress.operation })
    return new ScimError(500, undefined, `Something went wrong inside the service; its log has it under ${errorId}`)
  }

  function report(error: unknown, context: ErrorContext): void {
    try {
      service.report(error, context)
    } catch {
      // The host's reporter is the last to know; there is nobody left to tell.
    }
  }

  return async (request) => {
    const start = performance.now()
    const progress: Progress = { requestId: crypto.randomUUID(), trace: traceKeeper() }
    let response: ScimResponse
    let detail: string | undefined
    try {
      response = await answer(request, progress)
    } catch (error) {
      const scimError = toScimError(error, progress)
      detail = scimError.detail
      response = errorReply(scimError)
    }
    if (request.method === 'HEAD' && response.body !== undefined) response = { ...response, body: undefined }
    if (config.onRequest) {
      const event: RequestEvent = {
        requestId: progress.requestId,
        method: request.method,
        path: plainPath(request.path),
        status: response.status,
        durationMs: performance.now() - start,
        tenant: progress.tenant,
        operation: progress.operation,
        resourceType: progress.resourceType,
        trace: progress.trace.entries,
        ...(detail !== undefined && { error: detail }),
      }
      try {
        await config.onRequest(event)
      } catch (error) {
        const { requestId, tenant } = progress
        report(error, { errorId: crypto.randomUUID(), requestId, tenant, operation: 'onRequest' })
      }
    }
    return response
  }
}

function isDiscovery(request: ScimRequest, route: HandlerConfig['route']): boolean {
  try {
    return route(request.path).kind === 'discovery'
  } catch {
    return false
  }
}

/** A path without what may be personal: a segment that is more than letters, digits and marks, such as an e-mail. */
function plainPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^[\w.~:-]{0,100}$/.test(segment) ? segment : '{id}'))
    .join('/')
}
