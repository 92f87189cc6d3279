/** What came of an attempt to handle an event. */
export type AttemptResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The worker has stopped before the handler has ended. */
  | { readonly kind: 'interrupted' }

/** How long an attempt may take. */
export interface AttemptLimits {
  /** Milliseconds after which a handler has failed. */
  readonly timeout: number
  /** What a worker calls when it waits no longer: a set, since a signal warns of more than ten listeners. */
  readonly interrupts: Set<() => void>
}

/** Milliseconds that a handler has to end once its signal is aborted; one that does not is left behind. */
export const settleTime = 1000

/**
 * Calls a handler with a signal that is aborted when its time is up, or the worker stops. Whatever it returns after
 * that, the event was not delivered.
 */
export function attempt(
  handle: (signal: AbortSignal) => unknown,
  { timeout, interrupts }: AttemptLimits,
): Promise<AttemptResult> {
  const controller = new AbortController()
  return new Promise((resolve) => {
    let aborted: AttemptResult | undefined
    const end = (outcome: AttemptResult) => {
      clearTimeout(timer)
      interrupts.delete(interrupt)
      resolve(aborted ?? outcome)
    }
    const abort = (outcome: AttemptResult, reason: DOMException) => {
      if (aborted) return
      aborted = outcome
      clearTimeout(timer)
      timer = setTimeout(end, Math.min(timeout, settleTime), outcome)
      controller.abort(reason)
    }
    const expire = () => {
      const error = new DOMException(`The handler took longer than ${timeout} ms`, 'TimeoutError')
      abort({ kind: 'failed', error }, error)
    }
    const interrupt = () => abort({ kind: 'interrupted' }, new DOMException('The worker stops', 'AbortError'))
    let timer = setTimeout(expire, timeout)
    interrupts.add(interrupt)
    call(handle, controller.signal).then(end)
  })
}

async function call(handle: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<AttemptResult> {
  try {
    await handle(signal)
    return { kind: 'delivered' }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
