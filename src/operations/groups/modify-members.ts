import { isScimError } from '../../protocol/index.js'
import { excludeFrom } from '../../schema/index.js'
import type { MemberChange, MemberChangeResult } from '../../stores/store.js'
import type { Endpoint, OperationContext } from '../context.js'
import { emit, hasListeners, memberEvents, writeWithEvents } from '../emit.js'
import { read } from '../read.js'
import type { Precondition } from '../retry.js'
import { assertVersion, retryOnVersionConflict } from '../retry.js'
import { assertTextLengths } from '../size.js'
import { assertMembersChanged } from '../store-replies.js'
import { deletedMeanwhile, lookUpMembers } from './members.js'

/** Many change one group at once: at stricter levels of isolation, all but one of them would have to begin again. */
const waitForOthers = { seesCommits: true } as const

type ChangeMembers = NonNullable<Endpoint['store']['changeMembers']>

/**
 * Changes members and nothing else, without reading the members that are there.
 *
 * @throws ScimError 404; 412; `invalidValue` for members that do not exist, where those are refused.
 */
export async function modifyMembers(
  context: OperationContext,
  id: string,
  change: MemberChange,
  precondition: Precondition,
  changeMembers: ChangeMembers,
): Promise<MemberChangeResult> {
  const { endpoint } = context
  const { type, store } = endpoint
  const withoutMembers = excludeFrom(type, type.membership ? [{ attribute: type.membership }] : [])
  if (type.membership) {
    const members = 'replaceAll' in change ? change.replaceAll : change.add
    assertTextLengths(context, type.membership, undefined, members)
  }
  // Reading costs a round trip, which only a precondition or a listener is worth.
  const mustRead = precondition !== undefined || hasListeners(context)
  const resolved =
    'replaceAll' in change
      ? { replaceAll: await lookUpMembers(context, change.replaceAll) }
      : { add: await lookUpMembers(context, change.add), remove: change.remove }
  const { result, events } = await retryOnVersionConflict(context, precondition, async () => {
    const before = mustRead ? await read(context, id, withoutMembers) : undefined
    if (before) assertVersion(before.meta.version, precondition)
    const expected = precondition && before?.meta.version
    return writeWithEvents(
      context,
      async (inside) =>
        assertMembersChanged(await changeMembers.call(store, id, resolved, expected, inside), endpoint),
      (changed) => (before ? memberEvents(context, before, changed) : []),
      () => ({ id, isDeleted: false }),
      waitForOthers,
    )
  })
  await emit(context, events)
  const gone = await deletedMeanwhile(context, result.added)
  if (gone.length === 0) return result
  try {
    const left = { add: [], remove: gone }
    return await modifyMembers(context.afterwards(), id, left, undefined, changeMembers)
  } catch (error) {
    // The group was deleted after the write: it has no members left, and the write was done.
    if (isScimError(error) && error.status === 404) return result
    throw error
  }
}
