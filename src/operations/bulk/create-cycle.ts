import type { Operation, Outcome } from '../operation.js'
import type { BulkIds } from './bulk-ids.js'
import { unresolved } from './bulk-ids.js'
import { completion, postpone } from './postpone.js'
import { mapReferences, namesIn } from './references.js'
import { schedule } from './schedule.js'

/** An operation that creates one of several resources that refer to each other. */
export interface CycleMember {
  readonly index: number
  readonly operation: Extract<Operation, { readonly kind: 'create' }>
  readonly bulkId: string
}

/** How the operations of a group are done. */
export interface CycleActions {
  /** Does what the client asks for with an operation. */
  attempt(member: CycleMember, operation: Operation): Promise<Outcome>
  /** Does what has to be done besides. */
  perform(member: CycleMember, operation: Operation): Promise<Outcome>
  /** Whether somebody else takes back what was created, with all the rest. */
  readonly isUnit: boolean
  /** Takes an error that the client is not told. */
  report(member: CycleMember, error: unknown): void
}

/** A member that has been created. */
export interface CreatedMember {
  readonly member: CycleMember
  readonly operation: Operation
  readonly outcome: Outcome
}

/** All members, or why there are none. */
export type CycleResult =
  | { readonly created: readonly CreatedMember[]; readonly error?: undefined }
  /** `culprit`: the member at which it failed, where it was one. */
  | { readonly culprit: CycleMember | undefined; readonly error: unknown }

/** Creates resources that refer to each other: all of them, or none. */
export async function createCycle(
  members: readonly CycleMember[],
  names: BulkIds,
  actions: CycleActions,
): Promise<CycleResult> {
  const order = orderOf(members, names)
  if (!order) {
    const detail =
      'The resource requires another one, and that requires this one: neither can be created first'
    return { culprit: undefined, error: unresolved(detail) }
  }
  const group = new Set(members.map(({ bulkId }) => bulkId))
  const created: (CreatedMember & { readonly later: unknown })[] = []
  let culprit: CycleMember | undefined
  try {
    for (const member of order) {
      culprit = member
      created.push(await createPart(member, group, names, actions))
    }
    for (const [at, { member, later, operation, outcome }] of created.entries()) {
      if (later === undefined) continue
      culprit = member
      created[at] = {
        member,
        later,
        operation,
        outcome: await complete(member, outcome, later, names, actions),
      }
    }
    return { created }
  } catch (error) {
    if (!actions.isUnit) await undo(created, names, actions)
    return { culprit, error }
  }
}

/**
 * The members in an order in which what can not be added later is there in time; undefined where there is none.
 */
function orderOf(members: readonly CycleMember[], names: BulkIds): readonly CycleMember[] | undefined {
  const byIndex = new Map(members.map((member) => [member.index, member]))
  const needs = new Map(
    members.map((member) => {
      const creators = names.creatorsOf(urgentNames(member))
      return [member.index, creators.filter((index) => byIndex.has(index))]
    }),
  )
  const needsOf = (index: number) => needs.get(index) ?? []
  const order: CycleMember[] = []
  for (const group of schedule(byIndex.keys(), needsOf)) {
    const [index = -1, another] = group
    const member = byIndex.get(index)
    if (!member || another !== undefined || needsOf(index).includes(index)) return undefined
    order.push(member)
  }
  return order
}

/** The names that a new resource refers to where it can not wait. */
function urgentNames({ operation }: CycleMember): ReadonlySet<string> {
  const urgent = new Set<string>()
  postpone(operation.body, operation.endpoint.type, (part, canWait) => {
    if (!canWait) for (const name of namesIn(part)) urgent.add(name)
    return false
  })
  return urgent
}

/** Creates a resource without what refers to members of its group that are not there yet. */
async function createPart(
  member: CycleMember,
  group: ReadonlySet<string>,
  names: BulkIds,
  { attempt }: CycleActions,
): Promise<CreatedMember & { readonly later: unknown }> {
  const isMissing = (name: string) => group.has(name) && !names.has(name)
  const { body, endpoint } = member.operation
  const { now, later } = postpone(body, endpoint.type, (part) => [...namesIn(part)].some(isMissing))
  // References to missing ones that are left stand where nothing can be written.
  const resolved = mapReferences(now, (name) => (isMissing(name) ? undefined : names.idOf(name)))
  const operation: Operation = { kind: 'create', endpoint, body: resolved }
  const outcome = await attempt(member, operation)
  names.set(member.bulkId, outcome.id)
  return { member, operation, outcome, later }
}

/** Adds what a resource was created without. */
async function complete(
  member: CycleMember,
  { id, isNew }: Outcome,
  later: unknown,
  names: BulkIds,
  { perform }: CycleActions,
): Promise<Outcome> {
  const { endpoint } = member.operation
  const body = completion(mapReferences(later, (name) => names.idOf(name)))
  const outcome = await perform(member, { kind: 'modify', endpoint, id, body, precondition: undefined })
  return { ...outcome, isNew }
}

/** Takes back what was created, the last first. */
async function undo(
  created: readonly CreatedMember[],
  names: BulkIds,
  { perform, report }: CycleActions,
): Promise<void> {
  for (const { member, outcome } of [...created].reverse()) {
    names.delete(member.bulkId)
    // One that was there before stays.
    if (!outcome.isNew) continue
    const { endpoint } = member.operation
    try {
      await perform(member, { kind: 'remove', endpoint, id: outcome.id, precondition: undefined })
    } catch (error) {
      report(member, error)
    }
  }
}
