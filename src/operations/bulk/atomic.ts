import type { Transactions } from '../../stores/store.js'
import type { BulkTransaction, OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { emit } from '../emit.js'
import { toScimError } from '../failure.js'
import type { BulkObserver, BulkOperation, BulkResult } from './bulk.js'
import { BulkRun } from './bulk.js'

/**
 * Does the operations of a bulk request in one transaction: when one of them fails, all are undone.
 *
 * @param transactions those that all stores share.
 * @returns the results of all operations, in their order; only that of the failed one where one failed.
 * @throws ScimError 503 and whatever else keeps the transaction from being committed.
 */
export async function atomicBulk(
  context: OperationContext,
  operations: readonly BulkOperation[],
  transactions: Transactions,
  observer: BulkObserver,
): Promise<readonly (BulkResult | undefined)[]> {
  const { service } = context
  const [endpoint] = service.endpoints
  if (!endpoint) return []
  let failedIndex: number | undefined
  // Ends are observed after the commit only: the transaction may be retried from the start.
  const quiet = { begin: observer.begin.bind(observer), end: async () => {} }
  try {
    const { results, events } = await transactions.run(
      async (handle) => {
        const transaction: BulkTransaction = { handle, events: [] }
        const run = new BulkRun(service, operations, quiet, transaction)
        try {
          await run.all(1)
        } finally {
          failedIndex = run.failedIndex
        }
        return { results: run.results, events: transaction.events }
      },
      storeContext(context, endpoint),
    )
    await emit(context, events)
    for (const [index, result] of results.entries()) if (result) await observer.end(index, result)
    return results
  } catch (error) {
    const index = failedIndex
    const operation = index === undefined ? undefined : operations[index]?.operation
    if (index === undefined || !operation) throw error
    const { requestId, tenant } = context
    const kind = 'kind' in operation ? operation.kind : 'bulk'
    const result: BulkResult = {
      operation: undefined,
      error: toScimError(service, error, { requestId, tenant, operation: kind }),
    }
    await observer.end(index, result)
    return operations.map((_, at) => (at === index ? result : undefined))
  }
}
