import { isScimError, nextTurn, ScimError, TurnClock } from '../../protocol/index.js'
import { assertAuthorized } from '../authorize.js'
import type { BulkTransaction } from '../bulk-transaction.js'
import type { BulkScope, OperationContext, Service } from '../context.js'
import { toScimError } from '../failure.js'
import type { Operation, Outcome } from '../operation.js'
import { perform } from '../operation.js'
import { report } from '../report.js'
import { BulkIds, unresolved } from './bulk-ids.js'
import type { CycleMember } from './create-cycle.js'
import { createCycle } from './create-cycle.js'
import { keyOf } from './host-answers.js'
import { bulkIdsIn, bulkIdsOf, resolveOperation } from './references.js'
import { schedule } from './schedule.js'

/** One operation of a bulk request. */
export interface BulkOperation {
  /** The operation, or the error where it is not written well. */
  readonly operation: Operation | ScimError
  /** What the other operations call the resource that this one creates. */
  readonly bulkId: string | undefined
}

/** The result of one operation of a bulk request. */
export type BulkResult =
  | { readonly operation: Operation; readonly outcome: Outcome; readonly error?: undefined }
  /** `operation`: with the ids that it refers to, where it got that far. */
  | { readonly operation: Operation | undefined; readonly error: ScimError }

/** Follows a bulk request while it is worked on. */
export interface BulkObserver {
  /** An operation begins. Returns its context. */
  begin(index: number, scope: BulkScope): OperationContext
  /** An operation has ended. */
  end(index: number, result: BulkResult): Promise<void>
}

/**
 * Does the operations of a bulk request one after the other, in the order in which they are given, except that a
 * resource is created before an operation that refers to it by its bulkId. Resources that refer to each other are all
 * created first, without their references to each other, which are added at the end.
 *
 * @param failOnErrors the number of errors after which the remaining operations are not done.
 * @returns in the order of the operations; undefined for those that were not done.
 * @see RFC 7644 section 3.7
 */
export async function bulk(
  context: OperationContext,
  operations: readonly BulkOperation[],
  failOnErrors: number | undefined,
  observer: BulkObserver,
): Promise<readonly (BulkResult | undefined)[]> {
  const run = new BulkRun(context, operations, observer, undefined)
  await run.all(failOnErrors ?? Number.POSITIVE_INFINITY)
  return run.results
}

/** Operations between two turns of other requests, where they are short. */
const operationsPerTurn = 50

/** Refuses operations that share a bulkId, since a reference to it would be ambiguous. */
function withoutDuplicates(operations: readonly BulkOperation[]): readonly BulkOperation[] {
  const counts = new Map<string, number>()
  for (const { bulkId } of operations)
    if (bulkId !== undefined) counts.set(bulkId, (counts.get(bulkId) ?? 0) + 1)
  const error = ScimError.invalidValue('bulkId must be unique among the operations of a bulk request')
  return operations.map((item) => {
    const isShared = item.bulkId !== undefined && (counts.get(item.bulkId) ?? 0) > 1
    return isShared && !isScimError(item.operation) ? { ...item, operation: error } : item
  })
}

/** The operations of a bulk request while they are worked on. */
export class BulkRun {
  readonly results: (BulkResult | undefined)[]
  /** The keys of what was created or changed so far. */
  readonly changed = new Set<string>()
  /** The operation at which the transaction has failed. */
  failedIndex: number | undefined
  readonly bulkIds = new BulkIds()
  private readonly created = new Set<string>()
  private readonly service: Service
  private readonly scope: BulkScope
  private readonly operations: readonly BulkOperation[]
  private errors = 0
  private performed = 0
  private readonly clock = new TurnClock()

  constructor(
    private readonly context: OperationContext,
    operations: readonly BulkOperation[],
    private readonly observer: BulkObserver,
    /** Undone by the first error; undefined where each operation counts alone. */
    private readonly transaction: BulkTransaction | undefined,
  ) {
    this.service = context.service
    this.scope = { service: context.service, transaction }
    this.operations = withoutDuplicates(operations)
    this.results = operations.map(() => undefined)
    for (const [index, { operation, bulkId }] of this.operations.entries()) {
      // An operation that is not written well creates nothing, and others may still refer to it.
      if (bulkId !== undefined && (isScimError(operation) || operation.kind === 'create'))
        this.bulkIds.declare(bulkId, index)
    }
  }

  async all(maxErrors: number): Promise<void> {
    const needs = this.operations.map(({ operation }) =>
      isScimError(operation) ? [] : this.bulkIds.creatorsOf(bulkIdsOf(operation)),
    )
    for (const group of schedule(needs.keys(), (index) => needs[index] ?? [])) {
      if (this.errors >= maxErrors) return
      this.context.assertInTime()
      const [first = -1, second] = group
      if (second === undefined && !needs[first]?.includes(first)) await this.runOne(first)
      else await this.runCycle(group, maxErrors)
    }
  }

