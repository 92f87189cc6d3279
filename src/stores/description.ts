import type { Filter } from '../filter/index.js'

/**
 * What a DELETE does: `removes` the resource; `hides` it, so that no client sees it, and its row stays; `revives` it at
 * the next POST of its unique value, where it was hidden; `shows` it all the same, as one that is inactive.
 */
export type Deletion = 'removes' | 'hides' | 'revives' | 'shows'

/** What a store says of itself that no request shows, for `scim.conformance()`. */
export interface StoreDescription {
  readonly deletion: Deletion
  /** Whether clients see all that there is, and not certain rows of the host only. */
  readonly showsAll: boolean
  /** Whether the store itself tells which unique values are the same, or indexes of the host do. */
  readonly uniqueness: 'store' | 'host'
  /** Whether the store can evaluate a filter. */
  evaluates(filter: Filter): boolean
}
