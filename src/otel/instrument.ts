import type { Attributes, Context, MeterProvider, Span, TracerProvider } from '@opentelemetry/api'
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Instrumentation, RequestEvent, ScimRequest } from '../http/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import { requestMetrics } from './metrics.js'
import { tracedStore } from './store.js'

/** The options of {@link instrument}. */
export interface InstrumentOptions {
  /** Makes the tracer. Default: the global provider. */
  readonly tracerProvider?: TracerProvider
  /** Makes the meter. Default: the global provider, as it is at the first request. */
  readonly meterProvider?: MeterProvider
}

const optionNames = { tracerProvider: true, meterProvider: true } satisfies OptionNames<InstrumentOptions>

/** The name of the tracer and of the meter. */
const scope = 'scimkit'

/** The methods that are told by their names; any other is text of the client's (HTTP semantic conventions). */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Reads what a propagator looks for. */
const carrier = {
  keys: () => [],
  get: (request: ScimRequest, name: string) => request.header(name.toLowerCase()),
}

/** What is known of a request when it arrives. */
function attributesOf({ method, baseUrl }: ScimRequest): Attributes {
  return {
    'http.request.method': knownMethods.has(method) ? method : '_OTHER',
    'url.scheme': baseUrl.startsWith('https:') ? 'https' : 'http',
  }
}

/** What can be told of the outcome to whoever counts requests: few values each. */
function outcomeOf(
  { status, operation, resourceType, outcome }: RequestEvent,
  route: string | undefined,
): Attributes {
  const errorType = outcome ?? (status >= 500 ? String(status) : undefined)
  return {
    'http.response.status_code': status,
    ...(route !== undefined && { 'http.route': route }),
    ...(errorType !== undefined && { 'error.type': errorType }),
    ...(operation !== undefined && { 'scim.operation': operation }),
    ...(resourceType !== undefined && { 'scim.resource_type': resourceType }),
  }
}

/** Tells a span how its request went: nothing that is in a filter, a body or an id that may be personal. */
function finish(span: Span, method: string, event: RequestEvent, route: string | undefined): void {
  const { path, requestId, tenant, status, outcome } = event
  if (route !== undefined) span.updateName(`${method} ${route}`)
  span.setAttributes({
    ...outcomeOf(event, route),
    'url.path': path,
    'scim.request_id': requestId,
    ...(tenant !== undefined && { 'scim.tenant': tenant }),
  })
  // An error of the client's is none of the service's.
  if (status >= 500 || outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/** Where a request belongs: below the span of the host's own instrumentation, or of the client that has sent it. */
function parentOf(request: ScimRequest): { readonly parent: Context; readonly kind: SpanKind } {
  const active = context.active()
  if (trace.getSpan(active)) return { parent: active, kind: SpanKind.INTERNAL }
  return { parent: propagation.extract(active, request, carrier), kind: SpanKind.SERVER }
}

/**
 * Reports a service to OpenTelemetry: a span for each request with a child for each store call, and the metrics
 * `http.server.request.duration` and `http.server.active_requests` of the HTTP semantic conventions. Spans and metrics
 * hold no personal data: no actor, no filter, no body, and an id only where it is a number or a UUID.
 *
 * A request's span is a child of the active one, as that of `@opentelemetry/instrumentation-http`; else of the client's
 * `traceparent`, as far as a propagator is registered. Store calls are its children where a context manager is
 * registered, as the SDK for Node.js does.
 *
 * @throws TypeError for an option that there is not.
 * @example
 * import { instrument } from 'scimkit/otel'
 * const scim = createScim({ authenticate, users, instrumentation: instrument() })
 * @see https://opentelemetry.io/docs/specs/semconv/http/
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  assertKnownOptions('instrument', options, optionNames)
  const { tracerProvider, meterProvider } = options
  const tracer = (tracerProvider ?? trace).getTracer(scope)
  let counted: ReturnType<typeof requestMetrics> | undefined
  return {
    begin(request) {
      // The global meter provider is often registered after the service was made.
      counted ??= requestMetrics((meterProvider ?? metrics).getMeter(scope))
      const { active, duration } = counted
      const attributes = attributesOf(request)
      const method = attributes['http.request.method'] === '_OTHER' ? 'HTTP' : request.method
      const { parent, kind } = parentOf(request)
      const span = tracer.startSpan(method, { kind, attributes }, parent)
      const inside = trace.setSpan(parent, span)
      active.add(1, attributes)
      return {
        run: (work) => context.with(inside, work),
        end(event, route) {
          active.add(-1, attributes)
          duration.record(event.durationMs / 1000, { ...attributes, ...outcomeOf(event, route) }, inside)
          finish(span, method, event, route)
        },
      }
    },
    store: (store, resourceType) => tracedStore(store, resourceType, tracer),
  }
}
