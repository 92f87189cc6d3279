import { isScimError, ScimError } from '../../protocol/index.js'
import { assertAuthorized } from '../authorize.js'
import type { Call, Service, Unit } from '../context.js'
import { toScimError } from '../failure.js'
import type { Operation, Outcome } from '../operation.js'
import { perform } from '../operation.js'
import { report } from '../report.js'
import { BulkIds, unresolved } from './bulk-ids.js'
import type { CycleMember } from './create-cycle.js'
import { createCycle } from './create-cycle.js'
import { namesOf, resolveOperation } from './references.js'
import { schedule } from './schedule.js'

/** One operation of a bulk request. */
export interface BulkOperation {
  /** What is to be done, or what is wrong with how that is said. */
  readonly operation: Operation | ScimError
  /** What the other operations call the resource that this one creates. */
  readonly bulkId: string | undefined
}

/** What became of an operation of a bulk request. */
export type BulkResult =
  | { readonly operation: Operation; readonly outcome: Outcome; readonly error?: undefined }
  /** The operation with the ids that it refers to, where it got that far. */
  | { readonly operation: Operation | undefined; readonly error: ScimError }

/** Follows a bulk request as it is worked on. */
export interface BulkObserver {
  /** An operation is begun; answers what it is told of the request, and of the whole that it is part of. */
  begin(index: number, unit: Unit | undefined): Call
  /** What became of it is settled. */
  end(index: number, result: BulkResult): Promise<void>
}

/**
 * Does the operations of a bulk request, one after the other: in the order in which they are given, except that a
 * resource is created before what refers to it by its bulkId. Resources that refer to each other are all created
 * first, without what refers to one that is not there yet; that is added when all of them are.
 *
 * @param failOnErrors after how many errors the rest is left undone.
 * @returns in the order of the operations; undefined for those that were left undone.
 * @see RFC 7644 section 3.7
 */
export async function bulk(
  service: Service,
  operations: readonly BulkOperation[],
  failOnErrors: number | undefined,
  watch: BulkObserver,
): Promise<readonly (BulkResult | undefined)[]> {
  const run = new BulkRun(service, operations, watch, undefined)
  await run.all(failOnErrors ?? Number.POSITIVE_INFINITY)
  return run.results
}

/** Operations where those that share a bulkId are refused: nobody knows which one is meant by it. */
function withoutDuplicates(operations: readonly BulkOperation[]): readonly BulkOperation[] {
  const times = new Map<string, number>()
  for (const { bulkId } of operations)
    if (bulkId !== undefined) times.set(bulkId, (times.get(bulkId) ?? 0) + 1)
  const error = ScimError.invalidValue('bulkId is to be unique among the operations of a bulk request')
  return operations.map((one) => {
    const isShared = one.bulkId !== undefined && (times.get(one.bulkId) ?? 0) > 1
    return isShared && !isScimError(one.operation) ? { ...one, operation: error } : one
  })
}

/** The operations of a bulk request as they are worked on. */
export class BulkRun {
  readonly results: (BulkResult | undefined)[]
  private readonly names = new BulkIds()
  private readonly operations: readonly BulkOperation[]
  private errors = 0
  /** The operation at which the whole has failed. */
  culprit: number | undefined

  constructor(
    private readonly service: Service,
    operations: readonly BulkOperation[],
    private readonly watch: BulkObserver,
    /** The whole that an error undoes; undefined where each operation counts alone. */
    private readonly unit: Unit | undefined,
  ) {
    this.operations = withoutDuplicates(operations)
    this.results = operations.map(() => undefined)
    for (const [index, { operation, bulkId }] of this.operations.entries()) {
      // What is not created because it is not said well is still referred to.
      if (bulkId !== undefined && (isScimError(operation) || operation.kind === 'create'))
        this.names.announce(bulkId, index)
    }
  }

