import type { LifecycleEvent } from '../events/index.js'

/** A transaction that spans several operations. */
export interface BulkTransaction {
  /** What `Transactions.run` handed out. */
  readonly handle: object
  /** Events to deliver after the commit. */
  readonly events: LifecycleEvent[]
  /** What follows from the writes, once they are committed; never rejects. */
  readonly afterCommit: (() => Promise<void>)[]
  /** Whether it is one operation: then no write in it is a part that can fail alone. */
  readonly isOneOperation?: boolean
}
