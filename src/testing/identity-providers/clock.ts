/** The time of a simulation. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves when this many milliseconds have passed. */
  wait(milliseconds: number): Promise<void>
}

/**
 * A clock that moves only when something waits on it, at once: the five minutes that a client waits after a 429, and the
 * 30 days after which one deletes, cost no time. What would have been waited for is in the result of each method.
 *
 * @param start milliseconds since 1970. Default: now.
 */
export function virtualClock(start: number = Date.now()): Clock {
  let time = start
  return {
    now: () => time,
    async wait(milliseconds) {
      time += Math.max(0, milliseconds)
    },
  }
}