  private async attempt(context: OperationContext, operation: Operation): Promise<Outcome> {
    const { kind, endpoint } = operation
    // In a transaction, the host has been asked before its own resources had an id.
    const isNew =
      kind === 'create' ||
      (this.transaction !== undefined && this.created.has(keyOf(endpoint.type.name, operation.id)))
    await assertAuthorized(context, kind, endpoint, isNew ? undefined : operation.id)
    const outcome = await this.perform(context, operation)
    const key = keyOf(endpoint.type.name, outcome.id)
    this.changed.add(key)
    if (kind === 'create' && outcome.isNew) this.created.add(key)
    return outcome
  }

  private async perform(context: OperationContext, operation: Operation): Promise<Outcome> {
    // Stores that answer at once would hold every other request up until the last operation is done, and one operation
    // may change a million members.
    if (this.performed >= operationsPerTurn || this.clock.isOver()) {
      await nextTurn()
      this.performed = 0
      this.clock.restart()
    }
    this.performed += 1
    return perform(context, operation)
  }

  private async settle(index: number, result: BulkResult): Promise<void> {
    if (result.error) this.errors += 1
    this.results[index] = result
    await this.observer.end(index, result)
  }

  private async runOne(index: number): Promise<void> {
    const item = this.operations[index]
    if (!item) return
    const { operation, bulkId } = item
    const context = this.observer.begin(index, this.scope)
    if (isScimError(operation)) {
      this.failTransaction(index, operation)
      return this.settle(index, { operation: undefined, error: operation })
    }
    let resolved: Operation | undefined
    let result: BulkResult
    try {
      resolved = resolveOperation(operation, (reference) => this.bulkIds.idOf(reference))
      this.assertOwnType(operation)
      const outcome = await this.attempt(context, resolved)
      if (bulkId !== undefined && operation.kind === 'create') this.bulkIds.set(bulkId, outcome.id)
      result = { operation: resolved, outcome }
    } catch (error) {
      this.failTransaction(index, error)
      result = { operation: resolved, error: this.toError(error, context, operation) }
    }
    await this.settle(index, result)
  }

  /** `authorize` was not asked about a resource of another type with the id of what was created. @throws ScimError 404. */
  private assertOwnType(operation: Operation): void {
    if (!this.transaction || operation.kind === 'create') return
    for (const index of this.bulkIds.creatorsOf(bulkIdsIn(operation.id))) {
      const creator = this.operations[index]?.operation
      if (creator && !isScimError(creator) && creator.endpoint !== operation.endpoint)
        throw ScimError.notFound()
    }
  }

  /** An error inside a transaction ends it; it is thrown as it is, since it says whether to retry. */
  private failTransaction(index: number | undefined, error: unknown): void {
    if (!this.transaction) return
    this.failedIndex = index
    throw error
  }

  private toError(
    error: unknown,
    { requestId, traceparent, tenant, isLate }: OperationContext,
    { kind }: Operation,
  ): ScimError {
    return toScimError(this.service, error, { requestId, traceparent, tenant, operation: kind, isLate })
  }

  /** Creates resources that refer to each other. */
  private async runCycle(group: readonly number[], maxErrors: number): Promise<void> {
    const members = group.flatMap((index): readonly CycleMember[] => {
      const { operation, bulkId } = this.operations[index] ?? {}
      // Only operations that create a resource are referred to.
      if (!operation || isScimError(operation) || operation.kind !== 'create') return []
      return bulkId === undefined ? [] : [{ index, operation, bulkId }]
    })
    const contexts = new Map<number, OperationContext>()
    const contextOf = ({ index }: CycleMember) => {
      const context = contexts.get(index) ?? this.observer.begin(index, this.scope)
      contexts.set(index, context)
      return context
    }
    const cycle = await createCycle(members, this.bulkIds, {
      attempt: (member, operation) => this.attempt(contextOf(member), operation),
      perform: (member, operation) => this.perform(contextOf(member), operation),
      undo: (member, operation) => this.perform(contextOf(member).afterwards(), operation),
      inTransaction: this.transaction !== undefined,
      report: (member, error) => {
        const { requestId, traceparent, tenant } = contextOf(member)
        report(this.service, error, { requestId, traceparent, tenant, operation: 'remove' })
      },
    })
    if ('created' in cycle) {
      for (const { member, operation, outcome } of cycle.created)
        await this.settle(member.index, { operation, outcome })
      return
    }
    const { failed } = cycle
    this.failTransaction((failed ?? members[0])?.index, cycle.error)
    const errorFor = (member: CycleMember) => this.toError(cycle.error, contextOf(member), member.operation)
    if (failed) await this.settle(failed.index, { operation: undefined, error: errorFor(failed) })
    for (const member of members) {
      if (member === failed) continue
      // An operation that has not begun is not done where there have been enough errors.
      if (!contexts.has(member.index) && this.errors >= maxErrors) continue
      const context = contextOf(member)
      const error = failed
        ? unresolved('The resource refers to others that refer to it, and one of them was not created')
        : this.toError(cycle.error, context, member.operation)
      await this.settle(member.index, { operation: undefined, error })
    }
  }
}
