import { Violation, type Window } from './history.js'
import type { Existence, Tenant } from './model.js'

/** A write that made a version, and what the resource was from then on. */
export interface Commit<S> {
  readonly by: Window & { readonly name: string }
  readonly state: S
}

/** The number of values from the front for which something holds, where it holds for none behind them. */
function countWhile(values: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(values[middle] ?? 0)) low = middle + 1
    else high = middle
  }
  return low
}

function runningMaximum(values: readonly number[]): number[] {
  let maximum = -Infinity
  return values.map((value) => {
    maximum = Math.max(maximum, value)
    return maximum
  })
}

/**
 * The versions of one resource in their order. Nobody sees when exactly a write took effect: at some time between its
 * request and its reply, and not before the one whose version precedes it. The bounds on that time say which versions
 * a reader may have seen, and which it must have.
 */
export class Timeline<S> {
  /** When each version can have come at the earliest, and at the latest; the last is the deletion. */
  private readonly earliest: readonly number[]
  private readonly latest: readonly number[]

  constructor(
    readonly id: string,
    readonly tenant: Tenant,
    readonly commits: readonly Commit<S>[],
    readonly deletion: Window | undefined,
  ) {
    const windows: Window[] = commits.map(({ by }) => by)
    windows.push(deletion ?? { start: Infinity, end: Infinity })
    this.earliest = runningMaximum(windows.map(({ start }) => start))
    this.latest = runningMaximum(windows.map(({ end }) => -end).reverse())
      .reverse()
      .map((time) => -time)
    const wrong = windows.findIndex((_, index) => this.from(index) > this.until(index))
    if (wrong !== -1) {
      throw new Violation('fork', `${id}: version ${wrong + 1} is older than a write that was over before`)
    }
  }

  private from(index: number): number {
    return this.earliest[index] ?? Infinity
  }

  private until(index: number): number {
    return this.latest[index] ?? Infinity
  }

  get last(): number {
    return this.commits.length
  }

  stateAt(version: number): S | undefined {
    return this.commits[version - 1]?.state
  }

  exists({ start, end }: Window): Existence {
    if (this.from(0) > end || this.until(this.last) < start) return 'no'
    return this.until(0) < start && this.from(this.last) > end ? 'yes' : 'maybe'
  }

  /** The first and the last version that may have been there meanwhile; the first is above the last where none was. */
  versions({ start, end }: Window): readonly [number, number] {
    const over = countWhile(this.latest, (time) => time < start)
    const begun = countWhile(this.earliest, (time) => time <= end)
    return [Math.max(over, 1), Math.min(begun, this.last)]
  }

  mayBeAt(version: number, window: Window): boolean {
    const [first, last] = this.versions(window)
    return first <= version && version <= last
  }

  /** Whether there was, perhaps, a time at which the resource was so. */
  may(window: Window, holds: (state: S) => boolean): boolean {
    const [first, last] = this.versions(window)
    if (this.exists(window) === 'no') return false
    return this.commits.slice(first - 1, last).some(({ state }) => holds(state))
  }

  /** Whether the resource was so all the time. */
  must(window: Window, holds: (state: S) => boolean): boolean {
    const [first, last] = this.versions(window)
    if (this.exists(window) !== 'yes') return false
    return this.commits.slice(first - 1, last).every(({ state }) => holds(state))
  }

  /** The times in which the resource certainly was so. */
  *times(holds: (state: S) => boolean): Generator<Window> {
    let start: number | undefined
    for (const [index, { state }] of this.commits.entries()) {
      if (holds(state)) start ??= this.until(index)
      else if (start !== undefined) {
        if (start < this.from(index)) yield { start, end: this.from(index) }
        start = undefined
      }
    }
    if (start !== undefined && start < this.from(this.last)) yield { start, end: this.from(this.last) }
  }
}
