import { type Kysely, sql } from 'kysely'
import { deliverEvents } from '../../../../src/stores/kysely/index.js'

/** What the database has read of the outbox for some work. */
export interface Work {
  /** Pages of tables and indexes, with those that triggers read. */
  readonly pages: number
  /** Rows that were read by going through a whole table. */
  readonly scanned: number
  readonly delivered: readonly string[]
}

/** Delivers so many events in a transaction that is undone, and counts the work. */
export async function workOf(db: Kysely<unknown>, count: number, concurrency = 1): Promise<Work> {
  let work: Work | undefined
  const undo = new Error('undone')
  await db.connection().execute(async (connection) => {
    // What was counted before counts no more.
    await sql`select pg_stat_force_next_flush()`.execute(connection)
    await connection
      .transaction()
      .execute(async (transaction) => {
        const delivered = await deliver(transaction, count, concurrency)
        const { rows } = await sql<{ pages: string; scanned: string }>`
          select sum(pg_stat_get_xact_blocks_fetched(oid)) as pages,
            sum(pg_stat_get_xact_tuples_returned(oid)) filter (where relkind = 'r') as scanned
          from pg_class where relname like 'scim\_events%' and relkind in ('r', 'i')`.execute(transaction)
        work = { pages: Number(rows[0]?.pages), scanned: Number(rows[0]?.scanned), delivered }
        throw undo
      })
      .catch((error) => {
        if (error !== undo) throw error
      })
  })
  if (!work) throw new Error('nothing was measured')
  return work
}

async function deliver(db: Kysely<unknown>, count: number, concurrency: number): Promise<readonly string[]> {
  const stop = new AbortController()
  const delivered: string[] = []
  const handler = ({ resourceId }: { readonly resourceId: string }) => {
    delivered.push(resourceId)
    if (delivered.length === count) stop.abort()
  }
  await deliverEvents(db, handler, { signal: stop.signal, concurrency })
  return delivered
}

/** Puts events of many resources, or of one, into the outbox; `due` is when, as SQL over the number `n` from 1. */
export async function enqueue(
  db: Kysely<unknown>,
  count: number,
  resource: string,
  due = 'now()',
): Promise<void> {
  await sql
    .raw(
      `insert into scim_events (id, tenant, resource_type, resource_id, name, payload, available_at)
      select gen_random_uuid(), 'acme', 'User', resource, 'user.updated',
        jsonb_build_object('name', 'user.updated', 'resourceId', resource, 'n', n), ${due}
      from (select n, ${resource} as resource from generate_series(1, ${count}) as n) as event`,
    )
    .execute(db)
}
