import type { CountedTotal } from './counted-total.js'

/** Who walks through which list. Pages of one walk may differ in their size and in the attributes that they show. */
export interface WalkKey {
  readonly tenant: string | undefined
  readonly actor: string | undefined
  readonly resourceType: string
  readonly filter: string | undefined
  readonly sortBy: string | undefined
  readonly sortOrder: string | undefined
}

/** Where a page has ended that was given out by number. */
interface Position {
  /** The `startIndex` of the page behind it. */
  readonly startIndex: number
  /** Of the page's last resource, as the store has encoded it. */
  readonly place: string
  readonly counted: CountedTotal
  /** The number of the walk that the page was part of. */
  readonly walk: number
  readonly madeAt: number
}

/** How a page continues by key. */
export interface Continuation {
  /** Of the last resource before the page; several where pages that end at this number ended at different ones. */
  readonly places: readonly string[]
  readonly counted: CountedTotal
  readonly walk: number
  /** Whether another walk of the same caller has begun since: then this may be a page of that one. */
  readonly isInDoubt: boolean
}

interface Entry {
  /** The newest last. */
  positions: readonly Position[]
  /** The number of the walk that began last. */
  latest: number
  size: number
}

/** Positions that are kept of one caller in one list: enough to repeat a request, or for several clients at once. */
const maxPositions = 4

/** Milliseconds for which a page continues from a position. */
const validFor = 300_000

/** Characters of all positions and keys that one process keeps. */
const maxSize = 4_000_000

/** Characters that an entry is counted as, besides its texts. */
const overhead = 400

/**
 * Remembers where the latest pages by number have ended, so that a client that walks through a list by `startIndex` is
 * served by key: without counting again, and without passing over all that came before. A help and no more: what is
 * not remembered here, such as pages that another process has answered, is read by its number.
 *
 * @see RFC 7644 section 3.4.2.4
 */
export class Walks {
  /** The one that was asked for last at the end. */
  private readonly entries = new Map<string, Entry>()
  private size = 0
  private walks = 0

  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity = maxSize,
  ) {}

  /** The number of the walk that a page begins which is not known to be part of one. */
  begin(): number {
    this.walks += 1
    return this.walks
  }

  /** How the page that begins at a number continues; undefined where it must be read by its number. */
  find(key: WalkKey, startIndex: number): Continuation | undefined {
    const text = textOf(key)
    const entry = this.entries.get(text)
    if (!entry) return undefined
    const now = this.now()
    entry.positions = entry.positions.filter(({ madeAt }) => Math.abs(now - madeAt) <= validFor)
    const found = entry.positions.filter((position) => position.startIndex === startIndex)
    const newest = found.at(-1)
    if (!newest) return undefined
    const places = [...new Set(found.map(({ place }) => place))]
    return {
      places,
      counted: newest.counted,
      walk: newest.walk,
      isInDoubt: places.length > 1 || newest.walk !== entry.latest,
    }
  }

  /** Remembers where a page has ended. */
  add(key: WalkKey, page: Omit<Position, 'madeAt'>): void {
    const text = textOf(key)
    const before = this.entries.get(text)
    const others = before?.positions.filter(
      ({ startIndex, place }) => startIndex !== page.startIndex || place !== page.place,
    )
    const positions = [...(others ?? []), { ...page, madeAt: this.now() }].slice(-maxPositions)
    const size = positions.reduce((sum, { place }) => sum + place.length, text.length + overhead)
    this.remove(text, before)
    this.entries.set(text, { positions, latest: Math.max(before?.latest ?? 0, page.walk), size })
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

function textOf({ tenant, actor, resourceType, filter, sortBy, sortOrder }: WalkKey): string {
  return JSON.stringify([tenant ?? null, actor ?? null, resourceType, filter, sortBy, sortOrder])
}
