import type { LifecycleChange, LifecycleEvent } from '../events/index.js'
import { eventName, lifecycleChanges } from '../events/index.js'
import { copyDeep } from '../protocol/index.js'
import type { CommonAttributes, CompiledResourceType } from '../schema/index.js'
import { withoutSecrets } from '../schema/index.js'
import type { MemberChangeResult, StoreContext } from '../stores/store.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { memberDifference } from './member-change.js'
import type { Written } from './record-write.js'
import { recordAfterwards, recorderOf, recordWrite } from './record-write.js'
import { report } from './report.js'
import type { WriteDetails } from './write-details.js'

/** Whether events of the resource type have a callback or an outbox. */
export function hasListeners({ service, endpoint }: OperationContext): boolean {
  return service.callbacks.size > 0 || endpoint.store.record !== undefined
}

/** A resource as events show it: without what is never returned, and not the object that a store may change in place. */
function shown(
  type: CompiledResourceType,
  resource: CommonAttributes | undefined,
  withMembers: boolean,
): unknown {
  if (!resource) return undefined
  const { membership } = type
  if (withMembers || !membership) return withoutSecrets(type, resource)
  const { [membership.name]: _members, ...rest } = withoutSecrets(type, resource)
  return rest
}

/** The events of a change between two states. What changes a group tells who has come and gone, not who is in it. */
export function changeEvents(
  context: OperationContext,
  before: CommonAttributes | undefined,
  after: CommonAttributes | undefined,
): readonly LifecycleEvent[] {
  const { type } = context.endpoint
  const id = (after ?? before)?.id ?? ''
  const isUpdate = before !== undefined && after !== undefined
  const content = { before: shown(type, before, !isUpdate), after: shown(type, after, !isUpdate) }
  // A secret that has changed is named in `changed`, though not shown.
  return lifecycleChanges(type, before, after).map(({ kind, changed }) => {
    const { membership } = type
    if (!isUpdate || !membership || !changed.includes(membership.path))
      return eventOf(context, id, kind, { ...content, changed })
    const members = memberDifference(type, before, after)
    return eventOf(context, id, kind, { ...content, changed, members })
  })
}

/** The event of members that were added and removed, without the other members. */
export function memberEvents(
  context: OperationContext,
  before: CommonAttributes,
  { meta, added, removed }: MemberChangeResult,
): readonly LifecycleEvent[] {
  const { type } = context.endpoint
  if (!type.membership || (added.length === 0 && removed.length === 0)) return []
  const content = {
    before: shown(type, before, false),
    after: shown(type, { ...before, meta }, false),
    changed: [type.membership.path],
    members: { added, removed },
  }
  return [eventOf(context, before.id, 'updated', content)]
}

function eventOf(
  { endpoint: { type }, tenant, actor, requestId, traceparent }: OperationContext,
  resourceId: string,
  kind: LifecycleChange['kind'],
  content: Pick<LifecycleEvent, 'before' | 'after' | 'changed' | 'members'>,
): LifecycleEvent {
  return {
    id: crypto.randomUUID(),
    name: eventName(type, kind),
    resourceType: type.name,
    resourceId,
    ...content,
    tenant,
    actor,
    requestId,
    traceparent,
  }
}

/** The result of a write, and the events that are still to be delivered. */
export interface WriteResult<T> {
  readonly result: T
  readonly events: readonly LifecycleEvent[]
}

/**
 * Does a write. A store with an outbox keeps the events in the same transaction: both are written, or neither.
 * `events` is called only where there are listeners; `written` says what the write was about, and `details` are for the
 * store.
 */
export async function writeWithEvents<T>(
  context: OperationContext,
  write: (inside: StoreContext) => Promise<T>,
  events: (result: T) => readonly LifecycleEvent[],
  written: (result: T) => Written,
  details?: WriteDetails,
): Promise<WriteResult<T>> {
  context.assertInTime()
  const { endpoint, transaction } = context
  const { store } = endpoint
  const outside = storeContext(context, endpoint, transaction?.handle, details)
  const recorder = recorderOf(context)
  const isRecorded = recorder?.transactions !== undefined && recorder.transactions === store.transactions
  const writeIn = async (inside: StoreContext): Promise<WriteResult<T>> => {
    const result = await write(inside)
    const list = hasListeners(context) ? events(result) : []
    if (list.length > 0) await store.record?.(list, inside)
    if (isRecorded) await recordWrite(context, recorder, written(result), inside.transaction)
    return { result, events: list }
  }
  const writeAll = () => {
    // Inside a bulk transaction, a part of its own: it can fail without the whole.
    if (
      !store.transactions ||
      !(store.record || isRecorded || transaction || details?.writesSeveral) ||
      transaction?.isOneOperation
    )
      return writeIn(outside)
    const inside = (handle: object) => storeContext(context, endpoint, handle, details)
    return store.transactions.run((handle) => writeIn(inside(handle)), outside, details)
  }
  const done = await writeAll()
  if (recorder && !isRecorded) await recordAfterwards(context, recorder, written(done.result))
  return done
}

/**
 * Delivers events to the host's callbacks: now, or after the bulk transaction that the write is part of. An exception
 * in a callback is reported and undoes nothing.
 */
export async function emit(context: OperationContext, events: readonly LifecycleEvent[]): Promise<void> {
  const { transaction } = context
  for (const event of events) {
    if (transaction) transaction.events.push(event)
    else await deliver(context, event)
  }
}

async function deliver({ service }: OperationContext, event: LifecycleEvent): Promise<void> {
  const callback = service.callbacks.get(event.name)
  if (!callback) return
  const { requestId, traceparent, tenant, name } = event
  try {
    // The callbacks' types are checked where the host writes them; by name, here.
    // A private copy: what a callback changes reaches neither stores nor other callbacks nor the reply.
    await (callback as (event: LifecycleEvent) => unknown)(copyDeep(event))
  } catch (error) {
    report(service, error, { requestId, traceparent, tenant, operation: name })
  }
}
