import { HostFault } from '../../../protocol/index.js'
import type { CommonAttributes } from '../../../schema/index.js'
import type { StoreContext, TransactionOptions } from '../../store.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { hookOf } from '../database/on-transaction.js'
import { connectionFor, insideOf, needsTransaction } from '../database/transactions.js'
import { query } from '../sql/query.js'
import type { KyselyStore } from './options.js'
import { tablesReferredTo } from './targets.js'

const advice =
  'give the store its tenant column, or the database policies of row-level security and onTransaction'

/**
 * Refuses a caller of a tenant where nothing keeps tenants apart: neither a column nor the database.
 *
 * @throws HostFault for the host; the client receives 500.
 */
export function assertNoTenant({ db }: ConnectedDatabase, table: string, tenant: string | undefined): void {
  if (tenant === undefined || hookOf(db)) return
  throw new HostFault(
    `The caller has a tenant, and the store of "${table}" is for one tenant only (tenant: false): ${advice}`,
  )
}

/** The tables of each database for which row-level security has been seen to be active. */
const guarded = new WeakMap<object, Set<string>>()

/** @throws HostFault where neither a column nor a policy keeps the tenants of a table apart. */
async function assertGuarded(
  { db: root, dialect }: ConnectedDatabase,
  tables: readonly string[],
  inside: StoreContext,
): Promise<void> {
  const known = guarded.get(root) ?? new Set()
  guarded.set(root, known)
  for (const table of tables) {
    if (known.has(table)) continue
    const statement = dialect.schema.isRowSecurityActive(table)
    const [row] = await query(connectionFor(root, inside), statement)
    if (row?.m_active === false) {
      throw new HostFault(
        `The store of "${table}" has no tenant column (tenant: false), and row-level security is not active for its table and this role: ${advice}`,
      )
    }
    // Where there is no such table, the statement that follows says so.
    if (row?.m_active === true) known.add(table)
  }
}

/**
 * A store whose every call is part of a transaction, so that the database's hook has run before; members are read in a
 * transaction for each page.
 *
 * @param table its table where that has no tenant column, and policies of the database must keep tenants apart.
 */
export function inTransactions<R extends CommonAttributes>(
  store: KyselyStore<R>,
  database: ConnectedDatabase,
  table: string | undefined,
): KyselyStore<R> {
  const { transactions, record, changeMembers, groupsOf, members, renameMember } = store
  const { db: root } = database

  async function guard(inside: StoreContext): Promise<void> {
    if (inside.tenant === undefined) return
    const own = table === undefined ? [] : [table]
    await assertGuarded(database, [...own, ...tablesReferredTo(root, inside)], inside)
  }

  function within<T>(
    context: StoreContext,
    work: (inside: StoreContext) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const checked = async (inside: StoreContext) => {
      await guard(inside)
      return work(inside)
    }
    if (!needsTransaction(root, context)) return checked(context)
    return transactions.run((transaction) => checked(insideOf(context, transaction)), context, options)
  }

  return {
    ...store,
    get: (id, projection, context) => within(context, (inside) => store.get(id, projection, inside)),
    list: (listQuery, context) => within(context, (inside) => store.list(listQuery, inside)),
    create: (draft, context) => within(context, (inside) => store.create(draft, inside)),
    replace: (id, resource, expectedVersion, context) =>
      within(context, (inside) => store.replace(id, resource, expectedVersion, inside)),
    delete: (id, expectedVersion, context) =>
      within(context, (inside) => store.delete(id, expectedVersion, inside)),
    ...(record && { record: (events, context) => within(context, (inside) => record(events, inside)) }),
    ...(changeMembers && {
      changeMembers: (id, change, expectedVersion, context) =>
        // It may wait for the group's lock, and must see what others have written meanwhile.
        within(context, (inside) => changeMembers(id, change, expectedVersion, inside), {
          seesCommits: true,
        }),
    }),
    ...(renameMember && {
      renameMember: (member, names, context) =>
        within(context, (inside) => renameMember(member, names, inside)),
    }),
    ...(groupsOf && {
      groupsOf: (ids, context) => within(context, (inside) => groupsOf(ids, inside)),
    }),
    // The store itself reads each page in a transaction of its own.
    ...(members &&
      table !== undefined && {
        async *members(id, context) {
          await within(context, async () => {})
          yield* members(id, context)
        },
      }),
  }
}
