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
export interface PageEnd {
  /** The `startIndex` of the page behind it. */
  readonly startIndex: number
  /** Of the page's last resource, as the store has encoded it. */
  readonly place: string
  readonly counted: CountedTotal
  /** What the page has continued from; undefined for one that was read by its number. */
  readonly behind: Continuation | undefined
}

/** How a page continues by key. */
export interface Continuation {
  /** Of the last resource before the page; several where pages that end at this number ended at different ones. */
  readonly places: readonly string[]
  readonly counted: CountedTotal
  /** Whether this may be a page of a walk whose pages are not known here. */
  readonly isInDoubt: boolean
  /** The positions of its walk up to there, the newest last: {@link maxPositions} at most. None where it may be of several. */
  readonly trail: readonly string[]
  /** The number of its walk in this process. */
  readonly walk: number
}

/**
 * Remembers where the latest pages by number have ended, so that a client that walks through a list by `startIndex` is
 * served by key: without counting again, and without passing over all that came before. A help and no more: what is not
 * remembered is read by its number.
 *
 * @see RFC 7644 section 3.4.2.4
 */
export interface Walks {
  /** How the page that begins at a number continues; undefined where it must be read by its number. */
  find(key: WalkKey, startIndex: number): Continuation | undefined | Promise<Continuation | undefined>
  /** Remembers where a page has ended. */
  add(key: WalkKey, page: PageEnd): void | Promise<void>
}

/** Positions that are kept of one walk: enough to repeat a request. */
export const maxPositions = 4

/** Milliseconds for which a page continues from a position. */
export const validFor = 300_000

/** A list of a caller as text. */
export function listText({ tenant, actor, resourceType, filter, sortBy, sortOrder }: WalkKey): string {
  return JSON.stringify([tenant ?? null, actor ?? null, resourceType, filter, sortBy, sortOrder])
}

/** Each place once. */
export function placesOf(positions: readonly { readonly place: string }[]): readonly string[] {
  return [...new Set(positions.map(({ place }) => place))]
}
