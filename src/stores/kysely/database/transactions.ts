import { sql } from 'kysely'
import type { StoreContext, Transactions } from '../../store.js'
import { translateOutage } from './errors.js'
import type { Database } from './execute.js'
import { query, untilFree } from './execute.js'
import { explainLate } from './value-too-long.js'

/** What is handed out for a transaction: which database it is of, and where its statements go. */
class Open {
  constructor(
    readonly root: Database,
    readonly on: Database,
  ) {}
}

/** Where the statements of a request go: to the transaction that it is part of, or to the database. */
export function connectionFor(root: Database, { transaction }: StoreContext): Database {
  return transaction instanceof Open && transaction.root === root ? transaction.on : root
}

const known = new WeakMap<Database, Transactions>()

/** The transactions of a database: one object, by which stores know that they share them. */
export function transactionsOf(root: Database): Transactions {
  let made = known.get(root)
  if (!made) {
    made = {
      run(work, context) {
        const on = connectionFor(root, context)
        if (on.isTransaction) return inSavepoint(on, () => work(new Open(root, on)))
        const begin = () => on.transaction().execute((begun) => work(new Open(root, begun)))
        const whole = () => begin().catch((error) => explainLate(root, error))
        return untilFree(on, whole, translateOutage)
      },
    }
    known.set(root, made)
  }
  return made
}

/** A savepoint hides an older one of its name until it is released, so that one name is enough. */
async function inSavepoint<T>(on: Database, work: () => Promise<T>): Promise<T> {
  await query(on, sql`savepoint scim`)
  try {
    const result = await work()
    await query(on, sql`release savepoint scim`)
    return result
  } catch (error) {
    // Where the connection is gone, so is everything; the error that came first says more.
    await query(on, sql`rollback to savepoint scim`)
      .then(() => query(on, sql`release savepoint scim`))
      .catch(() => {})
    throw error
  }
}
