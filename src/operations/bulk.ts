import { isScimError, ScimError, showName } from '../protocol/index.js'
import { assertAuthorized } from './authorize.js'
import { completion, postpone } from './bulk-postpone.js'
import { mapReferences, namesIn, namesOf, resolveOperation } from './bulk-references.js'
import { schedule } from './bulk-schedule.js'
import { toScimError } from './failure.js'
import type { Operation, Outcome } from './operation.js'
import { perform } from './operation.js'
import { report } from './report.js'
import type { Call, Service } from './service.js'

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
export interface BulkWatch {
  /** An operation is begun; answers what it is told of the request. */
  begin(index: number): Call
  /** What became of it is settled. */
  end(index: number, result: BulkResult): Promise<void>
}

/**
 * Does the operations of a bulk request, one after the other: in the order in which they are given, except that a
 * resource is created before what refers to it by its bulkId. Resources that refer to each other are all created
 * first, without what refers to one that is not there yet, which is added when all of them are.
 *
 * @param failOnErrors after how many errors the rest is left undone.
 * @returns in the order of the operations; undefined for those that were left undone.
 * @see RFC 7644 section 3.7
 */
export async function bulk(
  service: Service,
  operations: readonly BulkOperation[],
  failOnErrors: number | undefined,
  watch: BulkWatch,
): Promise<readonly (BulkResult | undefined)[]> {
  const run = new BulkRun(service, operations, failOnErrors ?? Number.POSITIVE_INFINITY, watch)
  await run.all()
  return run.results
}

/** 409: what an operation refers to is not there (RFC 7644 section 3.7.1). */
function unresolved(detail: string): ScimError {
  return new ScimError(409, undefined, detail)
}

/** Operations where those that share a bulkId are refused: nobody knows which one is meant by it. */
function withoutDuplicates(operations: readonly BulkOperation[]): readonly BulkOperation[] {
  const seen = new Map<string, number>()
  for (const { bulkId } of operations) if (bulkId !== undefined) seen.set(bulkId, (seen.get(bulkId) ?? 0) + 1)
  const error = ScimError.invalidValue('bulkId is to be unique among the operations of a bulk request')
  return operations.map((one) => {
    const isShared = one.bulkId !== undefined && (seen.get(one.bulkId) ?? 0) > 1
    return isShared && !isScimError(one.operation) ? { ...one, operation: error } : one
  })
}

/** A resource that has been created as one of several that refer to each other. */
interface Created {
  readonly index: number
  readonly call: Call
  readonly operation: Operation
  outcome: Outcome
  /** What is to be added when all are there. */
  readonly later: unknown
}

class BulkRun {
  readonly results: (BulkResult | undefined)[]
  private readonly operations: readonly BulkOperation[]
  /** Which operations create the resources that have a name. */
  private readonly creators = new Map<string, number>()
  /** The ids of the named resources that have been created. */
  private readonly ids = new Map<string, string>()
  private errors = 0

  constructor(
    private readonly service: Service,
    operations: readonly BulkOperation[],
    private readonly maxErrors: number,
    private readonly watch: BulkWatch,
  ) {
    this.operations = withoutDuplicates(operations)
    this.results = operations.map(() => undefined)
    for (const [index, { operation, bulkId }] of this.operations.entries()) {
      const isCreator = isScimError(operation) || operation.kind === 'create'
      if (bulkId !== undefined && isCreator) this.creators.set(bulkId, index)
    }
  }

  async all(): Promise<void> {
    for (const group of schedule(this.operations.keys(), (index) => this.needsOf(index))) {
      if (this.errors >= this.maxErrors) return
      const [only, another] = group
      if (only !== undefined && another === undefined && !this.needsOf(only).includes(only))
        await this.runOne(only)
      else await this.runGroup(group)
    }
  }

  /** The operations that create what another one refers to. */
  private needsOf(index: number): readonly number[] {
    const operation = this.operations[index]?.operation
    return !operation || isScimError(operation) ? [] : this.creatorsOf(namesOf(operation))
  }

  private creatorsOf(names: Iterable<string>): readonly number[] {
    return [...names].flatMap((name) => this.creators.get(name) ?? [])
  }

  /** The id of the resource with a name. @throws ScimError 409 when there is none. */
  private idOf(name: string): string | undefined {
    const id = this.ids.get(name)
    if (id !== undefined) return id
    if (this.creators.has(name)) throw unresolved(`What "bulkId:${showName(name)}" refers to was not created`)
    // A sentence that begins with the word is no reference.
    if (/\s/.test(name)) return undefined
    throw unresolved(`No POST of this bulk request has the bulkId "${showName(name)}"`)
  }

  private async attempt(operation: Operation, call: Call): Promise<Outcome> {
    const { kind, endpoint } = operation
    const id = kind === 'create' ? undefined : operation.id
    await assertAuthorized(this.service, kind, endpoint, id, call)
    return perform(this.service, operation, call)
  }

  private failure(error: unknown, { requestId, tenant }: Call, operation: Operation): ScimError {
    return toScimError(this.service, error, { requestId, tenant, operation: operation.kind })
  }

  private async settle(index: number, result: BulkResult): Promise<void> {
    if (result.error) this.errors += 1
    this.results[index] = result
    await this.watch.end(index, result)
  }

