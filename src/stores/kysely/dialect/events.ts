import type { Sql } from '../sql/sql.js'

/** The table of lifecycle events, shared by workers. */
export interface EventDialect {
  /**
   * Leases events that are due, each the first pending one of its resource and none of them leased by a concurrent
   * claim. Begins at a position where one is given. Returns `id`, `attempts` and `payload`, and the event's position as
   * `time` and `seq`.
   */
  claim(table: string, limit: number, lease: EventLease, position: EventPosition | undefined): Sql
  /** The same of a table that an earlier version has made, without the others; undefined where there never was one. */
  claimFormer?(table: string, limit: number, lease: EventLease): Sql
  /** The tables that `SchemaDialect.eventsTable` creates under a name. */
  tables(table: string): readonly string[]
  /** The triggers that it creates on the first of them. */
  triggers(table: string): readonly string[]
}

/** A place in the order in which events are due. */
export interface EventPosition {
  /** An RFC 3339 text in UTC with six digits of the second. */
  readonly time: string
  readonly seq: string
}

export interface EventLease {
  readonly token: string
  readonly milliseconds: number
}
