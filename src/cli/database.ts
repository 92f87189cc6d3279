import type { OwnDatabase } from '../stores/kysely/tables/open.js'
import type { StoreLocation } from './store-location.js'
import type { UsageError } from './usage-error.js'

/** Where data is kept that outlives a process. */
export type DatabaseLocation = Exclude<StoreLocation, { readonly memory: true }>

/** A database that is open, and nothing is known of what is in it. */
export interface OpenDatabase {
  readonly database: OwnDatabase
  /** Where that is, for people to read: without a password. */
  readonly where: string
  /** What a log finds people by, the same as long as the data is there. */
  logSecret(): string
  /** What a person is told when the tables cannot be used. */
  failure(error: unknown): UsageError
  close(): Promise<void>
}
