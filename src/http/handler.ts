import type { Authenticate, Caller } from '../auth/index.js'
import { inProcessRequest } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import { strict } from '../idp/index.js'
import type { OperationName } from '../operations/index.js'
import {
  assertAuthorized,
  DetailNotes,
  OperationContext,
  readCaller,
  readProfile,
  toScimError,
} from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { ScimRequest, ScimResponse } from './message.js'
import type { RateLimiter } from './rate-limit/limiter.js'
import { assertAcceptable } from './request/media-types.js'
import { TimedRequest } from './request/timed-request.js'
import { errorReply } from './response/reply.js'
import { ReplyStream } from './response/reply-stream.js'
import type { HttpService, Method, RouteEntry, RouteMatch } from './route.js'
import { matchTarget, templateOf } from './router.js'
import type { RequestObserver } from './telemetry/instrumentation.js'
import type { Notifier } from './telemetry/on-request.js'
import type { RequestEvent } from './telemetry/request-event.js'
import { requestEvent } from './telemetry/request-event.js'

/** Whether a request is recorded: what the package itself looks up or tries is not. */
function isForRecord({ raw }: ScimRequest): boolean {
  const purpose = inProcessRequest(raw)?.purpose
  return purpose === undefined || purpose === 'act'
}

/** How callers are identified and what they are allowed to send. */
export interface HandlerOptions {
  readonly authenticate: Authenticate
  readonly profile: Profile | ((caller: Caller) => Profile)
  /** Whether discovery is answered without a credential. */
  readonly publicDiscovery: boolean
  /** Milliseconds within which a request is answered; undefined: however long it takes. */
  readonly deadline: number | undefined
}

