import { ScimError } from './errors.js'

/**
 * Long work in this process, as a generator: it yields where other requests may have their turn, and returns its
 * result.
 */
export type LongWork<T> = Generator<void, T, void>

/** Steps in one turn: a step is a comparison or so, and a turn some milliseconds. */
export const stepsPerTurn = 100_000

/** Counts the steps of long work, so that its turns are bounded by what is done and not by a clock. */
export class Steps {
  private left = stepsPerTurn

  /** Takes some steps more. Returns whether that ends the turn: the work should yield then. */
  take(count: number): boolean {
    this.left -= count
    if (this.left > 0) return false
    this.left = stepsPerTurn
    return true
  }
}

/** Milliseconds of a turn that is measured by a clock. */
const turnLength = 10

/** Steps that are taken between two looks at the clock, which costs as much as a small step does. */
const stepsPerLook = 4

/** Milliseconds between two looks from which on the clock is looked at after each step: turns end in time. */
const longSteps = 1

/** Ends turns of work whose steps are of any length, such as what stores and projections do. */
export class TurnClock {
  /** Work of one step needs no clock. */
  private stepsLeft = 2
  private began: number | undefined
  private looked = 0

  /** Whether the turn is over. Called after each step. */
  isOver(): boolean {
    this.stepsLeft--
    if (this.stepsLeft > 0) return false
    const now = performance.now()
    this.stepsLeft = this.began === undefined || now - this.looked >= longSteps ? 1 : stepsPerLook
    this.looked = now
    this.began ??= now
    return now - this.began > turnLength
  }

  /** The next turn begins. */
  restart(): void {
    this.began = performance.now()
    this.looked = this.began
  }
}

/** Taken when the module is loaded: a test that sets the clock must not hold long work up. */
const { setImmediate: immediately, setTimeout: later } = globalThis as {
  // Workers lack it.
  readonly setImmediate?: (callback: () => void) => unknown
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown
}

/** Lets everything else that waits have its turn: promises alone would not, since they go before input and timers. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (immediately) immediately(resolve)
    else later(resolve, 0)
  })
}

/**
 * Does long work. What is done within one turn is done at once, and its result returned as it is; the rest is done in
 * turns, between those of other requests.
 *
 * @param signalOf called when the work takes more than one turn; once its signal is aborted, no turn begins.
 * @throws ScimError 503 when the signal is aborted.
 */
export function doInTurns<T>(work: LongWork<T>, signalOf: () => AbortSignal | undefined): T | Promise<T> {
  const first = work.next()
  return first.done ? first.value : continueInTurns(work, signalOf())
}

async function continueInTurns<T>(work: LongWork<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    await nextTurn()
    if (signal?.aborted) throw ScimError.unavailable('The request was given up before it was answered')
    const step = work.next()
    if (step.done) return step.value
  }
}
