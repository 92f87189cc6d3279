import { happenings } from '../events/index.js'
import type { CommonAttributes } from '../schema/index.js'
import type { MemberOutcome } from '../stores/store.js'
import { report } from './report.js'
import type { Call, Endpoint, Service } from './service.js'

/** A resource as events show it: without its secret. */
function withoutCredential(endpoint: Endpoint, resource: CommonAttributes | undefined): unknown {
  const name = endpoint.type.credential?.name
  if (!resource || name === undefined || !(name in resource)) return resource
  return Object.fromEntries(Object.entries(resource).filter(([key]) => key !== name))
}

/**
 * Tells the host what happened to a resource, after the store has accepted it. A callback that throws is reported
 * and undoes nothing.
 */
export async function emit(
  service: Service,
  endpoint: Endpoint,
  before: CommonAttributes | undefined,
  after: CommonAttributes | undefined,
  call: Call,
): Promise<void> {
  if (service.callbacks.size === 0) return
  const shown = { before: withoutCredential(endpoint, before), after: withoutCredential(endpoint, after) }
  // The secret's own change is named, though not shown.
  for (const { kind, changed } of happenings(endpoint.type, before, after)) {
    await deliver(service, endpoint, kind, { ...shown, changed }, call)
  }
}

/** Tells the host of members that have come and gone, without the members that have stayed. */
export async function emitMembers(
  service: Service,
  endpoint: Endpoint,
  before: CommonAttributes,
  outcome: MemberOutcome,
  call: Call,
): Promise<void> {
  const { meta, added, removed } = outcome
  if (!endpoint.type.membership || (added.length === 0 && removed.length === 0)) return
  const changed = [endpoint.type.membership.path]
  const event = { before, after: { ...before, meta }, changed, members: { added, removed } }
  await deliver(service, endpoint, 'updated', event, call)
}

async function deliver(
  service: Service,
  { type }: Endpoint,
  kind: string,
  content: object,
  { tenant, actor, requestId }: Call,
): Promise<void> {
  const name = `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}.${kind}`
  const callback = service.callbacks.get(name)
  if (!callback) return
  try {
    // The callbacks' types are checked where the host writes them; by name, here.
    await (callback as (event: unknown) => unknown)({ ...content, tenant, actor, requestId })
  } catch (error) {
    report(service, error, { requestId, tenant, operation: name })
  }
}
