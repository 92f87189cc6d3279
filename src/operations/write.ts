import { isEqual, isScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { fullProjection, validateChanges } from '../schema/index.js'
import type { StoreContext } from '../stores/store.js'
import type { OperationContext } from './context.js'
import { credentialOf } from './credential.js'
import { changeEvents, emit, hasListeners, writeWithEvents } from './emit.js'
import { resolveMembers } from './groups/members.js'
import { memberChange } from './member-change.js'
import { read } from './read.js'
import type { Precondition } from './retry.js'
import { assertVersion, retryOnVersionConflict } from './retry.js'
import { assertSize } from './size.js'
import { assertMembersChanged, assertStored } from './store-replies.js'

/**
 * Reads a resource, makes the next state from it and stores that, unless nothing has changed. `next` may be called
 * several times, each time with what is stored.
 */
export async function write(
  context: OperationContext,
  id: string,
  precondition: Precondition,
  next: (before: CommonAttributes) => CommonAttributes,
): Promise<CommonAttributes> {
  const { endpoint, service } = context
  const secure = credentialOf(context)
  const { result, events } = await retryOnVersionConflict(context, precondition, async () => {
    const current = await read(context, id, fullProjection(endpoint.type))
    assertVersion(current.meta.version, precondition)
    const changed = next(current)
    if (changed === current) return { result: current, events: [] }
    const attributes: CompiledAttribute[] = []
    await validateChanges(current, changed, endpoint.type, service.limits.maxValues, attributes)
    assertSize(context, current, changed, attributes)
    const resolved = await resolveMembers(context, current, changed)
    const stored = await secure(current, resolved)
    if (stored !== changed && isEqual(current, stored)) return { result: current, events: [] }
    // A copy for the events: a store may change the very object that it has handed out.
    const before = hasListeners(context) ? { ...current } : current
    return writeWithEvents(
      context,
      (inside) => store(context, current, stored, inside),
      (replaced) => changeEvents(context, before, replaced),
    )
  })
  if (events.length > 0) await emit(context, events)
  return result
}

/** Stores the next state: of a group in which only members differ, those that do. */
async function store(
  { endpoint }: OperationContext,
  current: CommonAttributes,
  next: CommonAttributes,
  inside: StoreContext,
): Promise<CommonAttributes> {
  const { id, meta } = current
  const change = endpoint.store.changeMembers && memberChange(endpoint.type, current, next)
  if (change) {
    const changed = await endpoint.store.changeMembers?.(id, change, meta.version, inside).then(
      (result) => assertMembersChanged(result, endpoint),
      (error) => {
        // A store for several types may have members of others only.
        if (!isScimError(error) || error.status !== 501) throw error
      },
    )
    if (changed) return Object.assign({}, next, { meta: changed.meta })
  }
  const { id: _id, meta: _meta, ...draft } = next
  return assertStored(await endpoint.store.replace(id, draft, meta.version, inside), endpoint, 'replace')
}
