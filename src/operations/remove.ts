import { fullProjection } from '../schema/index.js'
import type { Precondition } from './attempts.js'
import { assertVersion, untilUndisturbed } from './attempts.js'
import { emit } from './emit.js'
import { forget } from './forget.js'
import { read } from './read.js'
import type { Call, Endpoint, Service } from './service.js'
import { storeContext } from './service.js'

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
  const before = await untilUndisturbed(service, precondition, async () => {
    const current = await read(endpoint, id, fullProjection(endpoint.type), call)
    assertVersion(current.meta.version, precondition)
    await endpoint.store.delete(id, current.meta.version, storeContext(endpoint, call))
    return current
  })
  try {
    await forget(service, endpoint, id, call)
  } finally {
    // Deleted it is, whatever becomes of its memberships.
    await emit(service, endpoint, before, undefined, call)
  }
}
