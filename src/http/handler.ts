import type { Authenticate, Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import { strict } from '../idp/index.js'
import type { Call, OperationName, Service } from '../operations/index.js'
import { assertAuthorized, toScimError } from '../operations/index.js'
import type { Note } from '../protocol/index.js'
import { ScimError } from '../protocol/index.js'
import type { dispatcher } from './dispatch.js'
import type { ScimRequest, ScimResponse } from './message.js'
import { assertAcceptable } from './request/read-json.js'
import { errorReply } from './response/reply.js'
import type { Destination, Route } from './route.js'
import { isAcrossTypes, methodsOf } from './route.js'
import type { RequestNotifier } from './telemetry/on-request.js'
import { operationOf, plainPath } from './telemetry/request-event.js'
import { Trace } from './telemetry/trace.js'

export interface HandlerConfig {
  readonly service: Service
  readonly authenticate: Authenticate
  readonly profile: Profile | ((caller: Caller) => Profile)
  /** Says which resource the caller is; without it there is no `/Me`. */
  readonly identify: Identify | undefined
  readonly route: (path: string) => Route
  readonly dispatch: ReturnType<typeof dispatcher>
  /** Whether discovery is answered without a credential. */
  readonly publicDiscovery: boolean
  readonly tell: RequestNotifier
}

/** Says which resource a caller is, for `/Me`; undefined when it is none. */
export type Identify = (caller: Caller) => Identity | undefined | Promise<Identity | undefined>

/** A resource, by its type's name and its id. */
export interface Identity {
  /** Default `User`. */
  readonly resourceType?: string
  readonly id: string
}

/** What is known of a request while it is being answered, and what operations are told of it. */
class Progress implements Call {
  readonly trace = new Trace()
  readonly note: Note = (rule, path, message) => this.trace.add(rule, path, message)
  tenant: string | undefined
  actor: string | undefined
  operation: OperationName | undefined
  resourceType: string | undefined
  private id: string | undefined

  constructor(
    private readonly request: ScimRequest,
    /** What the caller's tenant is allowed; until the caller is known, what everybody is. */
    public profile: Profile,
  ) {}

  /** Made when it is first asked for: most requests are never spoken of. */
  get requestId(): string {
    this.id ??= crypto.randomUUID()
    return this.id
  }

  get signal(): AbortSignal | undefined {
    return this.request.signal
  }
}

/** Makes the function that answers requests: who calls, what for, and what goes wrong. */
export function requestHandler(config: HandlerConfig): (request: ScimRequest) => Promise<ScimResponse> {
  const { service } = config
  const profileOf = typeof config.profile === 'function' ? config.profile : undefined
  const firstProfile = typeof config.profile === 'function' ? strict() : config.profile

  async function authenticated(request: ScimRequest, progress: Progress): Promise<Caller> {
    let isRaw = false
    const caller = await config.authenticate({
      method: request.method,
      path: request.path,
      header: (name) => request.header(name),
      raw: request.raw,
      note: (rule, path, message) => {
        if (rule === 'rawToken') isRaw = true
        progress.note(rule, path, message)
      },
    })
    if (!caller) throw ScimError.unauthorized()
    if (profileOf) progress.profile = profileOf(caller)
    if (isRaw && !progress.profile.has('rawToken')) throw ScimError.unauthorized()
    return caller
  }

  function isPublic(path: string): boolean {
    if (!config.publicDiscovery) return false
    try {
      return config.route(path).kind === 'discovery'
    } catch {
      return false
    }
  }

  /** Where `/Me` leads: to the caller's own resource, or to where it may be created (RFC 7644 section 3.11). */
  async function whoIs(caller: Caller, method: string): Promise<Destination> {
    const identity = await config.identify?.(caller)
    const name = identity?.resourceType ?? 'User'
    const endpoint = service.endpoints.find(({ type }) => type.name === name)
    if (!endpoint) throw ScimError.notFound('The caller is no resource of this service')
    if (method === 'POST') return { kind: 'collection', endpoint }
    if (!identity) throw ScimError.notFound('The caller is no resource of this service')
    return { kind: 'resource', endpoint, id: identity.id }
  }

  async function authorized(route: Destination, progress: Progress): Promise<void> {
    // A list across types is for each type to allow.
    if (isAcrossTypes(route)) return
    const endpoint = 'endpoint' in route && typeof route.endpoint === 'object' ? route.endpoint : undefined
    const id = 'id' in route ? route.id : undefined
    if (progress.operation) await assertAuthorized(service, progress.operation, endpoint, id, progress)
  }

  async function answer(request: ScimRequest, progress: Progress): Promise<ScimResponse> {
    // Without a credential nobody learns what is there and what is not.
    const caller = isPublic(request.path) ? {} : await authenticated(request, progress)
    progress.tenant = caller.tenant
    progress.actor = caller.actor
    const asked = config.route(request.path)
    if (asked.kind === 'notImplemented') throw ScimError.notImplemented(asked.detail)
    const methods = methodsOf(asked)
    if (!methods.includes(request.method)) {
      const allow = methods.join(', ')
      return errorReply(new ScimError(405, undefined, `This path answers ${allow}`), { allow })
    }
    const route = asked.kind === 'me' ? await whoIs(caller, request.method) : asked
    progress.operation = operationOf(route, request.method)
    if ('endpoint' in route && typeof route.endpoint === 'object')
      progress.resourceType = route.endpoint.type.name
    assertAcceptable(request.header('accept'))
    if (service.authorize) await authorized(route, progress)
    return await config.dispatch(route, request, progress)
  }

  return async (request) => {
    const start = performance.now()
    const progress = new Progress(request, firstProfile)
    let response: ScimResponse
    let error: ScimError | undefined
    try {
      response = await answer(request, progress)
    } catch (thrown) {
      const { requestId, tenant, operation } = progress
      error = toScimError(service, thrown, { requestId, tenant, operation })
      response = errorReply(error)
    }
    if (request.method === 'HEAD') response = { ...response, body: undefined }
    if (config.tell) {
      await config.tell({
        requestId: progress.requestId,
        method: request.method,
        path: plainPath(request.path),
        status: response.status,
        durationMs: performance.now() - start,
        tenant: progress.tenant,
        operation: progress.operation,
        resourceType: progress.resourceType,
        trace: progress.trace.entries,
        ...(error && { error: error.detail }),
      })
    }
    return response
  }
}
