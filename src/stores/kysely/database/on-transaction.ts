import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { isScimError } from '../../../protocol/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Database, ResultRow } from '../sql/query.js'
import { query, queryText } from '../sql/query.js'
import type { ConnectedDatabase } from './connect.js'

/**
 * Runs one statement in the transaction that has begun. Its parameters are sent apart from its text, so that nothing in
 * them is read as SQL:
 *
 * - as a template: `` execute`select set_config('app.tenant', ${tenant}, true)` ``
 * - as text and parameters: `execute("select set_config('app.tenant', $1, true)", [tenant])`
 * - as Kysely's `sql`: `` execute(sql`select set_config('app.tenant', ${tenant}, true)`) ``
 */
export interface ExecuteStatement {
  <Row = ResultRow>(statement: RawBuilder<Row>): Promise<readonly Row[]>
  <Row = ResultRow>(text: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  <Row = ResultRow>(
    template: TemplateStringsArray,
    ...parameters: readonly unknown[]
  ): Promise<readonly Row[]>
}

/** Who a transaction is for, as `authenticate` named them. */
export interface TransactionCaller {
  readonly tenant: string | undefined
  readonly actor: string | undefined
}

/** What runs first in each transaction of a database, such as the settings that policies of row-level security read. */
export type OnTransaction = (execute: ExecuteStatement, caller: TransactionCaller) => unknown

/** By what a Kysely has in common with those that are made from it, `withSchema()` and the like. */
const hooks = new WeakMap<object, OnTransaction | undefined>()

function keyOf(db: Database): object {
  return db.getExecutor().adapter
}

/** What runs first in the transactions of a database; undefined where statements need no transaction. */
export function hookOf(root: Database): OnTransaction | undefined {
  return hooks.get(keyOf(root))
}

/**
 * Gives a database its hook. One is for all its stores, since they share transactions.
 *
 * @throws TypeError where a store of the database has another one, or none.
 */
export function shareHook(factory: string, { db }: ConnectedDatabase, hook: OnTransaction | undefined): void {
  if (hook !== undefined && typeof hook !== 'function')
    throw new TypeError(`${factory}: onTransaction must be a function`)
  if (hook && db.isTransaction)
    throw new TypeError(
      `${factory}: onTransaction is for a database, and db is a transaction that is open already`,
    )
  const key = keyOf(db)
  if (hooks.has(key) && hooks.get(key) !== hook) {
    throw new TypeError(
      `${factory}: onTransaction belongs to the database, and another store of this one has ${hooks.get(key) ? 'another' : 'none'}: define the function once, beside the pool, and give it to all stores of the pool`,
    )
  }
  hooks.set(key, hook)
}

/**
 * Runs a hook in a transaction that has just begun, and waits for each of its statements.
 *
 * @throws what the hook has thrown; never the protocol's error for what the database thinks of a value.
 */
export async function runHook(
  hook: OnTransaction,
  open: Database,
  dialect: Dialect,
  { tenant, actor }: TransactionCaller,
): Promise<void> {
  const pending: Promise<unknown>[] = []
  let isOver = false
  const execute = (
    statement: RawBuilder<unknown> | string | TemplateStringsArray,
    ...parameters: readonly unknown[]
  ) => {
    if (isOver) throw new Error('onTransaction: execute is for the time until onTransaction has returned')
    const result = run(open, statement, parameters)
    pending.push(result)
    return result
  }
  try {
    try {
      await hook(execute as ExecuteStatement, { tenant, actor })
    } finally {
      isOver = true
      // Those that the hook has not waited for too.
      await Promise.all(pending)
    }
  } catch (error) {
    if (!isAboutValue(error, dialect)) throw error
    throw new Error('onTransaction has failed, and nothing was done', { cause: error })
  }
}

/** Whether an error would tell the client that a value of its request is wrong. */
function isAboutValue(error: unknown, dialect: Dialect): boolean {
  const kind = isScimError(error) ? undefined : dialect.failureOf(error)?.kind
  return kind !== undefined && kind !== 'unavailable' && kind !== 'conflict'
}

function run(
  open: Database,
  statement: RawBuilder<unknown> | string | TemplateStringsArray,
  parameters: readonly unknown[],
): Promise<readonly ResultRow[]> {
  if (typeof statement === 'string') {
    const [list = []] = parameters
    if (!Array.isArray(list)) throw new TypeError('onTransaction: the parameters of a text must be a list')
    return queryText(open, statement, list.map(orNull))
  }
  return query(open, isTemplate(statement) ? sql(statement, ...parameters.map(orNull)) : statement)
}

function isTemplate(statement: object): statement is TemplateStringsArray {
  return Array.isArray(statement)
}

/** No driver has a meaning of its own for a tenant that is undefined. */
function orNull(parameter: unknown): unknown {
  return parameter === undefined ? null : parameter
}
