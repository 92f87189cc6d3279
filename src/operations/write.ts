import { isEqual, isScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { fullProjection, validateChanges } from '../schema/index.js'
import type { MemberChangeResult, StoreContext } from '../stores/store.js'
import { askBeforeUpdate } from './before-write.js'
import { WrittenChange } from './changed-paths.js'
import type { OperationContext } from './context.js'
import { credentialOf } from './credential.js'
import { changeEvents, emit, hasListeners, writeWithEvents } from './emit.js'
import { deletedMeanwhile, resolveMembers, storeChecksMembers, withoutMembers } from './groups/members.js'
import { renamingOf } from './groups/rename-member.js'
import { withHostKeys } from './host-keys.js'
import { memberChange, memberDifference } from './member-change.js'
import { read } from './read.js'
import { writeReferring } from './references.js'
import type { Precondition } from './retry.js'
import { assertVersion, retryOnVersionConflict } from './retry.js'
import { assertSize } from './size.js'
import { assertMembersChanged, assertStored } from './store-replies.js'
import { withoutUnplaced } from './unplaced.js'

const unchanged = { paths: new Set<string>() }

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
  let before: CommonAttributes | undefined
  let renaming: ReturnType<typeof renamingOf>
  const { result, events } = await retryOnVersionConflict(context, precondition, async () => {
    const current = await read(context, id, fullProjection(endpoint.type))
    assertVersion(current.meta.version, precondition)
    before = current
    // A copy for what is recorded, as for the events: a store may change the very object that it has handed out.
    if (context.detail) Object.assign(context.detail, { before: { ...current }, change: unchanged })
    const wanted = next(current)
    if (wanted === current) return { result: current, events: [] }
    const changed = withHostKeys(endpoint.type, current, withoutUnplaced(context, current, wanted))
    if (changed !== wanted && isEqual(current, { ...changed, schemas: current.schemas }))
      return { result: current, events: [] }
    const attributes: CompiledAttribute[] = []
    await validateChanges(current, changed, endpoint.type, service.limits.maxValues, attributes)
    assertSize(context, current, changed, attributes)
    const resolved = await resolveMembers(context, current, changed)
    const asked = service.before ? await askBeforeUpdate(context, current, resolved) : resolved
    const stored = await secure(current, asked)
    return writeReferring(context, current, stored, async (kept, references) => {
      if (kept !== changed && isEqual(current, kept)) return { result: current, events: [] }
      // A copy for the events: a store may change the very object that it has handed out.
      const shown = hasListeners(context) ? { ...current } : current
      const names = renamingOf(context, current, kept)
      renaming = names
      const writesSeveral = names?.isOneTransaction === true
      const change = new WrittenChange(endpoint.type, current, kept)
      if (context.detail) context.detail.change = change
      return writeWithEvents(
        context,
        async (inside) => {
          const replaced = await store(context, current, kept, inside)
          if (writesSeveral) await names.inside(inside.transaction)
          return replaced
        },
        (replaced) => changeEvents(context, shown, replaced),
        () => ({ id, isDeleted: false }),
        { references, change, writesSeveral },
      )
    })
  })
  if (renaming && !renaming.isOneTransaction) await renaming.afterwards()
  if (context.detail) context.detail.after = result
  if (events.length > 0) await emit(context, events)
  return endpoint.type.membership ? withoutDeletedMembers(context, before, result) : result
}

/** Removes members that were deleted while a write added them, where the store does not see to that. */
export async function withoutDeletedMembers(
  context: OperationContext,
  before: CommonAttributes | undefined,
  after: CommonAttributes,
): Promise<CommonAttributes> {
  if (storeChecksMembers(context)) return after
  const { type } = context.endpoint
  const { added } = memberDifference(type, before ?? {}, after)
  const gone = await deletedMeanwhile(context, added)
  if (gone.length === 0) return after
  try {
    return await write(context.afterwards(), after.id, undefined, (group) =>
      withoutMembers(group, gone, type),
    )
  } catch (error) {
    // The group was deleted after the write: it has no members left, and the write was done.
    if (isScimError(error) && error.status === 404) return after
    throw error
  }
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
    if (changed) {
      const left = notAdded(endpoint.type, current, next, changed)
      return Object.assign({}, left.length > 0 ? withoutMembers(next, left, endpoint.type) : next, {
        meta: changed.meta,
      })
    }
  }
  const { id: _id, meta: _meta, ...draft } = next
  return assertStored(await endpoint.store.replace(id, draft, meta.version, inside), endpoint, 'replace')
}

/** The new members that a store has left out, since they were deleted in time. */
function notAdded(
  type: CompiledResourceType,
  current: CommonAttributes,
  next: CommonAttributes,
  { added }: MemberChangeResult,
): readonly string[] {
  const known = new Set(added)
  return memberDifference(type, current, next).added.filter((id) => !known.has(id))
}
