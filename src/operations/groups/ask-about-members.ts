import { excludeFrom } from '../../schema/index.js'
import type { MemberChange } from '../../stores/store.js'
import { askBeforeUpdate, hasHook } from '../before-write.js'
import type { OperationContext } from '../context.js'
import { read } from '../read.js'
import type { Precondition } from '../retry.js'
import { assertVersion } from '../retry.js'
import { directGroups } from './groups-of.js'
import { chunks } from './list-all.js'
import { lookUpMembers } from './members.js'

/**
 * Asks the host about a change of members, where it has a hook for that, without reading the other members.
 *
 * @returns false: the resource must be read and written as a whole, and the host be asked about that.
 * @throws ScimError 404; 412; whatever the hook throws.
 */
export async function askAboutMembers(
  context: OperationContext,
  id: string,
  change: MemberChange,
  precondition: Precondition,
): Promise<boolean> {
  if (!hasHook(context, 'update')) return true
  // Who goes is not known without the members that are there.
  if ('replaceAll' in change) return false
  const { type } = context.endpoint
  const withoutMembers = excludeFrom(type, type.membership ? [{ attribute: type.membership }] : [])
  const before = await read(context, id, withoutMembers)
  assertVersion(before.meta.version, precondition)
  const wanted = (await lookUpMembers(context, change.add)).map(({ value }) => value)
  const present = await membersAmong(context, id, [...wanted, ...change.remove])
  const added = [...new Set(wanted)].filter((value) => !present.has(value))
  const removed = [...new Set(change.remove)].filter((value) => present.has(value))
  if (added.length === 0 && removed.length === 0) return true
  return (await askBeforeUpdate(context, before, before, { added, removed })) === before
}

/** Those of some ids that are members of a group. */
async function membersAmong(
  context: OperationContext,
  groupId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const members = new Set<string>()
  for (const chunk of chunks([...new Set(ids)])) {
    for (const [id, groups] of await directGroups(context, context.endpoint, chunk))
      if (groups.some(({ value }) => value === groupId)) members.add(id)
  }
  return members
}
