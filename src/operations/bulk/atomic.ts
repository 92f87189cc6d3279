import { isScimError, ScimError } from '../../protocol/index.js'
import type { Transactions } from '../../stores/store.js'
import type { BulkTransaction } from '../bulk-transaction.js'
import type { OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { emit } from '../emit.js'
import { toScimError } from '../failure.js'
import type { BulkObserver, BulkOperation, BulkResult } from './bulk.js'
import { BulkRun } from './bulk.js'
import { HostAnswers, keyOf } from './host-answers.js'
import { authorizeBefore, decideBefore, hashBefore, idBefore, rehearse } from './prepare.js'
import { Turns } from './turns.js'

/** One for all services of this process over the same stores. */
const turnsByTransactions = new WeakMap<Transactions, Turns>()

function turnsAt(transactions: Transactions): Turns {
  let turns = turnsByTransactions.get(transactions)
  if (!turns) {
    turns = new Turns()
    turnsByTransactions.set(transactions, turns)
  }
  return turns
}

/** How often a transaction begins again to ask a callback that could not be foreseen, besides hooks before writes. */
const maxRestarts = 10

/**
 * Does the operations of a bulk request in one transaction: when one of them fails, all are undone. Requests of one
 * tenant come one after the other, so that none of them undoes another by locking the same rows in another order.
 * Callbacks of the host are asked while no transaction is open.
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
  return new AtomicBulk(context, operations, transactions, observer).run()
}

/** What a transaction that was committed has done. */
interface Committed {
  readonly results: readonly (BulkResult | undefined)[]
  readonly events: BulkTransaction['events']
  readonly afterCommit: BulkTransaction['afterCommit']
}

class AtomicBulk {
  private readonly answers: HostAnswers
  /** The operation that has failed, if it was one. */
  private failedIndex: number | undefined

  constructor(
    private readonly context: OperationContext,
    private readonly operations: readonly BulkOperation[],
    private readonly transactions: Transactions,
    private readonly observer: BulkObserver,
  ) {
    this.answers = new HostAnswers(context.service)
  }

  async run(): Promise<readonly (BulkResult | undefined)[]> {
    try {
      await this.checkOperations()
      const { results, events, afterCommit } = await this.commit()
      for (const work of afterCommit) await work()
      await emit(this.context, events)
      // Ends are observed after the commit only: the transaction may be retried from the start.
      for (const [index, result] of results.entries()) if (result) await this.observer.end(index, result)
      return results
    } catch (error) {
      return this.fail(error)
    }
  }

  /** Refuses what can be refused before anything is done. */
  private async checkOperations(): Promise<void> {
    for (const [index, { operation }] of this.operations.entries()) {
      this.failedIndex = index
      const context = this.contextOf(index)
      if (isScimError(operation)) throw operation
      await authorizeBefore(context, operation)
    }
    for (const [index, { operation }] of this.operations.entries()) {
      this.failedIndex = index
      if (!isScimError(operation)) await hashBefore(this.contextOf(index), operation)
      this.context.assertInTime()
    }
    this.failedIndex = undefined
  }

  private contextOf(index: number, transaction?: BulkTransaction): OperationContext {
    return this.observer.begin(index, { service: this.answers.serviceFor(index), transaction })
  }

  /** Waits for the tenant's turn, and runs the transaction until it is committed or fails. */
  private async commit(): Promise<Committed> {
    const { tenant, signal, service } = this.context
    const { maxAtomicBulks: max, maxBulkWait: timeout } = service.limits
    const endTurn = await turnsAt(this.transactions).take({ tenant, max, timeout, signal })
    try {
      for (let restarts = 0; ; restarts++) {
        await this.decideConflicts()
        await this.rehearse()
        const committed = await this.attempt()
        if (committed) return committed
        if (restarts >= this.maxRestarts) {
          throw ScimError.unavailable('Others keep changing what the bulk request is about; try again')
        }
      }
    } finally {
      endTurn()
    }
  }

  /** Asks the host about resources that exist already, and then whether the caller may do what follows from it. */
  private async decideConflicts(): Promise<void> {
    if (!this.context.service.onConflict) return
    const ids = new Map<string, string>()
    for (const [index, { operation, bulkId }] of this.operations.entries()) {
      this.context.assertInTime()
      if (isScimError(operation)) continue
      const id = await decideBefore(this.contextOf(index), operation)
      if (bulkId !== undefined && id !== undefined) ids.set(bulkId, id)
    }
    if (ids.size === 0) return
    for (const [index, { operation }] of this.operations.entries()) {
      if (isScimError(operation)) continue
      // A refusal counts where the operation really is about that resource.
      await authorizeBefore(this.contextOf(index), operation, (bulkId) => ids.get(bulkId)).catch(() => {})
    }
  }

  /** Hooks may have to be asked about each operation that is about what others of the request have written. */
  private get maxRestarts(): number {
    return maxRestarts + (this.context.service.before ? this.operations.length : 0)
  }

  /** Asks the hooks before writes about each operation that does not follow from another one of the request. */
  private async rehearse(): Promise<void> {
    if (!this.context.service.before) return
    const targets = new Set<string>()
    for (const [index, { operation }] of this.operations.entries()) {
      this.context.assertInTime()
      if (isScimError(operation)) continue
      if (operation.kind !== 'create') {
        const id = idBefore(operation, () => undefined)
        const target = id && keyOf(operation.endpoint.type.name, id)
        if (target === undefined || targets.has(target)) continue
        targets.add(target)
      }
      await rehearse(this.contextOf(index), operation)
    }
  }

  /** Runs the transaction once; undefined where a callback had to be asked in between. */
  private async attempt(): Promise<Committed | undefined> {
    try {
      return await this.transactions.run(
        (handle) => this.work(handle),
        storeContext(this.context, this.endpoint),
        // A snapshot from before the lock would be older than what the request before has written.
        { seesCommits: true },
      )
    } catch (error) {
      if (await this.answers.askPostponed()) return undefined
      throw error
    }
  }

  private async work(handle: object): Promise<Committed> {
    const { service, tenant } = this.context
    const { maxBulkWait } = service.limits
    this.failedIndex = undefined
    const inside = storeContext(this.context, this.endpoint, handle)
    await this.transactions.lock?.(`scimkit bulk ${JSON.stringify([tenant])}`, maxBulkWait, inside)
    this.context.assertInTime()
    const transaction: BulkTransaction = { handle, events: [], afterCommit: [] }
    const observer: BulkObserver = {
      begin: (index) => this.contextOf(index, transaction),
      end: async () => {},
    }
    const run = new BulkRun(this.context, this.operations, observer, transaction)
    this.answers.begin(run.changed, run.bulkIds)
    try {
      await run.all(1)
    } finally {
      this.failedIndex = run.failedIndex
    }
    this.answers.assertAnswered()
    this.context.assertInTime()
    return { results: run.results, events: transaction.events, afterCommit: transaction.afterCommit }
  }

  /** Transactions are the same for all resource types. */
  private get endpoint() {
    const [endpoint] = this.context.service.endpoints
    if (!endpoint) throw new Error('A service has a resource type')
    return endpoint
  }

  /** The result of the operation that has failed, and no others. @throws the error where it was none of them. */
  private async fail(error: unknown): Promise<readonly (BulkResult | undefined)[]> {
    const index = this.failedIndex
    const operation = index === undefined ? undefined : this.operations[index]?.operation
    if (index === undefined || !operation) throw error
    const { service, requestId, traceparent, tenant, isLate } = this.context
    const kind = 'kind' in operation ? operation.kind : 'bulk'
    const result: BulkResult = {
      operation: undefined,
      error: toScimError(service, error, { requestId, traceparent, tenant, operation: kind, isLate }),
    }
    await this.observer.end(index, result)
    return this.operations.map((_, at) => (at === index ? result : undefined))
  }
}
