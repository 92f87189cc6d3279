import { expect, it } from 'vitest'
import type { Group, ResourceStore, StoreContext, User } from '../../../src/index.js'
import { memoryStore, userResourceType } from '../../../src/index.js'
import { compileResourceType } from '../../../src/schema/index.js'
import { serve } from '../../http/service.js'

/** Stores in which a write that adds a member comes just before the member, and then the group, are deleted. */
function deletedAfterwards(hasMembers: boolean) {
  const users = memoryStore<User>()
  const inner = memoryStore<Group>()
  const userType = compileResourceType(userResourceType)
  async function removeBoth(id: string, member: string | undefined, context: StoreContext): Promise<void> {
    if (member === undefined) return
    const { tenant, actor, requestId, signal } = context
    await users.delete(member, undefined, { tenant, actor, requestId, signal, resourceType: userType })
    await inner.delete(id, undefined, context)
  }
  const groups: ResourceStore<Group> = {
    get: inner.get,
    list: inner.list,
    create: inner.create,
    delete: inner.delete,
    async replace(id, group, version, context) {
      const replaced = await inner.replace(id, group, version, context)
      await removeBoth(id, group.members?.[0]?.value, context)
      return replaced
    },
    ...(hasMembers && {
      async changeMembers(id, change, version, context) {
        const changed = await inner.changeMembers?.(id, change, version, context)
        if (!changed) throw new Error('the memory store changes members')
        await removeBoth(id, 'add' in change ? change.add[0]?.value : undefined, context)
        return changed
      },
    }),
  }
  return { users, groups }
}

// The client was told that there is no such group, of a write that had been done before it was deleted.
it.each([true, false])(
  'a write that is done stays so when the group is deleted after it: %s',
  async (has) => {
    const scim = serve(deletedAfterwards(has))
    const user = await scim.createUser()
    const group = await scim.createGroup()
    const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }]
    expect((await scim.patch(`/Groups/${group.id}`, add)).status).toBe(204)
    expect((await scim.get(`/Groups/${group.id}`)).status).toBe(404)
  },
)
