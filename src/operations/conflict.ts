import { anyOf } from '../filter/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { defaultProjection, findAttribute, readValue } from '../schema/index.js'
import type { Call, ConflictDecision, Endpoint, OnConflict } from './context.js'
import { storeContext } from './context.js'

/** A resource that is already there, and what is to become of it. */
export interface Conflict {
  readonly existing: CommonAttributes
  readonly decision: Exclude<ConflictDecision, 'reject'>
}

/** The resource that has a value which only one may have, or the same `externalId`. */
async function findExisting(
  endpoint: Endpoint,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<CommonAttributes | undefined> {
  const { type, store } = endpoint
  const external = findAttribute(type, 'externalId')
  for (const attribute of external ? [...type.unique, external] : type.unique) {
    const value = readValue(input, attribute)
    if (typeof value !== 'string') continue
    const projection = defaultProjection(type)
    const query = {
      filter: anyOf(attribute, [value]),
      sort: undefined,
      startIndex: 1,
      count: 1,
      projection,
    }
    const { resources } = await store.list(query, storeContext(endpoint, call))
    if (resources[0]) return resources[0]
  }
  return undefined
}

/** Asks the host what to do about a resource that a POST would create a second time. */
export async function resolveConflict(
  endpoint: Endpoint,
  input: Readonly<Record<string, unknown>>,
  onConflict: OnConflict,
  call: Call,
): Promise<Conflict | undefined> {
  const existing = await findExisting(endpoint, input, call)
  if (!existing) return undefined
  const { tenant, actor, requestId } = call
  const secret = endpoint.type.credential?.name
  const incoming = Object.fromEntries(Object.entries(input).filter(([name]) => name !== secret))
  const context = { tenant, actor, requestId, resourceType: endpoint.type.name }
  const decision = await onConflict({ existing: { ...existing }, incoming, context })
  return decision === 'reject' ? undefined : { existing, decision }
}
