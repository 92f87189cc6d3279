import { sql } from 'kysely'
import type { TransactionOptions } from '../../../store.js'
import type { Database } from '../../sql/query.js'
import { query } from '../../sql/query.js'

export function inTransaction<T>(
  db: Database,
  work: (db: Database) => Promise<T>,
  { seesCommits = false }: TransactionOptions = {},
): Promise<T> {
  if (db.isTransaction) return work(db)
  const transaction = db.transaction()
  return (seesCommits ? transaction.setIsolationLevel('read committed') : transaction).execute(work)
}

/** Ends with the transaction. */
export async function advisoryLock(transaction: Database, name: string, timeout: number): Promise<void> {
  const [row] = await query(transaction, sql`select current_setting('lock_timeout') as m_timeout`)
  // Zero is no bound at all.
  const isUnbounded = row?.m_timeout === '0'
  const setTimeout = (value: string) =>
    query(transaction, sql`select set_config('lock_timeout', ${value}, true)`)
  if (isUnbounded) await setTimeout(String(timeout))
  await query(transaction, sql`select pg_advisory_xact_lock(${hashOf(name)}::bigint)`)
  if (isUnbounded) await setTimeout('0')
}

/** The 64 bits that stand for a name (FNV-1a), as text: two names with the same only wait for each other. */
function hashOf(name: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(name))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return BigInt.asIntN(64, hash).toString()
}
