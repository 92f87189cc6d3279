import type { Authenticate, Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import { strict } from '../idp/index.js'
import { assertAuthorized, OperationContext, toScimError } from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { ScimRequest, ScimResponse } from './message.js'
import { assertAcceptable } from './request/media-types.js'
import { errorReply } from './response/reply.js'
import type { HttpService, Method, RouteEntry } from './route.js'
import { matchTarget } from './router.js'
import { plainPath } from './telemetry/request-event.js'

/** How callers are identified and what they are allowed to send. */
export interface HandlerOptions {
  readonly authenticate: Authenticate
  readonly profile: Profile | ((caller: Caller) => Profile)
  /** Whether discovery is answered without a credential. */
  readonly publicDiscovery: boolean
}

/** Makes the function that answers requests: authentication, routing, authorization, and errors as replies. */
export function requestHandler(
  http: HttpService,
  { authenticate, profile, publicDiscovery }: HandlerOptions,
): (request: ScimRequest) => Promise<ScimResponse> {
  const { service, notify } = http
  const profileOf = typeof profile === 'function' ? profile : undefined
  const initialProfile = typeof profile === 'function' ? strict() : profile

  async function authenticated(request: ScimRequest, context: OperationContext): Promise<Caller> {
    let isRaw = false
    const caller = await authenticate({
      method: request.method,
      path: request.path,
      header: (name) => request.header(name),
      raw: request.raw,
      note: (rule, path, message) => {
        if (rule === 'rawToken') isRaw = true
        context.note(rule, path, message)
      },
    })
    if (!caller) throw ScimError.unauthorized()
    if (profileOf) context.profile = profileOf(caller)
    if (isRaw && !context.profile.has('rawToken')) throw ScimError.unauthorized()
    return caller
  }

  function isPublic(path: string): boolean {
    if (!publicDiscovery) return false
    try {
      return http.route(path).entry.isDiscovery ?? false
    } catch {
      return false
    }
  }

  async function answer(request: ScimRequest, context: OperationContext): Promise<ScimResponse> {
    // Authentication comes first: without a credential, no reply says what exists.
    const caller = isPublic(request.path) ? {} : await authenticated(request, context)
    context.tenant = caller.tenant
    context.actor = caller.actor
    const requested = http.route(request.path)
    if (requested.unavailable !== undefined) throw ScimError.notImplemented(requested.unavailable)
    if (!hasMethod(requested.entry, request.method)) {
      const allow = Object.keys(requested.entry.methods).join(', ')
      return errorReply(new ScimError(405, undefined, `This path answers ${allow}`), { allow })
    }
    const { resolve } = requested.entry
    const match = resolve ? matchTarget(await resolve(http, caller, request.method)) : requested
    const { entry, endpoint, id } = match
    const operation = entry.methods[request.method as Method]
    context.operation = operation
    if (endpoint) context.endpoint = endpoint
    assertAcceptable(request.header('accept'))
    if (service.authorize && operation && !entry.isAcrossTypes) {
      await assertAuthorized(context, operation, endpoint, id)
    }
    if (!entry.handle) throw new Error(`The route "${match.key}" leads to another one and has no handler`)
    return await entry.handle(http, match, request, context)
  }

  return async (request) => {
    const start = performance.now()
    const context = OperationContext.ofRequest(service, request, initialProfile)
    let response: ScimResponse
    let error: ScimError | undefined
    try {
      response = await answer(request, context)
    } catch (thrown) {
      error = toScimError(service, thrown, context)
      response = errorReply(error)
    }
    if (request.method === 'HEAD') response = { ...response, body: undefined }
    if (notify) {
      const { requestId, tenant, operation, resourceType, trace } = context
      await notify({
        requestId,
        method: request.method,
        path: plainPath(request.path),
        status: response.status,
        durationMs: performance.now() - start,
        tenant,
        operation,
        resourceType,
        trace: trace.entries,
        ...(error && { error: error.detail }),
      })
    }
    return response
  }
}

/** The method is the client's text, which may also be the name of an object's built-in property. */
function hasMethod({ methods }: RouteEntry, method: string): method is Method {
  return Object.hasOwn(methods, method)
}
