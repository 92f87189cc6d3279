import { ScimError } from '../../protocol/index.js'

/** Who asks for a turn, and how long for. */
export interface TurnRequest {
  readonly tenant: string | undefined
  /** How many turns there are at a time. */
  readonly max: number
  /** Milliseconds to wait at most. */
  readonly timeout: number
  /** Ends the waiting when it is aborted. */
  readonly signal: AbortSignal | undefined
}

interface Waiting {
  readonly request: TurnRequest
  readonly start: () => void
}

/** Requests of one tenant that wait: each keeps its body in memory. */
const maxWaiting = 100

/** Turns at something that few can do at a time, and of each tenant only one, in the order in which they were asked for. */
export class Turns {
  private running = 0
  private readonly tenants = new Set<string | undefined>()
  private readonly waiting = new Set<Waiting>()

  /**
   * Waits for a turn.
   *
   * @returns the function that ends the turn.
   * @throws ScimError 503 when it does not come in time, or too many wait; also when the signal is aborted.
   */
  async take(request: TurnRequest): Promise<() => void> {
    if (this.isFree(request)) this.begin(request)
    else if (this.waitingOf(request) >= maxWaiting) throw tooMany()
    else await this.wait(request)
    return () => this.end(request)
  }

  private isFree({ tenant, max }: TurnRequest): boolean {
    return this.running < max && !this.tenants.has(tenant)
  }

  private waitingOf({ tenant }: TurnRequest): number {
    let count = 0
    for (const { request } of this.waiting) if (request.tenant === tenant) count += 1
    return count
  }

  private begin({ tenant }: TurnRequest): void {
    this.running += 1
    this.tenants.add(tenant)
  }

  private wait(request: TurnRequest): Promise<void> {
    const { signal, timeout } = request
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        this.waiting.delete(waiting)
      }
      const giveUp = () => {
        settle()
        reject(tooMany())
      }
      const start = () => {
        settle()
        this.begin(request)
        resolve()
      }
      const waiting: Waiting = { request, start }
      const timer = setTimeout(giveUp, timeout)
      this.waiting.add(waiting)
      if (signal?.aborted) giveUp()
      else signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  private end({ tenant }: TurnRequest): void {
    this.running -= 1
    this.tenants.delete(tenant)
    for (const { request, start } of this.waiting) if (this.isFree(request)) start()
  }
}

function tooMany(): ScimError {
  return ScimError.unavailable('Other bulk requests are still being worked on; try again')
}
