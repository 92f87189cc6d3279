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
  readonly method: string
  /** Below the mount, without the query; an id that may be personal is shown as `{id}`. */
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
    method,
    path: plainPath(path),
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

/** A path without what may be personal: an id is shown where it is a number or a UUID. */
export function plainPath(path: string): string {
  const isShown = (segment: string, index: number) =>
    index <= 1 || segment === '.search' || isPlainId(segment)
  return path
    .split('/')
    .map((segment, index) => (isShown(segment, index) && /^[\w.-]{0,60}$/.test(segment) ? segment : '{id}'))
    .join('/')
}

function isPlainId(segment: string): boolean {
  return segment === '' || /^(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(segment)
}
