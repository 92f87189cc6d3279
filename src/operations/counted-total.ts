/** How many resources a filter matched, and when they were counted. */
export interface CountedTotal {
  readonly total: number
  /** Milliseconds since 1970. */
  readonly countedAt: number
}

/** Milliseconds for which the pages behind the one that was counted for show the same total. */
const validFor = 3_600_000

/** The total, where it was counted lately: a client may take days for a list. */
export function totalStillValid(counted: CountedTotal | undefined, now: number): number | undefined {
  if (!counted || Math.abs(now - counted.countedAt) > validFor) return undefined
  return counted.total
}
