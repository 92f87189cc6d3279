import { applyPatch } from '../../patch/index.js'
import { isScimError, noNote } from '../../protocol/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import type { OperationContext } from '../context.js'
import { write } from '../write.js'
import { containerOf } from './container.js'
import { directGroups } from './groups-of.js'
import { modifyMembers } from './modify-members.js'

/** Removes a deleted resource from the groups that it was a member of. */
export async function removeFromGroups(context: OperationContext, id: string): Promise<void> {
  const container = containerOf(context.service, context.endpoint.type)
  if (!container?.type.membership) return
  const groups = (await directGroups(context, container, [id])).get(id) ?? []
  if (groups.length === 0) return
  const groupContext = context.at(container)
  groupContext.isFollowUp = true
  for (const { value: groupId } of groups) {
    try {
      await removeMember(groupContext, groupId, id)
    } catch (error) {
      // A group that was deleted meanwhile has no members left.
      if (!isScimError(error) || error.status !== 404) throw error
    }
  }
}

async function removeMember(context: OperationContext, groupId: string, id: string): Promise<void> {
  const { type, store } = context.endpoint
  const { changeMembers } = store
  if (changeMembers) {
    await modifyMembers(context, groupId, { add: [], remove: [id] }, undefined, changeMembers)
    return
  }
  const path = type.membership?.path ?? ''
  const leniency = { ...context.profile.leniency, removeByValue: true }
  const without = (group: CommonAttributes) =>
    applyPatch(type, group, [{ op: 'remove', path, value: [{ value: id }] }], { leniency, note: noNote })
  await write(context, groupId, undefined, without)
}
