import { sql } from 'kysely'
import type { LifecycleEvent } from '../../../events/index.js'
import type { Database } from '../database/execute.js'
import { query, untilFree } from '../database/execute.js'
import type { Sql } from '../sql/sql.js'

/** An event that a worker has taken on, for as long as its lease lasts. */
export interface Claimed {
  readonly seq: string
  readonly lease: string
  /** How often it has been taken on, this time included. */
  readonly attempts: number
  readonly event: LifecycleEvent
}

/**
 * The table of events as workers see it. No transaction is open while an event is handled: who takes one on moves the
 * time at which it is due again, and signs with a token, without which nothing more can be done to it.
 */
export class Queue {
  private readonly name: Sql

  constructor(
    private readonly db: Database,
    table: string,
    private readonly lease: number,
  ) {
    this.name = sql.table(table)
  }

  /** Takes on events that are due, of which each is the first that waits of its resource. */
  async claim(count: number): Promise<readonly Claimed[]> {
    const lease = crypto.randomUUID()
    const rows = await this.run(
      sql`with due as materialized (select seq from ${this.name} as e where state = 'pending' and available_at <= now() and not exists (select from ${this.name} as f where f.state = 'pending' and f.tenant = e.tenant and f.resource_type = e.resource_type and f.resource_id = e.resource_id and f.seq < e.seq) order by available_at, seq limit ${count} for update skip locked) update ${this.name} as e set available_at = ${after(this.lease)}, lease = ${lease}, attempts = attempts + 1 from due where e.seq = due.seq returning e.seq::text as seq, e.attempts, e.payload::text as payload`,
    )
    return rows.map(({ seq, attempts, payload }) => ({
      seq: String(seq),
      lease,
      attempts: Number(attempts),
      // The row holds what the store has recorded.
      event: JSON.parse(String(payload)) as LifecycleEvent,
    }))
  }

  /** Begins the lease anew, of those that are still in hand. */
  async extend(claimed: readonly Claimed[]): Promise<void> {
    const [first] = claimed
    if (!first) return
    const all = claimed.map(({ seq }) => seq)
    await this.run(
      sql`update ${this.name} set available_at = ${after(this.lease)} where seq = any(${all}::bigint[]) and lease = ${first.lease}`,
    )
  }

  /** It was delivered. */
  async remove(one: Claimed): Promise<void> {
    await this.run(sql`delete from ${this.name} where ${own(one)}`)
  }

  /** It is to be tried again later. */
  async putBack(one: Claimed, error: string, wait: number): Promise<void> {
    await this.run(
      sql`update ${this.name} set available_at = ${after(wait)}, lease = null, last_error = ${error} where ${own(one)}`,
    )
  }

  /** It is not to be tried again. */
  async bury(one: Claimed, error: string): Promise<void> {
    await this.run(
      sql`update ${this.name} set state = 'dead', lease = null, last_error = ${error} where ${own(one)}`,
    )
  }

  private run(statement: Sql) {
    return untilFree(
      this.db,
      () => query(this.db, statement),
      (error) => error,
    )
  }
}

/** Another worker's once the lease has run out and it was taken on again. */
function own({ seq, lease }: Claimed): Sql {
  return sql`seq = ${seq} and lease = ${lease}`
}

function after(milliseconds: number): Sql {
  return sql`now() + ${milliseconds} * interval '1 millisecond'`
}
