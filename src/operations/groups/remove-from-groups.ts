import { applyPatch } from '../../patch/index.js'
import { isScimError, ScimError } from '../../protocol/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import type { Call, Endpoint, Service } from '../context.js'
import { write } from '../write.js'
import { containerOf, directGroups } from './groups-of.js'
import { modifyMembers } from './modify-members.js'

/** Takes a deleted resource out of the groups that it was a member of. */
export async function removeFromGroups(
  service: Service,
  endpoint: Endpoint,
  id: string,
  call: Call,
): Promise<void> {
  const container = containerOf(service, endpoint.type)
  const attribute = container?.type.membership
  if (!container || !attribute) return
  const groups = (await directGroups(container, [id], call)).get(id) ?? []
  for (const { value } of groups) {
    try {
      const { changeMembers } = container.store
      if (changeMembers) {
        await modifyMembers(
          service,
          container,
          value,
          { add: [], remove: [id] },
          undefined,
          call,
          changeMembers,
        )
      } else {
        const without = (group: CommonAttributes) =>
          applyPatch(
            container.type,
            group,
            [{ op: 'remove', path: attribute.path, value: [{ value: id }] }],
            {
              leniency: { ...call.profile.leniency, removeByValue: true },
              note: () => {},
            },
          )
        await write(service, container, value, undefined, without, call)
      }
    } catch (error) {
      // A group that was deleted in the meantime has no members left.
      if (!isScimError(error) || error.status !== ScimError.notFound().status) throw error
    }
  }
}
