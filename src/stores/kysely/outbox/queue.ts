import { sql } from 'kysely'
import type { LifecycleEvent } from '../../../events/index.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import type { EventPosition } from '../dialect/events.js'
import type { ResultRow } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'

/** An event that a worker has claimed, for as long as its lease lasts. */
export interface ClaimedEvent {
  readonly id: string
  readonly lease: string
  /** How often it has been claimed, this time included. */
  readonly attempts: number
  readonly event: LifecycleEvent
}

/** What a claim has found. */
export interface Claim {
  readonly events: readonly ClaimedEvent[]
  /** Whether it began with what has been due the longest. */
  readonly isFromStart: boolean
}

/** How a {@link Queue} is used. */
export interface QueueOptions {
  readonly table: string
  /** Milliseconds for which an event is claimed. */
  readonly lease: number
  /** Milliseconds between claims that begin with what has been due the longest. */
  readonly restartInterval: number
  /** Hears of tables of an earlier version, once. */
  readonly onOutdated: (error: OutdatedTablesError) => void
}

/** The tables are not there, or as an earlier version made them. */
export class OutdatedTablesError extends Error {
  override readonly name = 'OutdatedTablesError'
}

/**
 * The table of events as workers see it. No transaction is open while an event is handled: a claim moves the time at
 * which the event is due again, and signs it with a token that every further change of the event needs.
 */
export class Queue {
  private readonly name: Sql
  private position: EventPosition | undefined
  private restartAt = 0
  /** Whether the tables are as an earlier version has made them; they may be migrated at any time. */
  private isFormer = false
  private hasTold = false

  constructor(
    private readonly database: ConnectedDatabase,
    private readonly options: QueueOptions,
  ) {
    this.name = sql.table(options.table)
  }

  /**
   * Claims events that are due, each of them the first pending one of its resource. It begins where the last claim
   * ended, since the front of the index holds what was delivered until a vacuum; now and then it begins at the front,
   * for what was locked or committed late. From tables of an earlier version it claims as that version does.
   *
   * @throws OutdatedTablesError where there are no tables.
   */
  async claim(limit: number): Promise<Claim> {
    const isFromStart = this.position === undefined || Date.now() >= this.restartAt
    if (isFromStart) this.restartAt = Date.now() + this.options.restartInterval
    if (isFromStart && this.isFormer) this.isFormer = (await this.missing()).length > 0
    const token = crypto.randomUUID()
    const position = isFromStart ? undefined : this.position
    const rows = await this.run(this.claimStatement(token, limit, position)).catch(async (error) => {
      await this.adapt(error)
      return this.run(this.claimStatement(token, limit, undefined))
    })
    for (const row of rows) this.advance({ time: String(row.time), seq: String(row.seq) })
    return { events: rows.map((row) => readEvent(row, token)), isFromStart: isFromStart || this.isFormer }
  }

  private claimStatement(token: string, limit: number, position: EventPosition | undefined): Sql {
    const { events } = this.database.dialect
    const { table, lease: milliseconds } = this.options
    const lease = { token, milliseconds }
    const former = this.isFormer ? events.claimFormer?.(table, limit, lease) : undefined
    return former ?? events.claim(table, limit, lease, position)
  }

  /** Makes the next claim begin with what has been due the longest. */
  restart(): void {
    this.restartAt = 0
  }

  /** Restarts the lease of an event that is still being handled. */
  async extend(claimed: ClaimedEvent): Promise<void> {
    await this.change(claimed, sql`available_at = ${this.later(this.options.lease)}`)
  }

  /** Removes an event that was delivered. */
  async remove(claimed: ClaimedEvent): Promise<void> {
    await this.run(sql`delete from ${this.name} where ${isStillClaimed(claimed)}`)
  }

  /** Leaves an event for another attempt, after some milliseconds. */
  async reschedule(claimed: ClaimedEvent, error: string, delay: number): Promise<void> {
    await this.change(claimed, sql`available_at = ${this.later(delay)}, lease = null, last_error = ${error}`)
  }

  /** Gives an event back, as if it had not been claimed. */
  async release(claimed: ClaimedEvent): Promise<void> {
    await this.change(claimed, sql`available_at = ${this.later(0)}, lease = null, attempts = attempts - 1`)
  }

  /** Gives an event up. */
  async markDead(claimed: ClaimedEvent, error: string): Promise<void> {
    await this.change(claimed, sql`state = 'dead', lease = null, last_error = ${error}`)
  }

  /** One event at a time: a statement that holds one resource while it waits for another could wait for ever. */
  private async change(claimed: ClaimedEvent, set: Sql): Promise<void> {
    await this.run(sql`update ${this.name} set ${set} where ${isStillClaimed(claimed)}`)
  }

  private later(milliseconds: number): Sql {
    return this.database.dialect.instants.later(milliseconds)
  }

  private advance(position: EventPosition): void {
    const { time, seq } = this.position ?? { time: '', seq: '0' }
    const isLater = position.time === time ? BigInt(position.seq) > BigInt(seq) : position.time > time
    if (isLater) this.position = position
  }

  /** Goes on with tables of an earlier version where an error is about them. */
  private async adapt(cause: unknown): Promise<void> {
    const { table, onOutdated } = this.options
    const missing = await this.missing().catch((): readonly string[] => [])
    if (missing.length === 0) throw cause
    const isMissing = missing.includes(table)
    const error = new OutdatedTablesError(
      `The table ${table} is ${isMissing ? 'missing' : 'of an earlier version'}: eventsTable(db).migrate() or scimTables(db, { outbox: true }).migrate() brings it up to date`,
      { cause },
    )
    if (isMissing || !this.database.dialect.events.claimFormer) throw error
    this.isFormer = true
    if (!this.hasTold) onOutdated(error)
    this.hasTold = true
  }

  /** The tables that are not there. */
  private async missing(): Promise<readonly string[]> {
    const { db, dialect } = this.database
    const names = dialect.events.tables(this.options.table)
    const columns = await query(db, dialect.schema.columnsOf(names))
    return names.filter((name) => !columns.some(({ m_table }) => m_table === name))
  }

  private run(statement: Sql) {
    const { db, dialect } = this.database
    return retryOnSerializationFailure(db, dialect, () => query(db, statement), {
      translate: (error) => error,
    })
  }
}

function readEvent({ id, attempts, payload }: ResultRow, lease: string): ClaimedEvent {
  return {
    id: String(id),
    lease,
    attempts: Number(attempts),
    // The store has recorded it.
    event: JSON.parse(String(payload)) as LifecycleEvent,
  }
}

/** False once the lease has expired and another worker has claimed the event. */
function isStillClaimed({ id, lease }: ClaimedEvent): Sql {
  return sql`id = ${id} and lease = ${lease}`
}
