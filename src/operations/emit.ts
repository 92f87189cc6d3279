import { happenings } from '../events/index.js'
import type { CommonAttributes } from '../schema/index.js'
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
  const prefix = endpoint.type.name.charAt(0).toLowerCase() + endpoint.type.name.slice(1)
  // The secret's own change is named, though not shown.
  for (const { kind, changed } of happenings(endpoint.type, before, after)) {
    const name = `${prefix}.${kind}`
    const callback = service.callbacks.get(name)
    if (!callback) continue
    const event = {
      before: withoutCredential(endpoint, before),
      after: withoutCredential(endpoint, after),
      changed,
      tenant: call.tenant,
      actor: call.actor,
      requestId: call.requestId,
    }
    try {
      // The callbacks' types are checked where the host writes them; by name, here.
      await (callback as (event: unknown) => void | Promise<void>)(event)
    } catch (error) {
      const { requestId, tenant } = call
      service.report(error, { errorId: crypto.randomUUID(), requestId, tenant, operation: name })
    }
  }
}
