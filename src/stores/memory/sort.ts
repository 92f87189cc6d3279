import type { LongWork, Steps } from '../../protocol/index.js'

/** Items that are sorted at once. */
const runLength = 2048

/** Sorts items in turns, in place where they are few: runs of them first, which are merged two by two. */
export function* sortInTurns<T>(
  items: T[],
  compare: (a: T, b: T) => number,
  steps: Steps,
): LongWork<readonly T[]> {
  if (items.length <= runLength) return items.sort(compare)
  let from: T[] = []
  for (let start = 0; start < items.length; start += runLength) {
    const run = items.slice(start, start + runLength).sort(compare)
    for (const item of run) from.push(item)
    // A run of n takes n log n comparisons.
    if (steps.take(runLength * Math.log2(runLength))) yield
  }
  let to = from.slice()
  for (let width = runLength; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length)
      const end = Math.min(middle + width, from.length)
      let [left, right] = [start, middle]
      for (let at = start; at < end; at++) {
        // Both places are inside of the list wherever they are read.
        const isLeft = left < middle && (right === end || compare(from[left] as T, from[right] as T) <= 0)
        to[at] = from[isLeft ? left++ : right++] as T
        if (steps.take(1)) yield
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}
