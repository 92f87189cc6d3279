import type { TraceEntry } from '../../protocol/index.js'

/** A body can be wrong in thousands of places; the first hundred tell why. */
const maxEntries = 100

/** The trace of one request: each thing once, however often a write was tried. */
export class Trace {
  readonly entries: TraceEntry[] = []

  add(rule: string, path: string | undefined, message: string): void {
    if (this.entries.length >= maxEntries) return
    if (this.entries.some((one) => one.rule === rule && one.path === path && one.message === message)) return
    this.entries.push(path === undefined ? { rule, message } : { rule, path, message })
  }
}
