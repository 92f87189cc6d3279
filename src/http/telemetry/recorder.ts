import type { RequestDetail } from '../../operations/index.js'
import type { RequestEvent } from './request-event.js'

/** What is known of a request before it is described. */
export type AnsweredRequest = Pick<RequestEvent, 'tenant' | 'operation' | 'status'>

/**
 * Keeps a record of requests, such as `createRequestLog()` of `scimkit/portal`. Its functions must neither throw nor
 * wait: requests are answered only after them.
 */
export interface RequestRecorder {
  /** A service has been made that will tell it of requests. `report`: takes what keeps it from recording, for `onError`. */
  attach?(service: { report(error: unknown): void }): void
  /**
   * Whether `record` must be called for an answered request, or for an operation of a bulk request. Asked once for each.
   * For one that is refused no event is made; the recorder must count it itself. Default: every one is recorded.
   */
  admits?(request: AnsweredRequest): boolean
  /**
   * A request has been answered, or an operation of a bulk request done. `detail`: what it was about, personal data among
   * it, which the recorder must mask.
   */
  record(event: RequestEvent, detail: RequestDetail): void
}
