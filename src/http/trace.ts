import type { Note, TraceEntry } from '../protocol/index.js'

/** Keeps the trace of one request: each thing once, however often a write was tried. */
export function traceKeeper(): { readonly entries: readonly TraceEntry[]; readonly note: Note } {
  const entries: TraceEntry[] = []
  const note: Note = (rule, path, message) => {
    // A body can be wrong in thousands of places; the first hundred tell why.
    if (entries.length >= 100) return
    if (entries.some((one) => one.rule === rule && one.path === path && one.message === message)) return
    entries.push(path === undefined ? { rule, message } : { rule, path, message })
  }
  return { entries, note }
}
