import type { Filter } from '../filter/index.js'
import type { CompiledAttribute, Projection } from '../schema/index.js'

/** One key to sort by. */
export interface Sort {
  readonly attribute: CompiledAttribute
  readonly order: 'ascending' | 'descending'
}

/** What a list request requires of a store. */
export interface ListQuery {
  /** Which resources; undefined for all of the tenant's. */
  readonly filter: Filter | undefined
  /** Only for stores with `sorts: true`. Resources with equal keys are ordered by `id`. */
  readonly sort: Sort | undefined
  /** The number of the page's first resource, counted from 1. With a `cursor`: 1. */
  readonly startIndex: number
  /** Where the page begins, for stores with `cursors: true`; undefined for a page by number. */
  readonly cursor?: ListCursor | undefined
  /**
   * The size of the page at most. 0: only the total is needed. The service asks again for the rest of a page that is
   * shorter, since clients count on whole pages.
   */
  readonly count: number
  /**
   * How many resources the filter matches, where the service has been told with an earlier page. It shows this number:
   * the store need not count, and gives it back as `totalResults`.
   */
  readonly knownTotal?: number | undefined
  /** The attributes that will be read of each resource. */
  readonly projection: Projection
}

/**
 * Where a page begins in cursor mode: at the first resource, or right after or before a place. A place is a text in
 * which the store has encoded a resource's position in the order, so that it stays valid when the resource is deleted.
 */
export type ListCursor =
  | { readonly from: 'start' }
  | { readonly from: 'after' | 'before'; readonly place: string }

/** A page, and how many resources the filter matches in all. Anything else is a 500 that tells the host what is wrong. */
export interface ListResult<R> {
  /** At most `count` of them. */
  readonly resources: readonly R[]
  /** Not the length of the page: a whole number. One that the page shows to be too small is corrected. */
  readonly totalResults: number
  /**
   * The place of the page's last resource, where more follow. Always in cursor mode. Stores with `cursors: true` may
   * give it with a page by number too: then the service asks for the page behind it with a `cursor`, which costs the
   * same however far on that is.
   */
  readonly next?: string | undefined
  /** In cursor mode: the place of the page's first resource, where others come before. */
  readonly previous?: string | undefined
}
