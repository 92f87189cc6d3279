import type { LifecycleChange, LifecycleEvent } from '../events/index.js'
import { lifecycleChanges } from '../events/index.js'
import type { CommonAttributes } from '../schema/index.js'
import type { MemberChangeResult, StoreContext } from '../stores/store.js'
import type { Call, Endpoint, Service } from './context.js'
import { storeContext } from './context.js'
import { report } from './report.js'

/** Whether somebody takes the events of a resource type. */
export function hasListeners(service: Service, { store }: Endpoint): boolean {
  return service.callbacks.size > 0 || store.record !== undefined
}

/** A resource as events show it: without its secret. */
function withoutCredential(endpoint: Endpoint, resource: CommonAttributes | undefined): unknown {
  const name = endpoint.type.credential?.name
  if (!resource) return undefined
  // A copy: a callback may change what it is shown, and the store may have handed out what it keeps.
  if (name === undefined || !(name in resource)) return { ...resource }
  return Object.fromEntries(Object.entries(resource).filter(([key]) => key !== name))
}

/** What happened to a resource between two states. */
export function changeEvents(
  endpoint: Endpoint,
  before: CommonAttributes | undefined,
  after: CommonAttributes | undefined,
  call: Call,
): readonly LifecycleEvent[] {
  const id = (after ?? before)?.id ?? ''
  const shown = { before: withoutCredential(endpoint, before), after: withoutCredential(endpoint, after) }
  // The secret's own change is named, though not shown.
  return lifecycleChanges(endpoint.type, before, after).map(({ kind, changed }) =>
    eventOf(endpoint, id, kind, { ...shown, changed }, call),
  )
}

/** Members that have come and gone, without the members that have stayed. */
export function memberEvents(
  endpoint: Endpoint,
  before: CommonAttributes,
  outcome: MemberChangeResult,
  call: Call,
): readonly LifecycleEvent[] {
  const { meta, added, removed } = outcome
  if (!endpoint.type.membership || (added.length === 0 && removed.length === 0)) return []
  const changed = [endpoint.type.membership.path]
  const content = { before, after: { ...before, meta }, changed, members: { added, removed } }
  return [eventOf(endpoint, before.id, 'updated', content, call)]
}

function eventOf(
  { type }: Endpoint,
  resourceId: string,
  kind: LifecycleChange['kind'],
  content: Pick<LifecycleEvent, 'before' | 'after' | 'changed' | 'members'>,
  { tenant, actor, requestId }: Call,
): LifecycleEvent {
  const name = `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}.${kind}`
  return {
    id: crypto.randomUUID(),
    name,
    resourceType: type.name,
    resourceId,
    ...content,
    tenant,
    actor,
    requestId,
  }
}

/** What a write came to, and the events that the host is still to be told of. */
export interface WriteResult<T> {
  readonly result: T
  readonly events: readonly LifecycleEvent[]
}

/**
 * Does a write; where the store keeps events, those are kept in the same transaction: both happen, or neither.
 * `events`: what has happened, asked only where somebody takes it.
 */
export async function writeWithEvents<T>(
  service: Service,
  endpoint: Endpoint,
  call: Call,
  write: (context: StoreContext) => Promise<T>,
  events: (result: T) => readonly LifecycleEvent[],
): Promise<WriteResult<T>> {
  const { store } = endpoint
  const context = storeContext(endpoint, call)
  const writeIn = async (inside: StoreContext): Promise<WriteResult<T>> => {
    const result = await write(inside)
    const happened = hasListeners(service, endpoint) ? events(result) : []
    if (happened.length > 0) await store.record?.(happened, inside)
    return { result, events: happened }
  }
  // A part of a larger whole can fail by itself.
  if (!store.transactions || !(store.record || call.unit)) return writeIn(context)
  return store.transactions.run((transaction) => writeIn(storeContext(endpoint, call, transaction)), context)
}

/**
 * Tells the host what has happened: now, or when the larger whole that it is part of is done. A callback that throws
 * is reported and undoes nothing.
 */
export async function emit(service: Service, events: readonly LifecycleEvent[], call: Call): Promise<void> {
  if (call.unit) call.unit.events.push(...events)
  else for (const event of events) await deliver(service, event)
}

async function deliver(service: Service, event: LifecycleEvent): Promise<void> {
  const callback = service.callbacks.get(event.name)
  if (!callback) return
  const { requestId, tenant, name } = event
  try {
    // The callbacks' types are checked where the host writes them; by name, here.
    await (callback as (event: LifecycleEvent) => unknown)(event)
  } catch (error) {
    report(service, error, { requestId, tenant, operation: name })
  }
}
