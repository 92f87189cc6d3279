import type { OperationContext, OperationName } from '../../operations/index.js'
import type { TraceEntry } from '../../protocol/index.js'

/**
 * What the host's `onRequest` receives after each request: enough to explain the reply, and no personal data. For a
 * reply that is streamed, such as a large group, after its last part.
 */
export interface RequestEvent {
  /** The client's `X-Request-Id`, or one that is made; the same in stores, events and `onError`. */
  readonly requestId: string
  /** The client's place in a distributed trace, as it has sent it (W3C Trace Context); left out where it has not. */
  readonly traceparent?: string
  /** `<other>` for one that is none of HTTP's usual ones. */
  readonly method: string
  /** Below the mount, without the query; with `{id}` for an id that may be personal, and `{unknown}` for no endpoint. */
  readonly path: string
  readonly status: number
  /** Until the reply was handed over; of a streamed reply, until its end. */
  readonly durationMs: number
  readonly tenant: string | undefined
  /** Who called, as `authenticate` named them. */
  readonly actor: string | undefined
  /** The id of the caller's connection; left out where there is none. */
  readonly connection?: string
  /** Such as `modify`; undefined where the request failed earlier. */
  readonly operation: OperationName | undefined
  /** Such as `User`. */
  readonly resourceType: string | undefined
  /**
   * The `id` of the resource that was read or written; of a request that failed, the one in its path where that is a
   * number or a UUID, since others are whatever the client wrote. Undefined for lists and discovery.
   */
  readonly resourceId: string | undefined
  /** The rules that were applied, and what was ignored. */
  readonly trace: readonly TraceEntry[]
  /** The detail of the error in the reply. */
  readonly error?: string
  /**
   * How a reply broke off: `aborted` where the client had gone before the service had handed over all of it, `failed` for
   * an error in a streamed one, whose status was sent before; `onError` has received it. Left out for a whole reply.
   */
  readonly outcome?: 'aborted' | 'failed'
  /** For an operation inside a bulk request: its index there, from 0. */
  readonly bulkOperation?: number
}

/** What an event says of a request that is known from its context. */
export function requestEvent(
  context: OperationContext,
  more: Pick<RequestEvent, 'method' | 'path' | 'status' | 'durationMs' | 'bulkOperation'> & {
    readonly error: string | undefined
  },
): RequestEvent {
  const { requestId, traceparent, tenant, actor, operation, resourceType, resourceId, trace } = context
  const { method, path, status, durationMs, error, bulkOperation } = more
  const { connection } = context.caller
  return {
    requestId,
    ...(traceparent !== undefined && { traceparent }),
    method: methods.has(method) ? method : '<other>',
    path: plainPath(path, context),
    status,
    durationMs,
    tenant,
    actor,
    ...(connection !== undefined && { connection }),
    operation,
    resourceType,
    resourceId: status < 400 || (resourceId !== undefined && isPlainId(resourceId)) ? resourceId : undefined,
    trace: trace.entries,
    ...(error !== undefined && { error }),
    ...(bulkOperation !== undefined && { bulkOperation }),
  }
}

/** Any other one is the client's text; an operation of a bulk request may have none. */
const methods: ReadonlySet<string> = new Set(['', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** How many segments of a path are shown: no path that leads somewhere has more. */
const maxSegments = 8

/** First segments of the protocol, and of what clients take for the mount by mistake. */
const knownSegment =
  /^(?:\.{0,2}|scim|api|v\d{1,2}|users?|groups?|bulk|me|schemas?|resourcetypes?|serviceproviderconfigs?|\.search|openapi\.json)$/i

/**
 * A path without what may be personal: an id is shown where it is a number or a UUID, and what leads nowhere not at all,
 * since a client may have forgotten the endpoint in front of a name.
 */
function plainPath(path: string, { operation, service }: OperationContext): string {
  const shown = (segment: string, index: number) => {
    if (index > 1) return segment === '.search' || isPlainId(segment) ? segment : '{id}'
    const name = `/${segment.toLowerCase()}`
    const leads =
      operation !== undefined || service.endpoints.some(({ type }) => type.endpoint.toLowerCase() === name)
    return leads || knownSegment.test(segment) ? segment : '{unknown}'
  }
  const segments = path.split('/', maxSegments + 1)
  const plain = segments.slice(0, maxSegments).map(shown)
  return (segments.length > maxSegments ? [...plain, '…'] : plain).join('/')
}

function isPlainId(segment: string): boolean {
  return segment === '' || /^(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(segment)
}
