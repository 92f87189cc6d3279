import type { OwnDatabase } from '../stores/kysely/tables/open.js'
import type { UsageError } from './usage-error.js'

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
