import type { OperationContext, Service } from '../../operations/index.js'
import { report } from '../../operations/index.js'
import type { RequestRecorder } from './recorder.js'
import type { RequestEvent } from './request-event.js'

/** Tells the host of a request, and whoever records requests; undefined where there is neither. */
export type RequestNotifier = ((event: RequestEvent, context: OperationContext) => Promise<void>) | undefined

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
  if (!recorder) return tell
  return async (event, context) => {
    if (context.detail) recorder.record(event, context.detail)
    await tell?.(event)
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
