import type { TraceEntry } from '../protocol/index.js'

/** A body can be wrong in thousands of places; the first hundred tell why. */
const maxTraceEntries = 100

/** The trace of one request: each entry once, however often a write was retried. */
export class Trace {
  readonly entries: TraceEntry[] = []

  add(rule: string, path: string | undefined, message: string): void {
    if (this.entries.length >= maxTraceEntries) return
    if (this.entries.some((entry) => entry.rule === rule && entry.path === path && entry.message === message))
      return
    this.entries.push(path === undefined ? { rule, message } : { rule, path, message })
  }
}
