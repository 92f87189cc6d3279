import type { Service } from '../../operations/index.js'
import { report } from '../../operations/index.js'
import type { RequestEvent } from './request-event.js'

/** Tells the host of a request; undefined where it does not listen. */
export type RequestNotifier = ((event: RequestEvent) => Promise<void>) | undefined

/** Calls the host's listener, whose exceptions are reported and change nothing. */
export function requestNotifier(
  service: Service,
  onRequest: ((event: RequestEvent) => unknown) | undefined,
): RequestNotifier {
  if (!onRequest) return undefined
  return async (event) => {
    try {
      await onRequest(event)
    } catch (error) {
      const { requestId, tenant } = event
      report(service, error, { requestId, tenant, operation: 'onRequest' })
    }
  }
}
