import type { LifecycleEvent } from '../../../events/index.js'
import { attempt, settleTime } from './attempt.js'
import type { Claim, ClaimedEvent, Queue } from './queue.js'
import type { Timing } from './timing.js'
import { delayAfter, sleep } from './timing.js'

const maxRetryDelay = 3_600_000
const maxOutageDelay = 60_000

/** What a worker works with. */
export interface WorkerOptions {
  readonly queue: Queue
  readonly timing: Timing
  readonly handle: (event: LifecycleEvent, signal: AbortSignal) => unknown
  /** Must not throw. */
  readonly report: (error: unknown, event?: LifecycleEvent) => void
  /** Stops the worker. Left out: it ends when nothing is due. */
  readonly signal: AbortSignal | undefined
}

/** Keeps several events in hand: a slow one does not hold up those that are claimed after it. */
export class Worker {
  private readonly inHand = new Set<Promise<void>>()
  private readonly interrupts = new Set<() => void>()
  private outages = 0
  private failure: { readonly error: unknown } | undefined
  /** Whether an event has left the hand since the last claim. */
  private hasChanged = false
  private wake = () => {}

  constructor(private readonly options: WorkerOptions) {}

  async run(): Promise<void> {
    const { signal, report, timing } = this.options
    let claiming: Promise<unknown> = Promise.resolve()
    while (!signal?.aborted && !(this.failure && !signal)) {
      try {
        if (this.failure) throw this.failure.error
        this.hasChanged = false
        const claim = this.claim()
        claiming = claim.catch(() => {})
        const found = await orAborted(claim, signal)
        if (!found || signal?.aborted) break
        if (!(await this.waitForMore(found))) break
      } catch (error) {
        if (!signal) {
          this.failure ??= { error }
          break
        }
        this.failure = undefined
        report(error)
        await sleep(delayAfter(++this.outages, timing.retryDelay, maxOutageDelay), signal)
      }
    }
    if (signal?.aborted) return this.finish(claiming)
    await Promise.all(this.inHand)
    if (this.failure) throw this.failure.error
  }

  /** Fills the hand. */
  private async claim(): Promise<Claim> {
    const { queue, timing, signal } = this.options
    const free = timing.concurrency - this.inHand.size
    if (free <= 0) return { events: [], isFromStart: false }
    const claim = await queue.claim(free)
    this.outages = 0
    for (const claimed of claim.events) {
      this.track(signal?.aborted ? queue.release(claimed) : this.deliver(claimed))
    }
    return claim
  }

  /** Waits until there may be something to claim again; false where nothing is left. */
  private async waitForMore({ events, isFromStart }: Claim): Promise<boolean> {
    const { queue, signal, timing } = this.options
    const isFull = this.inHand.size >= timing.concurrency
    if (this.hasChanged && !isFull) return true
    if (!signal && this.inHand.size === 0) {
      if (events.length === 0 && isFromStart) return false
      queue.restart()
      return true
    }
    await this.change(isFull || !signal ? undefined : timing.pollInterval)
    return true
  }

  /** Waits for an event to leave the hand, for some milliseconds at most. */
  private async change(milliseconds: number | undefined): Promise<void> {
    if (this.hasChanged) return
    const { signal } = this.options
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        this.wake = () => {}
        resolve()
      }
      const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds)
      this.wake = done
      signal?.addEventListener('abort', done)
      if (signal?.aborted) done()
    })
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => {
        this.failure ??= { error }
      })
      .then(() => {
        this.inHand.delete(tracked)
        this.hasChanged = true
        this.wake()
      })
    this.inHand.add(tracked)
  }

  /** Handles an event, and extends its lease for as long as that takes. */
  private async deliver(claimed: ClaimedEvent): Promise<void> {
    const { queue, timing, handle, report } = this.options
    const { event, attempts } = claimed
    // Workers that died while handling it have used up attempts too.
    if (attempts > timing.maxAttempts) {
      report(new Error('Every attempt ended before its handler did'), event)
      return queue.markDead(claimed, 'LeaseExpired')
    }
    const extension = setInterval(() => queue.extend(claimed).catch(report), timing.lease / 3)
    const limits = { timeout: timing.timeout, interrupts: this.interrupts }
    const outcome = await attempt((signal) => handle(event, signal), limits)
    clearInterval(extension)
    if (outcome.kind === 'delivered') return queue.remove(claimed)
    if (outcome.kind === 'interrupted') return queue.release(claimed)
    report(outcome.error, event)
    const name = nameOf(outcome.error)
    if (attempts >= timing.maxAttempts) return queue.markDead(claimed, name)
    return queue.reschedule(claimed, name, delayAfter(attempts, timing.retryDelay, maxRetryDelay))
  }

  /** Lets handlers end, for as long as the grace period lasts, and gives back what is not done then. */
  private async finish(claiming: Promise<unknown>): Promise<void> {
    const { gracePeriod } = this.options.timing
    const isOver = new AbortController()
    const ended = claiming.then(() => Promise.all(this.inHand)).then(() => isOver.abort())
    await sleep(gracePeriod, isOver.signal)
    for (const interrupt of this.interrupts) interrupt()
    // The database may be away too: nothing is waited for without a bound.
    await sleep(2 * settleTime, isOver.signal)
    if (isOver.signal.aborted) await ended
    if (this.failure) this.options.report(this.failure.error)
  }
}

/** What a promise gives, or undefined once the signal is aborted. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal) return promise
  let onAbort = () => {}
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

/** The name of an error and not its message, which may contain personal data. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as Error & { readonly code?: unknown }
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? `${error.name} ${code}` : error.name
}
