/** How many requests a process has recorded, how many of them wait, and how many it had no room for. */
export interface LogCounts {
  readonly recorded: number
  readonly waiting: number
  readonly dropped: number
}
