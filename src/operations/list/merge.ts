/** A sorted list that is read in parts. */
export interface Sorted<T> {
  readonly length: number
  /** The items from a position on, counted from 0; fewer than `count` at the end, or where the store limits it. */
  read(start: number, count: number): Promise<readonly T[]>
  /** The item at a position, read only as far as comparing it needs. */
  peek(position: number): Promise<T | undefined>
}

/** Up to this many items, reading what is skipped is cheaper than leaping over it. */
const maxReadAhead = 100

/** A list and the position up to which it has been read. */
class Reader<T> {
  /** Of the next item. */
  position = 0
  private buffer: readonly T[] = []
  private taken = 0
  private isOver = false

  constructor(private readonly list: Sorted<T>) {}

  get left(): number {
    return this.isOver ? 0 : this.list.length - this.position
  }

  /** The item `distance` ahead, without reading those before it. */
  async peek(distance: number): Promise<T | undefined> {
    const item = await this.list.peek(this.position + distance)
    // The list has become shorter meanwhile.
    if (item === undefined) this.isOver = true
    return item
  }

  /** Loads the next item. `count`: how many will be needed at most. */
  async fill(count: number): Promise<void> {
    if (this.next !== undefined || this.left === 0) return
    this.taken = 0
    this.buffer = await this.list.read(this.position, Math.min(count, this.left))
    if (this.buffer.length === 0) this.isOver = true
  }

  get next(): T | undefined {
    return this.buffer[this.taken]
  }

  advance(): void {
    this.taken += 1
    this.position += 1
  }
}

/**
 * A part of the merged order of sorted lists. Far into it, items are leapt over rather than read, so that the cost
 * grows with the logarithm of their number.
 *
 * @param compare never 0.
 */
export async function mergedPart<T>(
  lists: readonly Sorted<T>[],
  compare: (a: T, b: T) => number,
  skip: number,
  count: number,
): Promise<readonly T[]> {
  const readers = lists.map((list) => new Reader(list))
  let ahead = skip
  while (ahead > maxReadAhead) {
    const leap = await leapIn(readers, compare, ahead)
    if (!leap) return []
    leap.reader.position += leap.distance
    ahead -= leap.distance
  }
  const items: T[] = []
  while (items.length < count) {
    for (const reader of readers) await reader.fill(ahead + count - items.length)
    const first = firstReader(readers, compare)
    if (!first) break
    if (ahead > 0) ahead -= 1
    else if (first.next !== undefined) items.push(first.next)
    first.advance()
  }
  return items
}

/**
 * Divides the items to skip among the lists and finds the list whose share ends first: all of that share comes before
 * the part.
 */
async function leapIn<T>(
  readers: readonly Reader<T>[],
  compare: (a: T, b: T) => number,
  ahead: number,
): Promise<{ readonly reader: Reader<T>; readonly distance: number } | undefined> {
  const active = readers.filter(({ left }) => left > 0)
  const share = Math.floor(ahead / active.length)
  let best: { readonly reader: Reader<T>; readonly distance: number; readonly end: T } | undefined
  for (const reader of active) {
    const distance = Math.min(share, reader.left)
    const end = await reader.peek(distance - 1)
    if (end !== undefined && (!best || compare(end, best.end) < 0)) best = { reader, distance, end }
  }
  return best
}

function firstReader<T>(
  readers: readonly Reader<T>[],
  compare: (a: T, b: T) => number,
): Reader<T> | undefined {
  let first: Reader<T> | undefined
  for (const reader of readers) {
    if (reader.next === undefined) continue
    if (first?.next === undefined || compare(reader.next, first.next) < 0) first = reader
  }
  return first
}
