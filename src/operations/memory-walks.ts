import type { Continuation, PageEnd, WalkKey, Walks } from './walks.js'
import { listText, maxPositions, placesOf, validFor } from './walks.js'

interface Position extends Pick<PageEnd, 'startIndex' | 'place' | 'counted'> {
  readonly id: string
  /** The number of the walk that the page was part of. */
  readonly walk: number
  /** The positions of its walk before it. */
  readonly trail: readonly string[]
  readonly madeAt: number
  isUsed: boolean
}

interface Entry {
  /** The newest last. */
  positions: readonly Position[]
  /** The number of the walk that began last. */
  latest: number
  /** Whether other processes have answered pages of it: what is kept of it then may be of a walk that is over. */
  isSpread: boolean
  size: number
}

/** Positions that are kept of one caller in one list: of several walks at once, and of those that were broken off. */
const maxOfCaller = 64

/** Characters of all positions and keys that one process keeps. */
const maxSize = 4_000_000

/** Characters that an entry is counted as, and a position of it, besides their texts. */
const overhead = { entry: 300, position: 100 }

/** Walks in the memory of this process, which does not know what others have answered. */
export class MemoryWalks implements Walks {
  /** The one that was added to last at the end. */
  private readonly entries = new Map<string, Entry>()
  private size = 0
  private made = 0

  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity = maxSize,
  ) {}

  find(key: WalkKey, startIndex: number): Continuation | undefined {
    const entry = this.entries.get(listText(key))
    if (!entry) return undefined
    const now = this.now()
    entry.positions = entry.positions.filter(({ madeAt }) => Math.abs(now - madeAt) <= validFor)
    const found = entry.positions.filter((position) => position.startIndex === startIndex)
    const [oldest] = found
    const newest = found.at(-1)
    if (!oldest || !newest) {
      entry.isSpread = entry.positions.length > 0
      entry.positions = keptOf(entry.positions, entry.isSpread)
      return undefined
    }
    const unused = found.find(({ isUsed }) => !isUsed)
    const own = unused ?? oldest
    own.isUsed = true
    const places = placesOf(found)
    return {
      places,
      counted: newest.counted,
      // Who asks again may be another walk, whose page before this one another process has answered.
      isInDoubt: places.length > 1 || newest.walk !== entry.latest || !unused,
      trail: places.length > 1 ? [] : [...own.trail, own.id].slice(-maxPositions),
      walk: newest.walk,
    }
  }

  add(key: WalkKey, { startIndex, place, counted, behind }: PageEnd): void {
    const text = listText(key)
    const before = this.entries.get(text)
    this.made += 1
    const trail = behind?.trail ?? []
    const passed = trail.length === maxPositions ? trail[0] : undefined
    const walk = behind && !behind.isInDoubt ? behind.walk : this.made
    const position = { id: String(this.made), startIndex, place, counted, walk, trail, isUsed: false }
    const others = before?.positions.filter(({ id }) => id !== passed) ?? []
    const isSpread = before?.isSpread ?? false
    const positions = keptOf([...others, { ...position, madeAt: this.now() }], isSpread)
    const size = positions.reduce(
      (sum, one) => sum + one.place.length + overhead.position,
      text.length + overhead.entry,
    )
    this.remove(text, before)
    this.entries.set(text, { positions, latest: Math.max(before?.latest ?? 0, walk), isSpread, size })
    this.size += size
    for (const [oldest, entry] of this.entries) {
      if (this.size <= this.capacity) break
      this.remove(oldest, entry)
    }
  }

  private remove(text: string, entry: Entry | undefined): void {
    if (!entry) return
    this.entries.delete(text)
    this.size -= entry.size
  }
}

function keptOf(positions: readonly Position[], isSpread: boolean): readonly Position[] {
  return positions.slice(isSpread ? -maxPositions : -maxOfCaller)
}
