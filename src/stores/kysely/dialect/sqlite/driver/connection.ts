import { backoff, nextTurn } from '../../../../../protocol/index.js'
import { bind } from './bind.js'
import type { DriverStatement, SqliteDatabase } from './database.js'

/** What a statement gives. */
export interface StatementResult {
  readonly rows: unknown[]
  readonly changes: bigint | undefined
  readonly insertedId: bigint | undefined
}

/** How many statements a connection keeps prepared. */
const maxPrepared = 500

/** How long a statement is tried again while another process has the lock, in milliseconds, and how soon. */
export const lockTimeout = 10_000
const wait = { first: 2, max: 40 }

/** Milliseconds of statements after which everything else in this process has its turn. */
const turnLength = 10

/** One connection: its statements run at once, and are tried again, without blocking, while another one is in the way. */
export class SqliteConnection {
  private readonly prepared = new Map<string, PreparedStatement>()
  /** Milliseconds that statements have taken in this turn. */
  private taken = 0
  private turn: Promise<void> | undefined

  constructor(readonly database: SqliteDatabase) {
    // A driver that waits for a lock stops everything else in this process.
    database.exec('pragma busy_timeout = 0')
  }

  async run(text: string, parameters: readonly unknown[] = []): Promise<StatementResult> {
    const values = parameters.map(bind)
    // Drivers work at once: slow statements of several requests would keep all input waiting, and each other's replies.
    while (this.taken > turnLength) await this.endTurn()
    let end: number | undefined
    for (let attempt = 1; ; attempt++) {
      try {
        return this.runOnce(text, values)
      } catch (error) {
        if (!isBusy(error)) throw error
        end ??= Date.now() + lockTimeout
        if (Date.now() >= end) throw error
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt, wait)))
      }
    }
  }

  /** @throws what the driver does, also while another connection is in the way. */
  read(text: string, parameters: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] {
    const { rows } = this.runOnce(text, parameters.map(bind))
    return rows as readonly Readonly<Record<string, unknown>>[]
  }

  close(): void {
    this.prepared.clear()
    this.database.close()
  }

  private endTurn(): Promise<void> {
    this.turn ??= nextTurn().then(() => {
      this.taken = 0
      this.turn = undefined
    })
    return this.turn
  }

  private runOnce(text: string, values: readonly unknown[]): StatementResult {
    const begun = performance.now()
    try {
      return this.execute(text, values)
    } finally {
      this.taken += performance.now() - begun
    }
  }

  private execute(text: string, values: readonly unknown[]): StatementResult {
    const { statement, returnsRows } = this.prepare(text)
    // By one array, since a driver takes a single null for no parameters.
    const given = statement.setReadBigInts ? values : [values]
    if (!returnsRows) return resultOf(statement.run(...given))
    const rows = statement.all(...given)
    for (const row of rows) withoutBigInts(row as Record<string, unknown>)
    return { rows, changes: undefined, insertedId: undefined }
  }

  private prepare(text: string): PreparedStatement {
    const known = this.prepared.get(text)
    if (known) return known
    const statement: DriverStatement = this.database.prepare(text)
    const returnsRows = statement.reader !== false
    if (statement.setReadBigInts) statement.setReadBigInts(true)
    else if (returnsRows) statement.safeIntegers?.(true)
    if (this.prepared.size >= maxPrepared) {
      const [oldest] = this.prepared.keys()
      if (oldest !== undefined) this.prepared.delete(oldest)
    }
    const prepared = { statement, returnsRows }
    this.prepared.set(text, prepared)
    return prepared
  }
}

/** A statement, with what libsql looks for anew each time that it is asked. */
interface PreparedStatement {
  readonly statement: DriverStatement
  readonly returnsRows: boolean
}

function resultOf(result: unknown): StatementResult {
  const { changes, lastInsertRowid } = (result ?? {}) as Readonly<Record<string, number | bigint | undefined>>
  return {
    rows: [],
    changes: changes === undefined ? undefined : BigInt(changes),
    insertedId: lastInsertRowid === undefined ? undefined : BigInt(lastInsertRowid),
  }
}

/** Integers as numbers again; those that a number cannot hold as text, as drivers of PostgreSQL have them. */
function withoutBigInts(row: Record<string, unknown>): void {
  for (const name in row) {
    const value = row[name]
    if (typeof value !== 'bigint') continue
    const number = Number(value)
    row[name] = Number.isSafeInteger(number) ? number : String(value)
  }
}

/** Whether another connection holds the lock; waiting helps, but not a transaction whose snapshot is too old. */
export function isBusy(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown }
  if (typeof errcode === 'number') return (errcode & 0xff) === 5 && errcode !== snapshotTooOld
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY' || code === 'SQLITE_BUSY_TIMEOUT'
}

/** SQLITE_BUSY_SNAPSHOT */
export const snapshotTooOld = 517
