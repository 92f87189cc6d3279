import { ScimError } from '../../protocol/index.js'
import type { RequestBody, ScimRequest } from '../message.js'

/** A request with a deadline. */
export class TimedRequest implements ScimRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly baseUrl: string
  readonly raw: unknown
  /** Why the request has ended, once its time is up. */
  private lateness: DOMException | undefined
  private isReadingBody = false
  private controller: AbortController | undefined

  /** `deadline`: milliseconds. */
  constructor(
    private readonly request: ScimRequest,
    private readonly deadline: number,
  ) {
    this.method = request.method
    this.path = request.path
    this.query = request.query
    this.baseUrl = request.baseUrl
    this.raw = request.raw
  }

  /** Whether the time is up, and the client has been told so. */
  get isLate(): boolean {
    return this.lateness !== undefined
  }

  /** Aborted when the time is up or the client disconnects. */
  get signal(): AbortSignal {
    if (this.controller) return this.controller.signal
    const controller = new AbortController()
    this.controller = controller
    const client = this.request.signal
    if (this.lateness) controller.abort(this.lateness)
    else if (client?.aborted) controller.abort(client.reason)
    else client?.addEventListener('abort', () => controller.abort(client.reason), { once: true })
    return controller.signal
  }

  header(name: string): string | undefined {
    return this.request.header(name)
  }

  async body(limit: number): Promise<RequestBody> {
    this.isReadingBody = true
    try {
      return await this.request.body(limit, this.signal)
    } finally {
      this.isReadingBody = false
    }
  }

  /**
   * What the work results in, if it does so in time. Work that comes too late is not stopped, only told by `signal`:
   * `onLate` receives its result.
   *
   * @throws ScimError 503 with the time-out as its cause; 408 while the client was still sending its request (RFC 9110
   *   section 15.5.9).
   */
  async inTime<T>(work: Promise<T>, onLate: (result: T) => void = () => {}): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.expire()), this.deadline)
    })
    try {
      return await Promise.race([work, timeout])
    } catch (error) {
      // What fails later has the deadline as its reason, and that has been reported.
      if (this.lateness) work.then(onLate, () => {})
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  private expire(): ScimError {
    const error = this.isReadingBody
      ? new ScimError(408, undefined, 'The request did not arrive in time')
      : undefined
    const lateness = new DOMException(`No answer within ${this.deadline} ms, the deadline`, 'TimeoutError')
    this.lateness = lateness
    this.controller?.abort(lateness)
    return (
      error ?? ScimError.unavailable('The service did not answer in time; try again', { cause: lateness })
    )
  }
}
