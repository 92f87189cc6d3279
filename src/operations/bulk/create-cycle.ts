import type { Operation, Outcome } from '../operation.js'
import type { BulkIds } from './bulk-ids.js'
import { unresolved } from './bulk-ids.js'
import { completion, postpone } from './postpone.js'
import { bulkIdsIn, mapReferences } from './references.js'
import { schedule } from './schedule.js'

/** An operation that creates one of several resources that refer to each other. */
export interface CycleMember {
  readonly index: number
  readonly operation: Extract<Operation, { readonly kind: 'create' }>
  readonly bulkId: string
}

/** How the operations of a cycle are done. */
export interface CycleActions {
  /** Does an operation of the client, after `authorize`. */
  attempt(member: CycleMember, operation: Operation): Promise<Outcome>
  /** Runs a follow-up operation without asking `authorize` again. */
  perform(member: CycleMember, operation: Operation): Promise<Outcome>
  /** Runs an operation that takes back another: the host is not asked, nor does a deadline count. */
  undo(member: CycleMember, operation: Operation): Promise<Outcome>
  /** Whether a transaction undoes what was created when a member fails. */
  readonly inTransaction: boolean
  /** Reports an error that the client does not see. */
  report(member: CycleMember, error: unknown): void
}

/** A member that has been created. */
export interface CreatedMember {
  readonly member: CycleMember
  readonly operation: Operation
  readonly outcome: Outcome
}

/** A created member, with what must still be added to it. */
interface PartlyCreated extends CreatedMember {
  readonly later: unknown
}

/** All members, or why none was created. */
export type CycleResult =
  | { readonly created: readonly CreatedMember[]; readonly error?: undefined }
  /** `failed`: the member at which it failed, where it was one. */
  | { readonly failed: CycleMember | undefined; readonly error: unknown }

/** Creates resources that refer to each other: all of them, or none. */
export async function createCycle(
  members: readonly CycleMember[],
  bulkIds: BulkIds,
  actions: CycleActions,
): Promise<CycleResult> {
  const order = orderOf(members, bulkIds)
  if (!order) {
    const detail =
      'The resource requires another one, and that requires this one: neither can be created first'
    return { failed: undefined, error: unresolved(detail) }
  }
  const group = new Set(members.map(({ bulkId }) => bulkId))
  const created: PartlyCreated[] = []
  let current: CycleMember | undefined
  try {
    for (const member of order) {
      current = member
      created.push(await createPart(member, group, bulkIds, actions))
    }
    for (const [at, part] of created.entries()) {
      if (part.later === undefined) continue
      current = part.member
      created[at] = { ...part, outcome: await complete(part, bulkIds, actions) }
    }
    return { created }
  } catch (error) {
    if (!actions.inTransaction) await undo(created, bulkIds, actions)
    return { failed: current, error }
  }
}

/** The members in an order in which references that cannot be added later exist in time; undefined: there is none. */
function orderOf(members: readonly CycleMember[], bulkIds: BulkIds): readonly CycleMember[] | undefined {
  const byIndex = new Map(members.map((member) => [member.index, member]))
  const needs = new Map(
    members.map((member) => {
      const creators = bulkIds.creatorsOf(urgentBulkIds(member))
      return [member.index, creators.filter((index) => byIndex.has(index))]
    }),
  )
  const needsOf = (index: number) => needs.get(index) ?? []
  const order: CycleMember[] = []
  for (const group of schedule(byIndex.keys(), needsOf)) {
    const [index = -1, second] = group
    const member = byIndex.get(index)
    if (!member || second !== undefined || needsOf(index).includes(index)) return undefined
    order.push(member)
  }
  return order
}

/** The bulkIds that a new resource refers to where the reference cannot be added later. */
function urgentBulkIds({ operation }: CycleMember): ReadonlySet<string> {
  const urgent = new Set<string>()
  postpone(operation.body, operation.endpoint.type, (part, canWait) => {
    if (!canWait) for (const bulkId of bulkIdsIn(part)) urgent.add(bulkId)
    return false
  })
  return urgent
}

/** Creates a resource without its references to members that do not exist yet. */
async function createPart(
  member: CycleMember,
  group: ReadonlySet<string>,
  bulkIds: BulkIds,
  { attempt }: CycleActions,
): Promise<PartlyCreated> {
  const isMissing = (bulkId: string) => group.has(bulkId) && !bulkIds.has(bulkId)
  const { body, endpoint } = member.operation
  const { now, later } = postpone(body, endpoint.type, (part) => [...bulkIdsIn(part)].some(isMissing))
  // References to missing members that remain are in attributes that cannot be written.
  const resolved = mapReferences(now, (bulkId) => (isMissing(bulkId) ? undefined : bulkIds.idOf(bulkId)))
  const operation: Operation = { kind: 'create', endpoint, body: resolved }
  const outcome = await attempt(member, operation)
  bulkIds.set(member.bulkId, outcome.id)
  return { member, operation, outcome, later }
}

/** Adds the references that a resource was created without. */
async function complete(
  { member, outcome: { id, isNew }, later }: PartlyCreated,
  bulkIds: BulkIds,
  { perform }: CycleActions,
): Promise<Outcome> {
  const { endpoint } = member.operation
  const body = completion(mapReferences(later, (bulkId) => bulkIds.idOf(bulkId)))
  const outcome = await perform(member, { kind: 'modify', endpoint, id, body, precondition: undefined })
  return { ...outcome, isNew }
}

/** Deletes the created resources, the last first. */
async function undo(
  created: readonly CreatedMember[],
  bulkIds: BulkIds,
  actions: CycleActions,
): Promise<void> {
  for (const { member, outcome } of [...created].reverse()) {
    bulkIds.delete(member.bulkId)
    // A resource that existed before stays.
    if (!outcome.isNew) continue
    const { endpoint } = member.operation
    try {
      await actions.undo(member, { kind: 'remove', endpoint, id: outcome.id, precondition: undefined })
    } catch (error) {
      actions.report(member, error)
    }
  }
}
