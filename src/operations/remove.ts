import { fullProjection } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { changeEvents, emit, writeWithEvents } from './emit.js'
import { removeFromGroups } from './groups/remove-from-groups.js'
import { read } from './read.js'
import type { Precondition } from './retry.js'
import { assertVersion, retryOnVersionConflict } from './retry.js'

/**
 * Deletes a resource.
 *
 * @throws ScimError 404; 412.
 * @see RFC 7644 section 3.6
 */
export async function remove(
  context: OperationContext,
  id: string,
  precondition: Precondition,
): Promise<void> {
  const { type, store } = context.endpoint
  const { events } = await retryOnVersionConflict(context, precondition, async () => {
    const current = await read(context, id, fullProjection(type))
    assertVersion(current.meta.version, precondition)
    return writeWithEvents(
      context,
      (inside) => store.delete(id, current.meta.version, inside),
      () => changeEvents(context, current, undefined),
    )
  })
  try {
    await removeFromGroups(context, id)
  } finally {
    // The resource is gone, whatever becomes of its memberships.
    await emit(context, events)
  }
}
