import type { Lookup, RowValues } from '../../../mapping/index.js'
import { isScimError, ScimError } from '../../../protocol/index.js'
import type { StoreContext, Transactions } from '../../store.js'
import { withErrorTranslation } from '../database/execute.js'
import type { Dialect } from '../dialect/dialect.js'
import { query } from '../sql/query.js'
import { findLookedUp, insertLookedUp } from '../statements/lookups.js'
import type { StoreRequest } from './shape.js'

/** How many texts one request can add to other tables: a bulk request has hundreds of resources. */
const maxInserted = 100
/** How long a request is remembered, in milliseconds, and how many are. */
const memory = { time: 60_000, size: 1000 }

const insertedByRequest = new Map<string, { readonly since: number; count: number }>()

/** Counts a text that a request adds. @throws ScimError `invalidValue` for one too many. */
function countInserted({ requestId }: StoreContext, { attribute: { path } }: Lookup): void {
  const now = Date.now()
  let counted = insertedByRequest.get(requestId)
  if (!counted || now - counted.since > memory.time) {
    const [oldest] = insertedByRequest.keys()
    if (insertedByRequest.size >= memory.size && oldest !== undefined) insertedByRequest.delete(oldest)
    counted = { since: now, count: 0 }
    insertedByRequest.set(requestId, counted)
  }
  counted.count += 1
  if (counted.count > maxInserted)
    throw ScimError.invalidValue(`${path}: one request can add ${maxInserted} new values at most`, { path })
}

/**
 * The values of a row with the keys of what it refers to in other tables. Undefined where a text has to be inserted
 * there: that must be in the transaction of the row's own write.
 *
 * @throws ScimError `invalidValue` for a text that is not there, where none may be inserted.
 */
export function lookUp<Values extends RowValues>(
  request: StoreRequest,
  context: StoreContext,
  values: Values,
): Promise<Values | undefined> {
  const { db, names } = request
  return withErrorTranslation(db, names, () => replaceTexts(request, context, values), context.maxAttempts)
}

async function replaceTexts<Values extends RowValues>(
  request: StoreRequest,
  context: StoreContext,
  values: Values,
): Promise<Values | undefined> {
  const { table, row, db } = request
  const columns = new Map(values.columns)
  for (const [column, lookup] of table.layout.lookups) {
    const text = columns.get(column)
    if (typeof text !== 'string') continue
    const [found] = await query(db, findLookedUp(row, lookup, text))
    if (!found && !lookup.mapping.create) throw unknownText(lookup)
    if (!found && !db.isTransaction) return undefined
    columns.set(column, found ? found.m_key : await insertText(request, context, lookup, text))
  }
  return { ...values, columns }
}

function unknownText({ attribute: { path } }: Lookup): ScimError {
  return ScimError.invalidValue(`${path} has a value that this service does not know`, { path })
}

async function insertText(
  { row, db, table }: StoreRequest,
  context: StoreContext,
  lookup: Lookup,
  text: string,
): Promise<unknown> {
  countInserted(context, lookup)
  try {
    const [inserted] = await query(db, insertLookedUp(row, lookup, text))
    // A concurrent transaction may have inserted it.
    const [found] = inserted ? [inserted] : await query(db, findLookedUp(row, lookup, text))
    if (found) return found.m_key
  } catch (error) {
    throw aboutText(error, lookup, table.dialect)
  }
  const { table: other, value } = lookup.mapping
  throw new Error(`${other} has a unique index that refuses a new row, and no row with that "${value}"`)
}

/** The error for a text that the other table refuses; others stay as they are. */
function aboutText(error: unknown, { attribute: { path } }: Lookup, dialect: Dialect): unknown {
  if (isScimError(error)) return error
  switch (dialect.failureOf(error)?.kind) {
    case 'tooLongForColumn':
    case 'tooLongForIndex':
      return ScimError.invalidValue(`${path} is too long`, { path, cause: error })
    case 'invalidValue':
    case 'invalidCharacter':
      return ScimError.invalidValue(`${path} is not one that the database accepts`, { path, cause: error })
    default:
      return error
  }
}

/** Runs a call to a store as part of a transaction of its own. */
export function atomically<T>(
  { transactions }: { readonly transactions: Transactions },
  context: StoreContext,
  call: (inside: StoreContext) => Promise<T>,
): Promise<T> {
  const work = (transaction: object) => {
    // Not copied: a service's context makes its values when they are read.
    const inside: StoreContext = Object.create(context, { transaction: { value: transaction } })
    return call(inside)
  }
  return transactions.run(work, context)
}
