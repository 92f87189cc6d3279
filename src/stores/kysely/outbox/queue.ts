import { sql } from 'kysely'
import type { LifecycleEvent } from '../../../events/index.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'

/** An event that a worker has claimed, for as long as its lease lasts. */
export interface ClaimedEvent {
  readonly seq: string
  readonly lease: string
  /** How often it has been claimed, this time included. */
  readonly attempts: number
  readonly event: LifecycleEvent
}

/**
 * The table of events as workers see it. No transaction is open while an event is handled: a claim moves the time at
 * which the event is due again, and signs it with a token that every further change of the event needs.
 */
export class Queue {
  private readonly name: Sql

  constructor(
    private readonly database: ConnectedDatabase,
    table: string,
    private readonly leaseMilliseconds: number,
  ) {
    this.name = sql.table(table)
  }

  /** Claims events that are due, each of them the first pending one of its resource. */
  async claim(limit: number): Promise<readonly ClaimedEvent[]> {
    const token = crypto.randomUUID()
    const { events } = this.database.dialect
    const rows = await this.run(
      events.claim(this.name, limit, { token, milliseconds: this.leaseMilliseconds }),
    )
    return rows.map(({ seq, attempts, payload }) => ({
      seq: String(seq),
      lease: token,
      attempts: Number(attempts),
      // The store has recorded it.
      event: JSON.parse(String(payload)) as LifecycleEvent,
    }))
  }

  /** Restarts the lease of the events that are still being handled. */
  async extend(claimed: readonly ClaimedEvent[]): Promise<void> {
    const [first] = claimed
    if (!first) return
    const { instants, values } = this.database.dialect
    const list = values.listParameter(claimed.map(({ seq }) => seq))
    await this.run(
      sql`update ${this.name} set available_at = ${instants.later(this.leaseMilliseconds)} where ${values.isOneOf(sql`seq`, list, 'integer')} and lease = ${first.lease}`,
    )
  }

  /** Removes an event that was delivered. */
  async remove(claimed: ClaimedEvent): Promise<void> {
    await this.run(sql`delete from ${this.name} where ${isStillClaimed(claimed)}`)
  }

  /** Leaves an event for another attempt, after some milliseconds. */
  async reschedule(claimed: ClaimedEvent, error: string, delay: number): Promise<void> {
    const { instants } = this.database.dialect
    await this.run(
      sql`update ${this.name} set available_at = ${instants.later(delay)}, lease = null, last_error = ${error} where ${isStillClaimed(claimed)}`,
    )
  }

  /** Gives an event up. */
  async markDead(claimed: ClaimedEvent, error: string): Promise<void> {
    await this.run(
      sql`update ${this.name} set state = 'dead', lease = null, last_error = ${error} where ${isStillClaimed(claimed)}`,
    )
  }

  private run(statement: Sql) {
    const { db, dialect } = this.database
    return retryOnSerializationFailure(
      db,
      dialect,
      () => query(db, statement),
      (error) => error,
    )
  }
}

/** False once the lease has expired and another worker has claimed the event. */
function isStillClaimed({ seq, lease }: ClaimedEvent): Sql {
  return sql`seq = ${seq} and lease = ${lease}`
}
