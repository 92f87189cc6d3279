import type { CommonAttributes } from '../schema/index.js'
import { assertComplete, normaliseResource, schemasIn, validateChanges } from '../schema/index.js'
import { resolveConflict } from './conflict.js'
import type { Call, Endpoint, Service } from './context.js'
import { credentialOf } from './credential.js'
import { changeEvents, emit, writeWithEvents } from './emit.js'
import { resolveMembers } from './groups/members.js'
import { assertStored } from './read.js'
import { replaceWith } from './replace.js'

/** The resource that a POST leads to. */
export interface Created {
  readonly resource: CommonAttributes
  /** False for one that was there already. */
  readonly isNew: boolean
}

/**
 * Creates a resource from the body of a POST.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`; `uniqueness` (409).
 * @see RFC 7644 section 3.3
 */
export async function create(
  service: Service,
  endpoint: Endpoint,
  body: unknown,
  call: Call,
): Promise<Created> {
  const { type, store } = endpoint
  const { leniency } = call.profile
  const input = normaliseResource(call.profile.readResource(body, type, call.note), type, {
    leniency,
    note: call.note,
  })
  // Nobody creates what is switched off without saying so.
  if (type.activation && input[type.activation.name] === undefined) input[type.activation.name] = true
  assertComplete(input, type)
  await validateChanges(undefined, input, type)
  const conflict = service.onConflict && (await resolveConflict(endpoint, input, service.onConflict, call))
  if (conflict) {
    const { existing, decision } = conflict
    const name = type.activation?.name
    // Who links does not also switch on or off.
    const { [name ?? '']: _state, ...rest } = input
    const state = decision === 'reactivate' && name !== undefined ? { [name]: true } : {}
    call.note(
      'onConflict',
      undefined,
      `${decision === 'link' ? 'linked' : 'reactivated'} the resource that was there`,
    )
    const linked = (before: CommonAttributes) => ({ ...before, ...rest, ...state })
    const resource = await replaceWith(service, endpoint, existing.id, linked, undefined, call)
    return { resource, isNew: false }
  }
  const settled = await resolveMembers(service, endpoint, undefined, input, call)
  const attributes = await credentialOf(service, endpoint, call)(undefined, settled)
  const draft = { schemas: schemasIn(attributes, type), ...attributes }
  const { result, events } = await writeWithEvents(
    service,
    endpoint,
    call,
    async (context) => assertStored(await store.create(draft, context), endpoint, 'create'),
    (created) => changeEvents(endpoint, undefined, created, call),
  )
  if (events.length > 0) await emit(service, events, call)
  return { resource: result, isNew: true }
}