  private async runOne(index: number): Promise<void> {
    const one = this.operations[index]
    if (!one) return
    const call = this.watch.begin(index)
    const { operation, bulkId } = one
    if (isScimError(operation)) return this.settle(index, { operation: undefined, error: operation })
    let resolved: Operation | undefined
    try {
      resolved = resolveOperation(operation, (name) => this.idOf(name))
      const outcome = await this.attempt(resolved, call)
      if (bulkId !== undefined && operation.kind === 'create') this.ids.set(bulkId, outcome.id)
      await this.settle(index, { operation: resolved, outcome })
    } catch (error) {
      await this.settle(index, { operation: resolved, error: this.failure(error, call, operation) })
    }
  }

  /** Creates resources that refer to each other: all of them, or none. */
  private async runGroup(group: readonly number[]): Promise<void> {
    const created: Created[] = []
    const calls = new Map<number, Call>()
    let failed: { readonly index: number; readonly error: ScimError } | undefined
    const attempt = async (index: number, work: (call: Call) => Promise<void>): Promise<boolean> => {
      const call = calls.get(index) ?? this.watch.begin(index)
      calls.set(index, call)
      try {
        await work(call)
        return true
      } catch (error) {
        const operation = this.operations[index]?.operation
        const known = isScimError(operation) || !operation ? ScimError.notFound() : operation
        failed = { index, error: isScimError(known) ? known : this.failure(error, call, known) }
        return false
      }
    }
    const order = this.orderOf(group)
    for (const index of order ?? []) {
      const isCreated = await attempt(index, async (call) => {
        created.push(await this.createPart(index, new Set(group), call))
      })
      if (!isCreated) break
    }
    for (const one of failed ? [] : created) {
      if (one.later === undefined) continue
      if (!(await attempt(one.index, () => this.complete(one)))) break
    }
    if (failed || !order) await this.undo(created)
    await this.settleGroup(group, created, calls, failed)
  }

  /**
   * The order in which the resources of a group can be created, so that what can not be added later is there in
   * time; undefined where there is none.
   */
  private orderOf(group: readonly number[]): readonly number[] | undefined {
    const members = new Set(group)
    const needs = new Map(
      group.map((index) => [index, this.creatorsOf(this.urgentNames(index)).filter((one) => members.has(one))]),
    )
    const order = schedule(group, (index) => needs.get(index) ?? [])
    const isImpossible = order.some(
      ([one = -1, another]) => another !== undefined || (needs.get(one) ?? []).includes(one),
    )
    return isImpossible ? undefined : order.flat()
  }

  /** The names that a new resource refers to where it can not wait. */
  private urgentNames(index: number): ReadonlySet<string> {
    const names = new Set<string>()
    const operation = this.operations[index]?.operation
    if (!operation || isScimError(operation) || operation.kind !== 'create') return names
    postpone(operation.body, operation.endpoint.type, (part, canWait) => {
      if (!canWait) for (const name of namesIn(part)) names.add(name)
      return false
    })
    return names
  }

  /** Creates a resource without what refers to members of its group that are not there yet. */
  private async createPart(index: number, group: ReadonlySet<number>, call: Call): Promise<Created> {
    const { operation, bulkId } = this.operations[index] ?? {}
    if (!operation || isScimError(operation) || operation.kind !== 'create') {
      throw new Error('only a create can be in a group')
    }
    const isMissing = (name: string) => !this.ids.has(name) && group.has(this.creators.get(name) ?? -1)
    const { type } = operation.endpoint
    const { now, later } = postpone(operation.body, type, (part) => [...namesIn(part)].some(isMissing))
    // What is left of them stands where nothing can be written.
    const body = mapReferences(now, (name) => (isMissing(name) ? undefined : this.idOf(name)))
    const resolved = { ...operation, body }
    const outcome = await this.attempt(resolved, call)
    if (bulkId !== undefined) this.ids.set(bulkId, outcome.id)
    return { index, call, operation: resolved, outcome, later }
  }

  private async complete(one: Created): Promise<void> {
    const { endpoint } = one.operation
    const body = completion(mapReferences(one.later, (name) => this.idOf(name)))
    const { id, isNew } = one.outcome
    const operation: Operation = { kind: 'modify', endpoint, id, body, precondition: undefined }
    one.outcome = { ...(await perform(this.service, operation, one.call)), isNew }
  }

  /** Takes back what was created of a group that can not be completed. */
  private async undo(created: readonly Created[]): Promise<void> {
    for (const { index, operation, outcome, call } of created.toReversed()) {
      const { bulkId } = this.operations[index] ?? {}
      if (bulkId !== undefined) this.ids.delete(bulkId)
      if (!outcome.isNew) continue
      try {
        const { endpoint } = operation
        await perform(this.service, { kind: 'remove', endpoint, id: outcome.id, precondition: undefined }, call)
      } catch (error) {
        const { requestId, tenant } = call
        report(this.service, error, { requestId, tenant, operation: 'remove' })
      }
    }
  }

  private async settleGroup(
    group: readonly number[],
    created: readonly Created[],
    calls: ReadonlyMap<number, Call>,
    failed: { readonly index: number; readonly error: ScimError } | undefined,
  ): Promise<void> {
    if (!failed && created.length === group.length) {
      for (const { index, operation, outcome } of created) await this.settle(index, { operation, outcome })
      return
    }
    if (failed) await this.settle(failed.index, { operation: undefined, error: failed.error })
    const detail = failed
      ? 'The resource refers to another one, and that to this one, which was not created'
      : 'The resource requires another one, and that requires this one: neither can be created first'
    for (const index of group) {
      if (index === failed?.index) continue
      if (!calls.has(index)) {
        // One that was not begun is left undone where there have been enough errors.
        if (this.errors >= this.maxErrors) continue
        this.watch.begin(index)
      }
      await this.settle(index, { operation: undefined, error: unresolved(detail) })
    }
  }
}
