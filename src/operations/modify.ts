import { assertOperations } from '../idp/index.js'
import { applyPatch, planMembers, readPatchMessage, readPatchOperations } from '../patch/index.js'
import type { PatchOperation } from '../protocol/index.js'
import { isEqual, ScimError } from '../protocol/index.js'
import type { CommonAttributes, InputOptions, Meta } from '../schema/index.js'
import { readValue } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { askAboutMembers } from './groups/ask-about-members.js'
import { modifyMembers } from './groups/modify-members.js'
import { locationsOf } from './locations.js'
import type { Precondition } from './retry.js'
import { settleValues } from './settle-values.js'
import { write } from './write.js'

/** What a PATCH leads to. */
export interface Modified {
  readonly meta: Meta
  /** Undefined where only members have changed: the resource was not read then. */
  readonly resource: CommonAttributes | undefined
}

/**
 * Changes a resource by the operations of a PATCH: all of them or none.
 *
 * @throws ScimError whatever {@link applyPatch} refuses; 404; 409; 412; 503 when others keep changing the resource.
 * @see RFC 7644 section 3.5.2
 */
export async function modify(
  context: OperationContext,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<Modified> {
  const { service, profile, note } = context
  const { type, store } = context.endpoint
  if (context.detail) context.detail.body = body
  const locations = locationsOf(context)
  const options = { leniency: profile.leniency, note, limits: service.limits, locations }
  const operations = readOperations(context, body, options)
  const { changeMembers } = store
  const change = changeMembers && planMembers(type, operations, options)
  if (change && (!service.before || (await askAboutMembers(context, id, change, precondition)))) {
    const { meta, added, removed } = await modifyMembers(context, id, change, precondition, changeMembers)
    if (context.detail) context.detail.members = { added: added.length, removed: removed.length }
    return { meta, resource: undefined }
  }
  const apply = (before: CommonAttributes) => {
    const after = keepActivation(context, before, applyPatch(type, before, operations, options))
    const settled = settleValues(context, before, after, 'kept')
    return settled !== after && isEqual(settled, before) ? before : settled
  }
  const resource = await write(context, id, precondition, apply)
  return { meta: resource.meta, resource }
}

/** The operations of a PATCH as the profile reads them. @throws ScimError `invalidSyntax`, `invalidPath`; 413. */
export function readOperations(
  { service, profile, endpoint: { type } }: OperationContext,
  body: unknown,
  options: InputOptions,
): readonly PatchOperation[] {
  const { maxPatchOperations } = service.limits
  const sent = readPatchMessage(body, maxPatchOperations, options)
  const rewritten = profile.rewritePatch(sent, type, options.note)
  const operations = readPatchOperations(rewritten, maxPatchOperations, options)
  assertOperations(profile, operations, type)
  return operations
}

/**
 * Keeps a resource on or off where a change has only removed the attribute: clearing it is not switching on. By the RFC
 * alone (7644 section 3.5.2.2) it has no value then, where the store can keep it so.
 *
 * @throws ScimError `mutability` where it cannot.
 */
function keepActivation(
  { endpoint, note, profile }: OperationContext,
  before: CommonAttributes,
  after: CommonAttributes,
): CommonAttributes {
  const { type, store } = endpoint
  const { activation } = type
  const value = activation && readValue(before, activation)
  if (!activation || value === undefined || readValue(after, activation) !== undefined) return after
  if (profile.leniency.keepActivation) {
    note('keptActivation', activation.path, 'left as it was: to clear it says neither on nor off')
    const kept = { ...after, [activation.name]: value }
    return isEqual(kept, before) ? before : kept
  }
  if (store.canClear?.(activation, type)) return after
  throw ScimError.mutability(`${activation.path} cannot be without a value here: replace it`, {
    path: activation.path,
  })
}
