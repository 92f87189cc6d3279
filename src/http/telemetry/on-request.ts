import type { OperationContext, Service } from '../../operations/index.js'
import { report } from '../../operations/index.js'
import type { AnsweredRequest, RequestRecorder } from './recorder.js'
import type { RequestEvent } from './request-event.js'

/** Passes requests on to the host's `onRequest` and to the request log. */
export interface Notifier {
  /** Whether {@link tell} must be called for a request. Asked once, before its event is made. */
  hears(context: OperationContext, status: number): boolean
  tell(event: RequestEvent, context: OperationContext): Promise<void>
}

/** Undefined where there is neither. */
export type RequestNotifier = Notifier | undefined

/** Who is told of requests. */
export interface RequestListeners {
  readonly onRequest: ((event: RequestEvent) => unknown) | undefined
  readonly recorder: RequestRecorder | undefined
}

/** Makes the function that tells of requests. An exception in the host's `onRequest` is reported and changes nothing. */
export function requestNotifier(
  service: Service,
  { onRequest, recorder }: RequestListeners,
): RequestNotifier {
  const tell = onRequest && hostNotifier(service, onRequest)
  if (!recorder) return tell && { hears: () => true, tell }
  const isAdmitted = ({ detail }: OperationContext, request: AnsweredRequest) =>
    detail !== undefined && recorder.admits?.(request) !== false
  const record = (event: RequestEvent, { detail }: OperationContext) => {
    if (detail) recorder.record(event, detail)
  }
  return tell
    ? {
        hears: () => true,
        async tell(event, context) {
          if (isAdmitted(context, event)) record(event, context)
          await tell(event)
        },
      }
    : {
        hears: (context, status) =>
          isAdmitted(context, { tenant: context.tenant, operation: context.operation, status }),
        tell: async (event, context) => record(event, context),
      }
}

function hostNotifier(service: Service, onRequest: (event: RequestEvent) => unknown) {
  return async (event: RequestEvent): Promise<void> => {
    try {
      await onRequest(event)
    } catch (error) {
      const { requestId, traceparent, tenant } = event
      report(service, error, { requestId, traceparent, tenant, operation: 'onRequest' })
    }
  }
}
