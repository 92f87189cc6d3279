import { applyPatch, readPatchRequest } from '../patch/index.js'
import type { CommonAttributes } from '../schema/index.js'
import type { Precondition } from './attempts.js'
import type { Call, Endpoint, Service } from './service.js'
import { write } from './write.js'

/**
 * Changes a resource by the operations of a PATCH: all of them or none.
 *
 * @throws ScimError whatever {@link applyPatch} refuses; 404; 409; 412; 503 when others keep changing the resource.
 * @see RFC 7644 section 3.5.2
 */
export async function modify(
  service: Service,
  endpoint: Endpoint,
  id: string,
  body: unknown,
  precondition: Precondition,
  call: Call,
): Promise<CommonAttributes> {
  const { type } = endpoint
  const { leniency } = call.profile
  const request = call.profile.readPatch(body, type, call.note)
  const operations = readPatchRequest(request, service.limits.maxPatchOperations, {
    leniency,
    note: call.note,
  })
  const reading = { leniency, note: call.note, limits: service.limits }
  return write(
    service,
    endpoint,
    id,
    precondition,
    (before) => applyPatch(type, before, operations, reading),
    call,
  )
}
