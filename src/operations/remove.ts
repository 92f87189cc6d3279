import { fullProjection } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'
import { changeEvents, emit, writeWithEvents } from './emit.js'
import { removeFromGroups } from './groups/remove-from-groups.js'
import { read } from './read.js'
import type { Precondition } from './retry.js'
import { assertVersion, retryOnVersionConflict } from './retry.js'

/**
 * Deletes a resource.
 *
 * @throws ScimError 404; 412.
 * @see RFC 7644 section 3.6
 */
export async function remove(
  service: Service,
  endpoint: Endpoint,
  id: string,
  precondition: Precondition,
  call: Call,
): Promise<void> {
  const { events } = await retryOnVersionConflict(service, precondition, async () => {
    const current = await read(endpoint, id, fullProjection(endpoint.type), call)
    assertVersion(current.meta.version, precondition)
    return writeWithEvents(
      service,
      endpoint,
      call,
      (context) => endpoint.store.delete(id, current.meta.version, context),
      () => changeEvents(endpoint, current, undefined, call),
    )
  })
  try {
    await removeFromGroups(service, endpoint, id, call)
  } finally {
    // Deleted it is, whatever becomes of its memberships.
    await emit(service, events, call)
  }
}
