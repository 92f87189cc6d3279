import type { Service } from '../../operations/index.js'
import { report } from '../../operations/index.js'
import type { RequestEvent } from './request-event.js'

/** Calls the host's `onRequest`; undefined where there is none. */
export type RequestNotifier = ((event: RequestEvent) => Promise<void>) | undefined

/** Makes the function that calls the host's `onRequest`. An exception in it is reported and changes nothing. */
export function requestNotifier(
  service: Service,
  onRequest: ((event: RequestEvent) => unknown) | undefined,
): RequestNotifier {
  if (!onRequest) return undefined
  return async (event) => {
    try {
      await onRequest(event)
    } catch (error) {
      const { requestId, traceparent, tenant } = event
      report(service, error, { requestId, traceparent, tenant, operation: 'onRequest' })
    }
  }
}