/** Makes the function that answers requests: authentication, routing, authorization, and errors as replies. */
export function requestHandler(
  http: HttpService,
  { authenticate, profile, publicDiscovery, deadline }: HandlerOptions,
): (request: ScimRequest) => Promise<ScimResponse> {
  const { service, notify, isRecorded, limiter, instrumentation } = http
  const profileOf = typeof profile === 'function' ? profile : undefined
  const initialProfile = typeof profile === 'function' ? strict() : profile

  async function authenticated(request: ScimRequest, context: OperationContext): Promise<Caller> {
    let isRaw = false
    const returned = await authenticate({
      method: request.method,
      path: request.path,
      header: (name) => request.header(name),
      raw: request.raw,
      signal: context.callbackSignal,
      note: (rule, path, message) => {
        if (rule === 'rawToken') isRaw = true
        context.note(rule, path, message)
      },
    })
    const caller = readCaller(returned)
    if (!caller) throw ScimError.unauthorized()
    if (profileOf) context.profile = profileFor(caller, profileOf)
    if (isRaw && !context.profile.has('rawToken')) throw ScimError.unauthorized()
    return caller
  }

  function profileFor(caller: Caller, profileOf: (caller: Caller) => Profile): Profile {
    const found = readProfile(profileOf(caller))
    if (found.requirements.length > 0) http.warnOf(found)
    return found
  }

  /** Where a path leads; undefined: nowhere. */
  function routeOf(path: string): RouteMatch | undefined {
    try {
      return http.route(path)
    } catch {
      return undefined
    }
  }

  function isPublic(path: string): boolean {
    return publicDiscovery && (routeOf(path)?.entry.isDiscovery ?? false)
  }

  /** Takes what a request costs from its tenant's quota. */
  async function charge(limiter: RateLimiter, { method, path }: ScimRequest, context: OperationContext) {
    if (method === 'POST' && routeOf(path)?.entry.costsItsOperations) limiter.postpone(context)
    else await limiter.charge(context, 1)
  }

  async function answer(request: ScimRequest, context: OperationContext): Promise<ScimResponse> {
    // Authentication comes first: without a credential, no reply says what exists.
    const isOpen = isPublic(request.path)
    const caller = isOpen ? {} : await authenticated(request, context)
    context.caller = caller
    // Whoever has no credential uses nobody's quota.
    if (limiter && !isOpen) await charge(limiter, request, context)
    const requested = http.route(request.path)
    if (requested.unavailable !== undefined) throw ScimError.notImplemented(requested.unavailable)
    if (!operationOf(requested.entry, request.method)) {
      const allow = allowedMethods(requested.entry).join(', ')
      return errorReply(new ScimError(405, undefined, `This path answers ${allow}`), { allow })
    }
    const { resolve } = requested.entry
    const match = resolve ? matchTarget(await resolve(http, caller, request.method)) : requested
    const { entry, endpoint, id } = match
    const operation = operationOf(entry, request.method)
    context.operation = operation
    if (endpoint) {
      context.endpoint = endpoint
      context.resourceId = id
      if (context.detail) context.detail.type = endpoint.type
    }
    assertAcceptable(request.header('accept'))
    if (service.authorize && operation && !entry.isAcrossTypes) {
      await assertAuthorized(context, operation, endpoint, id)
    }
    const admission = http.admit()
    // Discovery needs no store.
    if (entry.isDiscovery) admission?.catch(() => {})
    else if (admission) await admission
    if (!entry.handle) throw new Error(`The route "${match.key}" leads to another one and has no handler`)
    return await entry.handle(http, match, request, context)
  }

  async function answerInTime(request: TimedRequest, context: OperationContext): Promise<ScimResponse> {
    const response = await request.inTime(answer(request, context), discard)
    if (response.body instanceof ReplyStream) response.body.limit((part) => request.inTime(part))
    return response
  }

  async function handle(request: ScimRequest, observer?: RequestObserver): Promise<ScimResponse> {
    const start = performance.now()
    const timed = deadline === undefined ? undefined : new TimedRequest(request, deadline)
    const context = OperationContext.ofRequest(service, timed ?? request, initialProfile)
    if (isRecorded && isForRecord(request)) context.detail = new DetailNotes()
    let response: ScimResponse
    let error: ScimError | undefined
    try {
      response = await (timed ? answerInTime(timed, context) : answer(request, context))
    } catch (thrown) {
      const { requestId, traceparent, tenant, operation } = context
      const cause = limiter ? await limiter.errorFor(context, thrown) : thrown
      error = toScimError(service, cause, { requestId, traceparent, tenant, operation })
      response = errorReply(error)
    }
    const fields = limiter?.fieldsOf(context)
    if (fields) response = withHeaders(response, fields)
    // Others know the request by an id only where its client has given it one, or will ask what went wrong.
    if (response.status >= 400 || context.sentRequestId !== undefined)
      response = withHeaders(response, { 'x-request-id': context.requestId })
    if (request.method === 'HEAD') {
      discard(response)
      response = { ...response, body: undefined }
    }
    if (context.detail && error) context.detail.error = error
    const listener = observer ? listenerOf(observer, request.path) : notify
    if (listener) {
      const { status, body } = response
      if (body instanceof ReplyStream) {
        body.onEnd(async (end) => {
          if (!listener.hears(context, status)) return
          const event = eventOf(request, context, status, start, error)
          await listener.tell(end === 'complete' ? event : { ...event, outcome: end }, context)
        })
      } else if (listener.hears(context, status)) {
        const event = eventOf(request, context, status, start, error)
        await listener.tell(request.isAborted ? { ...event, outcome: 'aborted' } : event, context)
      }
    }
    return response
  }

  /** Tells the host's `onRequest` of a request, and who observes it that it has ended. */
  function listenerOf(observer: RequestObserver, path: string): Notifier {
    return {
      hears: () => true,
      async tell(event, context) {
        if (notify?.hears(context, event.status)) await notify.tell(event, context)
        const match = routeOf(path)
        observer.end(event, match && templateOf(match))
      },
    }
  }

  if (!instrumentation) return (request) => handle(request)
  return (request) => {
    const observer = instrumentation.begin(request)
    return observer.run(() => handle(request, observer))
  }
}

function withHeaders(response: ScimResponse, more: Readonly<Record<string, string>>): ScimResponse {
  return { ...response, headers: { ...response.headers, ...more } }
}

/** Ends a reply that is not sent. */
function discard({ body }: ScimResponse): void {
  if (body instanceof ReplyStream) void body.return()
}

function eventOf(
  { method, path }: ScimRequest,
  context: OperationContext,
  status: number,
  start: number,
  error: ScimError | undefined,
): RequestEvent {
  const durationMs = performance.now() - start
  return requestEvent(context, { method, path, status, durationMs, error: error?.detail })
}

/** The operation that a method is. The method is the client's text, which may also be the name of a built-in property. */
function operationOf({ methods }: RouteEntry, method: string): OperationName | undefined {
  const answered = method === 'HEAD' ? 'GET' : method
  return Object.hasOwn(methods, answered) ? methods[answered as Method] : undefined
}

/** HEAD is answered wherever GET is. */
function allowedMethods({ methods }: RouteEntry): readonly string[] {
  return Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
