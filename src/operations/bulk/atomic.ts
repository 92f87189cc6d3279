import type { Transactions } from '../../stores/store.js'
import type { Call, Service, Unit } from '../context.js'
import { storeContext } from '../context.js'
import { emit } from '../emit.js'
import { toScimError } from '../failure.js'
import type { BulkObserver, BulkOperation, BulkResult } from './bulk.js'
import { BulkRun } from './bulk.js'

/**
 * Does the operations of a bulk request as one: when one of them fails, nothing has happened.
 *
 * @param transactions those that all stores share.
 * @returns what became of all operations, in their order; of the one that failed alone where one did.
 * @throws ScimError 503 and whatever else keeps the whole from being done.
 */
export async function atomicBulk(
  service: Service,
  operations: readonly BulkOperation[],
  transactions: Transactions,
  watch: BulkObserver,
  call: Call,
): Promise<readonly (BulkResult | undefined)[]> {
  const [endpoint] = service.endpoints
  if (!endpoint) return []
  let culprit: number | undefined
  // The host is told of operations when they count: the work may be done again from the start.
  const quiet = { begin: watch.begin.bind(watch), end: async () => {} }
  try {
    const { results, events } = await transactions.run(
      async (transaction) => {
        const unit: Unit = { transaction, events: [] }
        const run = new BulkRun(service, operations, quiet, unit)
        try {
          await run.all(1)
        } finally {
          culprit = run.culprit
        }
        return { results: run.results, events: unit.events }
      },
      storeContext(endpoint, call),
    )
    await emit(service, events, call)
    for (const [index, result] of results.entries()) if (result) await watch.end(index, result)
    return results
  } catch (error) {
    const index = culprit
    const operation = index === undefined ? undefined : operations[index]?.operation
    if (index === undefined || !operation) throw error
    const { requestId, tenant } = call
    const kind = 'kind' in operation ? operation.kind : 'bulk'
    const told = toScimError(service, error, { requestId, tenant, operation: kind })
    const result: BulkResult = { operation: undefined, error: told }
    await watch.end(index, result)
    return operations.map((_, at) => (at === index ? result : undefined))
  }
}
