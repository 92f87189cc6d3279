import { equalsAny } from '../filter/index.js'
import { copyDeep, isScimError, ScimError } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { defaultProjection, findAttribute, readValue } from '../schema/index.js'
import { assertAuthorized } from './authorize.js'
import { isRefusal } from './before-write.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { readDecision } from './hook-results.js'
import type { ConflictDecision, OnConflict } from './hooks.js'
import { replaceWith } from './replace.js'
import { retryOnVersionConflict } from './retry.js'
import { assertPage } from './store-replies.js'

type Attributes = Readonly<Record<string, unknown>>

/** A resource that already exists, and what happens to it. */
export interface Conflict {
  readonly existing: CommonAttributes
  readonly decision: Exclude<ConflictDecision, 'reject'>
}

/** The resource that has one of the unique values, or the same `externalId`. */
async function findExisting(
  context: OperationContext,
  input: Attributes,
): Promise<CommonAttributes | undefined> {
  const { endpoint } = context
  const { type, store } = endpoint
  const external = findAttribute(type, 'externalId')
  for (const attribute of external ? [...type.unique, external] : type.unique) {
    const value = readValue(input, attribute)
    if (typeof value !== 'string') continue
    const projection = defaultProjection(type)
    const filter = equalsAny(attribute, [value])
    const query = { filter, sort: undefined, startIndex: 1, count: 1, projection }
    const { resources } = assertPage(await store.list(query, storeContext(context)), query, endpoint)
    if (resources[0]) return resources[0]
  }
  return undefined
}

/**
 * Lets the host decide about a POST of a resource that already exists; undefined: it is created, or refused as usual.
 * Changes nothing: an atomic bulk request asks before its transaction begins.
 *
 * @throws ScimError 403 where the caller may not modify the existing resource.
 */
export async function decideConflict(
  context: OperationContext,
  input: Attributes,
  onConflict: OnConflict,
): Promise<Conflict | undefined> {
  const existing = await findExisting(context, input)
  if (!existing) return undefined
  const decision = await decide(context, existing, input, onConflict)
  if (decision === 'reject') return undefined
  await assertAuthorized(context, 'modify', context.endpoint, existing.id)
  return { existing, decision }
}

async function decide(
  context: OperationContext,
  existing: CommonAttributes,
  input: Attributes,
  onConflict: OnConflict,
): Promise<ConflictDecision> {
  const { tenant, actor, requestId, callbackSignal: signal } = context
  const { type } = context.endpoint
  const secret = type.credential?.name
  const incoming = Object.fromEntries(Object.entries(input).filter(([name]) => name !== secret))
  const decision = await onConflict({
    // Copies: what the hook does to them changes neither what is stored nor what will be.
    existing: { ...copyDeep(existing) },
    incoming: copyDeep(incoming),
    context: { tenant, actor, requestId, resourceType: type.name, signal },
  })
  return readDecision(decision)
}

/**
 * Gives a resource that already exists what a POST has sent, where the host says so. Decision, permission and write are
 * about one version of that resource: all three begin again when it has changed or gone meanwhile.
 *
 * @returns undefined: there is no such resource, or the host refuses.
 * @throws ScimError 403 where the caller may not modify it; 409; 503.
 */
export function takeOverExisting(
  context: OperationContext,
  input: Attributes,
  onConflict: OnConflict,
): Promise<CommonAttributes | undefined> {
  return retryOnVersionConflict(context, undefined, async () => {
    const conflict = await decideConflict(context, input, onConflict)
    return conflict && takeOver(context, conflict, input)
  })
}

/** @throws ScimError 412 when the existing resource has changed or gone. */
async function takeOver(
  context: OperationContext,
  { existing, decision }: Conflict,
  input: Attributes,
): Promise<CommonAttributes> {
  const name = context.endpoint.type.activation?.name
  // Linking alone does not switch on or off.
  const { [name ?? '']: _state, ...rest } = input
  const state = decision === 'reactivate' && name !== undefined ? { [name]: true } : {}
  const isSame = (version: string) => version === existing.meta.version
  let taken: CommonAttributes
  try {
    taken = await replaceWith(context, existing.id, (before) => ({ ...before, ...rest, ...state }), isSame)
  } catch (error) {
    if (isScimError(error) && error.status === 404 && !isRefusal(error))
      throw ScimError.versionMismatch(undefined, { cause: error })
    throw error
  }
  const done = decision === 'link' ? 'linked' : 'reactivated'
  context.note('onConflict', undefined, `${done} the resource that was there`)
  return taken
}
