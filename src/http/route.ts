import type { Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import type { Endpoint, Identify, OperationContext, OperationName, Service } from '../operations/index.js'
import type { Discover } from './discovery.js'
import type { ScimRequest, ScimResponse } from './message.js'
import type { RateLimiter } from './rate-limit/limiter.js'
import type { Renderer } from './response/render.js'
import type { Instrumentation } from './telemetry/instrumentation.js'
import type { RequestNotifier } from './telemetry/on-request.js'

/** The methods that write, and the operation that each of them is, in a request or inside a bulk request. */
export const writeMethods = { POST: 'create', PUT: 'replace', PATCH: 'modify', DELETE: 'remove' } as const

export type Method = 'GET' | keyof typeof writeMethods

/** What handlers work with; one object per service. */
export interface HttpService {
  readonly service: Service
  readonly renderer: Renderer
  readonly discover: Discover
  readonly identify: Identify | undefined
  readonly notify: RequestNotifier
  /** Whether the detail of requests is noted, for whoever records them. */
  readonly isRecorded: boolean
  readonly limiter: RateLimiter | undefined
  readonly instrumentation: Instrumentation | undefined
  /** @throws ScimError 404. */
  readonly route: (path: string) => RouteMatch
  /** What a request waits for before it reaches a store; undefined once the stores are known to work. */
  readonly admit: () => Promise<void> | undefined
  /** Tells the host, once, what a profile refuses of that which known clients send. */
  readonly warnOf: (profile: Profile) => void
}

/** What a path leads to. */
export interface RouteMatch {
  /** Of the entry in the route table, such as `resource`. */
  readonly key: string
  readonly entry: RouteEntry
  /** The resource type, where the path is below its endpoint. */
  readonly endpoint: Endpoint | undefined
  /** The segment after the route's path, decoded. */
  readonly id: string | undefined
  /** Why this service does not have it; answered with 501. */
  readonly unavailable: string | undefined
}

/** Answers a request. `context` knows the endpoint where the match has one. */
export type Handle = (
  http: HttpService,
  match: RouteMatch,
  request: ScimRequest,
  context: OperationContext,
) => ScimResponse | Promise<ScimResponse>

/** What a path that stands for a resource leads to; without an id, to where the resource can be created. */
export interface ResolvedTarget {
  readonly endpoint: Endpoint
  readonly id: string | undefined
}

interface RouteDescription {
  /**
   * The path, such as `/Bulk`. Left out for the routes below the endpoint of a resource type, which the router
   * builds from the service's types.
   */
  readonly path?: string
  /** Whether `path/{id}` is answered too. */
  readonly hasIds?: true
  /**
   * The methods that are answered, in the order of `Allow`, and the operation that each is: what `authorize` is asked
   * for and `onRequest` is told. Where GET is answered, HEAD is too.
   */
  readonly methods: Readonly<Partial<Record<Method, OperationName>>>
  /** Whether it is answered without a credential where the host sets `publicDiscovery`. */
  readonly isDiscovery?: true
  /** Whether a request costs as much as the operations in it, which its handler charges it for. */
  readonly costsItsOperations?: true
  /** Whether it is about all resource types, each of which `authorize` is asked for. */
  readonly isAcrossTypes?: true
  /** Why a service does not have it, if it does not; answered with 501. */
  readonly unavailable?: (options: { readonly identify: Identify | undefined }) => string | undefined
  /**
   * A sentence for the OpenAPI document, which says of such a route that it answers 200 with a JSON object. More than
   * that (other replies, schemas, a request body) is an entry under the route's key in openapi/describe.ts.
   */
  readonly describe?: string
}

/**
 * One route: everything that the service knows about it. A new route is one entry in the table of routes.ts, and its
 * handler.
 */
export type RouteEntry = RouteDescription &
  (
    | { readonly handle: Handle; readonly resolve?: undefined }
    /** The path stands for another one, such as `/Me` for `/Users/2819c223`. */
    | {
        readonly handle?: undefined
        readonly resolve: (http: HttpService, caller: Caller, method: string) => Promise<ResolvedTarget>
      }
  )
