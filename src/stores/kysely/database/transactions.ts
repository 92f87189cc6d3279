import { sql } from 'kysely'
import type { StoreContext, TransactionOptions, Transactions } from '../../store.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { ConnectedDatabase } from './connect.js'
import { translateFailure } from './errors.js'
import { retryOnSerializationFailure } from './execute.js'
import { followUpOf } from './name-column.js'
import type { OnTransaction, TransactionCaller } from './on-transaction.js'
import { hookOf, runHook } from './on-transaction.js'

/** The value of `context.transaction`: the root database and the open transaction. */
class TransactionHandle {
  constructor(
    readonly root: Database,
    readonly open: Database,
  ) {}
}

/** Where the statements of a request go: to the transaction that it is part of, or to the database. */
export function connectionFor(root: Database, { transaction }: Pick<StoreContext, 'transaction'>): Database {
  return transaction instanceof TransactionHandle && transaction.root === root ? transaction.open : root
}

const transactionsByDatabase = new WeakMap<Database, Transactions>()

/** The transactions of a database: the same object for all its stores, so that they are known to share it. */
export function transactionsOf({ db: root, dialect }: ConnectedDatabase): Transactions {
  function inHookedTransaction<T>(
    hook: OnTransaction,
    caller: TransactionCaller,
    work: (open: Database) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const begin = async (open: Database) => {
      await runHook(hook, open, dialect, caller)
      return work(open)
    }
    return dialect.inTransaction(root, begin, options)
  }
  let transactions = transactionsByDatabase.get(root)
  if (!transactions) {
    transactions = {
      run(work, context, options) {
        const db = connectionFor(root, context)
        if (db.isTransaction) return inSavepoint(db, () => work(new TransactionHandle(root, db)))
        const hook = hookOf(root)
        const inHandle = (open: Database) => work(new TransactionHandle(root, open))
        const runOnce = () =>
          (hook
            ? inHookedTransaction(hook, context, inHandle, options)
            : dialect.inTransaction(db, inHandle, options)
          ).catch(async (error) => {
            const naming = followUpOf(error)
            if (naming) await (hook ? inHookedTransaction(hook, context, naming) : naming(root))
            throw error
          })
        const translate = (error: unknown) => translateFailure(error, dialect)
        return retryOnSerializationFailure(db, dialect, runOnce, {
          translate,
          maxAttempts: context.maxAttempts,
        })
      },
      lock: (name, timeout, context) => dialect.lock(connectionFor(root, context), name, timeout),
    }
    transactionsByDatabase.set(root, transactions)
  }
  return transactions
}

/** Whether the statements of a request must be in a transaction that is not open yet. */
export function needsTransaction(root: Database, context: StoreContext): boolean {
  return hookOf(root) !== undefined && !connectionFor(root, context).isTransaction
}

/** A request as part of a transaction. Not a copy: what a context says may be worked out when it is asked for. */
export function insideOf(context: StoreContext, transaction: object): StoreContext {
  return Object.create(context, { transaction: { value: transaction, enumerable: true } })
}

/** Runs work where the statements of a request go, in a transaction of its own where they need one. */
export function onConnection<T>(
  database: ConnectedDatabase,
  context: StoreContext,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const { db: root } = database
  if (!needsTransaction(root, context)) return work(connectionFor(root, context))
  return transactionsOf(database).run(
    (transaction) => work(connectionFor(root, insideOf(context, transaction))),
    context,
  )
}

/** One name is enough: a savepoint hides an older one of its name until it is released. */
async function inSavepoint<T>(db: Database, work: () => Promise<T>): Promise<T> {
  await query(db, sql`savepoint scim`)
  try {
    const result = await work()
    await query(db, sql`release savepoint scim`)
    return result
  } catch (error) {
    // Where the connection is lost, so is the transaction; the first error says more than that of the rollback.
    await query(db, sql`rollback to savepoint scim`)
      .then(() => query(db, sql`release savepoint scim`))
      .catch(() => {})
    throw error
  }
}
