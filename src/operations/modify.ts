import { applyPatch, readPatchRequest } from '../patch/index.js'
import { isEqual } from '../protocol/index.js'
import type { CommonAttributes, Meta } from '../schema/index.js'
import { readValue } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'
import { planMembers } from './groups/members.js'
import { modifyMembers } from './groups/modify-members.js'
import type { Precondition } from './retry.js'
import { write } from './write.js'

/** What became of a PATCH. */
export interface Modified {
  readonly meta: Meta
  /** Undefined where only members have changed: then nobody has read the resource. */
  readonly resource: CommonAttributes | undefined
}

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
): Promise<Modified> {
  const { type } = endpoint
  const { leniency } = call.profile
  const request = call.profile.readPatch(body, type, call.note)
  const operations = readPatchRequest(request, service.limits.maxPatchOperations, {
    leniency,
    note: call.note,
  })
  const reading = { leniency, note: call.note, limits: service.limits }
  const { changeMembers } = endpoint.store
  const change = changeMembers && planMembers(type, operations, reading)
  if (change) {
    const { meta } = await modifyMembers(service, endpoint, id, change, precondition, call, changeMembers)
    return { meta, resource: undefined }
  }
  const apply = (before: CommonAttributes) =>
    keepActivation(endpoint, before, applyPatch(type, before, operations, reading), call)
  const resource = await write(service, endpoint, id, precondition, apply, call)
  return { meta: resource.meta, resource }
}

/** A resource that is still on or off where a change has only taken away which: to clear is not to switch on. */
function keepActivation(
  { type }: Endpoint,
  before: CommonAttributes,
  after: CommonAttributes,
  call: Call,
): CommonAttributes {
  const attribute = type.activation
  const was = attribute && readValue(before, attribute)
  if (!attribute || was === undefined || readValue(after, attribute) !== undefined) return after
  call.note('keptActivation', attribute.path, 'left as it was: to clear it says neither on nor off')
  const kept = { ...after, [attribute.name]: was }
  return isEqual(kept, before) ? before : kept
}
