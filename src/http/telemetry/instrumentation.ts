import type { CommonAttributes } from '../../schema/index.js'
import type { ResourceStore } from '../../stores/index.js'
import type { ScimRequest } from '../message.js'
import type { RequestEvent } from './request-event.js'

/** Follows what a service does, such as `instrument()` of `scimkit/otel`. Its functions must not throw. */
export interface Instrumentation {
  /** A request has arrived. */
  begin(request: ScimRequest): RequestObserver
  /** A store of the service, whose calls are followed. `resourceType`: such as `User`. */
  store<R extends CommonAttributes>(store: ResourceStore<R>, resourceType: string): ResourceStore<R>
}

/** Follows one request. */
export interface RequestObserver {
  /** Runs the service's work on the request, so that what is done for it can be told from what is done for others. */
  run<T>(work: () => Promise<T>): Promise<T>
  /**
   * The reply has been handed over, or its last part where it is streamed. `route`: such as `/Users/{id}`, below the
   * mount; undefined where the path leads nowhere.
   */
  end(event: RequestEvent, route: string | undefined): void
}
