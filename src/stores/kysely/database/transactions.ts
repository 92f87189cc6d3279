import { sql } from 'kysely'
import type { StoreContext, Transactions } from '../../store.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { ConnectedDatabase } from './connect.js'
import { translateFailure } from './errors.js'
import { retryOnSerializationFailure } from './execute.js'
import { rethrowAfterRollback } from './value-too-long.js'

/** The value of `context.transaction`: the root database and the open transaction. */
class TransactionHandle {
  constructor(
    readonly root: Database,
    readonly open: Database,
  ) {}
}

/** Where the statements of a request go: to the transaction that it is part of, or to the database. */
export function connectionFor(root: Database, { transaction }: StoreContext): Database {
  return transaction instanceof TransactionHandle && transaction.root === root ? transaction.open : root
}

const transactionsByDatabase = new WeakMap<Database, Transactions>()

/** The transactions of a database: the same object for all its stores, so that they are known to share it. */
export function transactionsOf({ db: root, dialect }: ConnectedDatabase): Transactions {
  let transactions = transactionsByDatabase.get(root)
  if (!transactions) {
    transactions = {
      run(work, context, options) {
        const db = connectionFor(root, context)
        if (db.isTransaction) return inSavepoint(db, () => work(new TransactionHandle(root, db)))
        const runOnce = () =>
          dialect
            .inTransaction(db, (open) => work(new TransactionHandle(root, open)), options)
            .catch((error) => rethrowAfterRollback(root, error))
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
