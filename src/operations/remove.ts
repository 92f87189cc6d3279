import type { LifecycleEvent } from '../events/index.js'
import { HostFault, isScimError } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { fullProjection } from '../schema/index.js'
import type { LeftGroup } from '../stores/store.js'
import { askBeforeDelete } from './before-write.js'
import type { BulkTransaction } from './bulk-transaction.js'
import type { Endpoint, OperationContext } from './context.js'
import { storeContext } from './context.js'
import { changeEvents, emit, hasListeners, memberEvents, writeWithEvents } from './emit.js'
import { containerOf, memberTypes } from './groups/container.js'
import { removeFromGroups } from './groups/remove-from-groups.js'
import { read } from './read.js'
import { recordAfterwards, recorderOf, recordWrite } from './record-write.js'
import { exists } from './references.js'
import { report } from './report.js'
import type { Precondition } from './retry.js'
import { assertVersion, retry, retryOnVersionConflict } from './retry.js'

/**
 * Deletes a resource, and its memberships with it: in one transaction where the stores share transactions.
 *
 * @throws ScimError 404; 409 where other data refers to the resource; 412.
 * @see RFC 7644 section 3.6
 */
export async function remove(
  context: OperationContext,
  id: string,
  precondition: Precondition,
): Promise<void> {
  const { service, endpoint } = context
  const container = containerOf(service, endpoint.type)
  const transactions = container && endpoint.store.transactions
  const isOneTransaction = transactions !== undefined && transactions === container?.store.transactions
  try {
    const { events } = await retryOnVersionConflict(context, precondition, async () => {
      const current = await read(context, id, fullProjection(endpoint.type))
      assertVersion(current.meta.version, precondition)
      if (context.detail) context.detail.before = current
      if (service.before) await askBeforeDelete(context, current)
      return isOneTransaction ? removeAtOnce(context, current) : removeFirst(context, current)
    })
    if (isOneTransaction) return await emit(context, events)
    try {
      await cleanUp(context, id)
    } finally {
      // The resource is gone, whatever becomes of its memberships.
      await emit(context, events)
    }
  } catch (error) {
    // An earlier attempt may have deleted the resource and not come to its memberships.
    if (!isOneTransaction && isScimError(error) && error.status === 404)
      await cleanUpAfter(context, id, container)
    reportConflict(context, error)
    throw error
  }
}

interface Removed {
  readonly events: readonly LifecycleEvent[]
}

function removeFirst(context: OperationContext, current: CommonAttributes): Promise<Removed> {
  const { store } = context.endpoint
  const leftGroups: LeftGroup[] = []
  return writeWithEvents(
    context,
    (inside) => store.delete(current.id, current.meta.version, inside),
    () => [
      ...leftGroups.flatMap((left) => leftEvents(context, left)),
      ...changeEvents(context, current, undefined),
    ],
    () => ({ id: current.id, isDeleted: true }),
    { leftGroups },
  )
}

/** The event of a group that the store has taken a deleted resource out of. */
function leftEvents(
  context: OperationContext,
  { type, before, change }: LeftGroup,
): readonly LifecycleEvent[] {
  const group = context.service.endpoints.find((endpoint) => endpoint.type === type)
  return group ? memberEvents(context.at(group), before, change) : []
}

/**
 * The resource is deleted before its memberships: whoever adds it to a group meanwhile has locked it before, and its
 * membership is found, or locks it afterwards, and finds nothing.
 */
async function removeAtOnce(context: OperationContext, current: CommonAttributes): Promise<Removed> {
  const { store } = context.endpoint
  const { transactions } = store
  if (!transactions) return removeFirst(context, current)
  context.assertInTime()
  const recorder = recorderOf(context)
  const isRecorded = recorder?.transactions === transactions
  const deleted = { id: current.id, isDeleted: true }
  const work = async (handle: object): Promise<Removed> => {
    const transaction: BulkTransaction = { handle, events: [], afterCommit: [], isOneOperation: true }
    const inside = context.within(transaction)
    await store.delete(current.id, current.meta.version, storeContext(inside))
    const events = hasListeners(context) ? changeEvents(context, current, undefined) : []
    if (events.length > 0) await store.record?.(events, storeContext(inside))
    if (isRecorded) await recordWrite(context, recorder, deleted, handle)
    await removeFromGroups(inside, current.id)
    return { events: [...transaction.events, ...events] }
  }
  const removed = await transactions.run(work, storeContext(context), { seesCommits: true })
  if (recorder && !isRecorded) await recordAfterwards(context, recorder, deleted)
  return removed
}

/** Removes what is left of a resource that is gone, and tries again where that fails. */
function cleanUp(context: OperationContext, id: string): Promise<void> {
  const afterwards = context.afterwards()
  return retry(
    () => removeFromGroups(afterwards, id),
    (_, count) => count < 3,
  )
}

/** Removes what an attempt to delete a resource has left, unless there is another resource with its id. */
async function cleanUpAfter(
  context: OperationContext,
  id: string,
  container: Endpoint | undefined,
): Promise<void> {
  const names = container ? memberTypes(container.type) : []
  const types = context.service.endpoints.filter(({ type }) => names.includes(type.name))
  if (types.length > 0 && !(await exists(context, id, types))) await cleanUp(context, id)
}

/** Tells the host what kept a resource from being deleted, since the client must not see it. */
function reportConflict(context: OperationContext, error: unknown): void {
  const isConflict = isScimError(error) && error.status === 409 && error.scimType === undefined
  // A fault of the host's is reported whatever the operation.
  if (!isConflict || error.cause === undefined || error.cause instanceof HostFault) return
  const { service, requestId, traceparent, tenant } = context
  report(service, error, { requestId, traceparent, tenant, operation: 'remove' })
}
