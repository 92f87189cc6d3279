import { HostFault } from '../protocol/index.js'

/** Milliseconds that a request waits for an answer at most. */
const maxWait = 500
/** Milliseconds in which what has failed is not asked. */
const pause = 1000

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function'
}

/** What a promise results in. @throws HostFault when that takes too long. */
async function inTime<T>(name: string, given: PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new HostFault(`${name} took more than ${maxWait} ms`)), maxWait)
  })
  try {
    return await Promise.race([given, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** A call to what the host has given, which requests can do without. */
export interface GuardedCall<T> {
  /** What is asked, as the host calls it. */
  readonly name: string
  ask(): T | PromiseLike<T>
  /** The answer. @throws HostFault for what is none. */
  read(answer: T): T
  /** Called for each failure; `isFirst` of several in a row. What it throws is thrown. */
  onFailure(error: unknown, isFirst: boolean): void
}

/** Asks what may be away: answers that fail or take too long are none, and then it is not asked for a second. */
export class CircuitBreaker {
  private isDown = false
  /** When it is asked again. */
  private nextTry = 0
  private lastFailure: number | undefined

  /** Milliseconds since it has failed; Infinity where it never has. */
  get sinceFailure(): number {
    return this.lastFailure === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.lastFailure
  }

  /** The answer; undefined where there is none. */
  async ask<T>({ name, ask, read, onFailure }: GuardedCall<T>): Promise<T | undefined> {
    if (this.isDown) {
      const now = performance.now()
      if (now < this.nextTry) return undefined
      // While this request asks, others do not wait.
      this.nextTry = now + maxWait + pause
    }
    try {
      const given = ask()
      const answer = read(isPromise(given) ? await inTime(name, given) : given)
      this.isDown = false
      return answer
    } catch (error) {
      onFailure(error, !this.isDown)
      this.lastFailure = performance.now()
      this.nextTry = this.lastFailure + pause
      this.isDown = true
      return undefined
    }
  }
}