  async all(maxErrors: number): Promise<void> {
    const needs = this.operations.map(({ operation }) =>
      isScimError(operation) ? [] : this.names.creatorsOf(namesOf(operation)),
    )
    for (const group of schedule(needs.keys(), (index) => needs[index] ?? [])) {
      if (this.errors >= maxErrors) return
      const [only = -1, another] = group
      if (another === undefined && !needs[only]?.includes(only)) await this.runOne(only)
      else await this.runGroup(group, maxErrors)
    }
  }

  private async attempt(operation: Operation, call: Call): Promise<Outcome> {
    const { kind, endpoint } = operation
    const id = kind === 'create' ? undefined : operation.id
    await assertAuthorized(this.service, kind, endpoint, id, call)
    return perform(this.service, operation, call)
  }

  private async settle(index: number, result: BulkResult): Promise<void> {
    if (result.error) this.errors += 1
    this.results[index] = result
    await this.watch.end(index, result)
  }

  private async runOne(index: number): Promise<void> {
    const one = this.operations[index]
    if (!one) return
    const { operation, bulkId } = one
    const call = this.watch.begin(index, this.unit)
    if (isScimError(operation)) {
      this.assertAlone(index, operation)
      return this.settle(index, { operation: undefined, error: operation })
    }
    let resolved: Operation | undefined
    let result: BulkResult
    try {
      resolved = resolveOperation(operation, (name) => this.names.idOf(name))
      const outcome = await this.attempt(resolved, call)
      if (bulkId !== undefined && operation.kind === 'create') this.names.set(bulkId, outcome.id)
      result = { operation: resolved, outcome }
    } catch (error) {
      this.assertAlone(index, error)
      result = { operation: resolved, error: this.failure(error, call, operation) }
    }
    await this.settle(index, result)
  }

  /** What fails as part of a whole ends that; the error stays as it is, by which it is known whether to try again. */
  private assertAlone(index: number | undefined, error: unknown): void {
    if (!this.unit) return
    this.culprit = index
    throw error
  }

  private failure(error: unknown, { requestId, tenant }: Call, { kind }: Operation): ScimError {
    return toScimError(this.service, error, { requestId, tenant, operation: kind })
  }

  /** Creates resources that refer to each other. */
  private async runGroup(group: readonly number[], maxErrors: number): Promise<void> {
    const members = group.flatMap((index): readonly CycleMember[] => {
      const { operation, bulkId } = this.operations[index] ?? {}
      // Only what is created is referred to.
      if (!operation || isScimError(operation) || operation.kind !== 'create') return []
      return bulkId === undefined ? [] : [{ index, operation, bulkId }]
    })
    const calls = new Map<number, Call>()
    const callOf = ({ index }: CycleMember) => {
      const call = calls.get(index) ?? this.watch.begin(index, this.unit)
      calls.set(index, call)
      return call
    }
    const together = await createCycle(members, this.names, {
      attempt: (member, operation) => this.attempt(operation, callOf(member)),
      perform: (member, operation) => perform(this.service, operation, callOf(member)),
      isUnit: this.unit !== undefined,
      report: (member, error) => {
        const { requestId, tenant } = callOf(member)
        report(this.service, error, { requestId, tenant, operation: 'remove' })
      },
    })
    if ('created' in together) {
      for (const { member, operation, outcome } of together.created)
        await this.settle(member.index, { operation, outcome })
      return
    }
    const { culprit } = together
    this.assertAlone((culprit ?? members[0])?.index, together.error)
    const toError = (member: CycleMember) => this.failure(together.error, callOf(member), member.operation)
    if (culprit) await this.settle(culprit.index, { operation: undefined, error: toError(culprit) })
    for (const member of members) {
      if (member === culprit) continue
      // One that was not begun is left undone where there have been enough errors.
      if (!calls.has(member.index) && this.errors >= maxErrors) continue
      const call = callOf(member)
      const error = culprit
        ? unresolved('The resource refers to others that refer to it, and one of them was not created')
        : this.failure(together.error, call, member.operation)
      await this.settle(member.index, { operation: undefined, error })
    }
  }
}
