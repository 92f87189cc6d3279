import { equalsAny } from '../filter/index.js'
import { copyDeep } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { defaultProjection, findAttribute, readValue } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import type { ConflictDecision, OnConflict } from './hooks.js'

/** A resource that already exists, and what happens to it. */
export interface Conflict {
  readonly existing: CommonAttributes
  readonly decision: Exclude<ConflictDecision, 'reject'>
}

/** The resource that has one of the unique values, or the same `externalId`. */
async function findExisting(
  context: OperationContext,
  input: Readonly<Record<string, unknown>>,
): Promise<CommonAttributes | undefined> {
  const { type, store } = context.endpoint
  const external = findAttribute(type, 'externalId')
  for (const attribute of external ? [...type.unique, external] : type.unique) {
    const value = readValue(input, attribute)
    if (typeof value !== 'string') continue
    const projection = defaultProjection(type)
    const filter = equalsAny(attribute, [value])
    const query = { filter, sort: undefined, startIndex: 1, count: 1, projection }
    const { resources } = await store.list(query, storeContext(context))
    if (resources[0]) return resources[0]
  }
  return undefined
}

/**
 * Lets the host decide about a POST of a resource that already exists; undefined: it is created, or refused as usual.
 * Changes nothing: an atomic bulk request asks before its transaction begins.
 */
export async function decideConflict(
  context: OperationContext,
  input: Readonly<Record<string, unknown>>,
  onConflict: OnConflict,
): Promise<Conflict | undefined> {
  const existing = await findExisting(context, input)
  if (!existing) return undefined
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
  return decision === 'reject' ? undefined : { existing, decision }
}
