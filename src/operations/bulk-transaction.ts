import type { LifecycleEvent } from '../events/index.js'

/** A transaction that spans several operations. */
export interface BulkTransaction {
  /** What `Transactions.run` handed out. */
  readonly handle: object
  /** Events to deliver after the commit. */
  readonly events: LifecycleEvent[]
  /** Whether it is one operation: then no write in it is a part that can fail alone. */
  readonly isOneOperation?: boolean
}
