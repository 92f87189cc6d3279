import type { StoreContext, TransactionOptions } from '../stores/store.js'
import type { WrittenChange } from './changed-paths.js'

/** What a store is told of some writes, and what their transaction has to be. */
export type WriteDetails = Pick<StoreContext, 'references' | 'leftGroups'> &
  TransactionOptions & {
    /** For the replacement of a resource. */
    readonly change?: WrittenChange
    /** Whether it is several calls of stores, which are one transaction where they can be. */
    readonly writesSeveral?: boolean
  }
