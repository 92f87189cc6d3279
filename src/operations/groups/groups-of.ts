import { equalsAny } from '../../filter/index.js'
import type { CommonAttributes, Projection } from '../../schema/index.js'
import { attributeNamed, labelOf } from '../../schema/index.js'
import type { GroupReference } from '../../stores/store.js'
import type { Endpoint, OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { containerOf, membersOf } from './container.js'
import { chunks, listAll } from './list-all.js'

/** The groups that ids are direct members of. */
export async function directGroups(
  context: OperationContext,
  container: Endpoint,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
  if (container.store.groupsOf) return container.store.groupsOf(ids, storeContext(context, container))
  const groupsById = new Map<string, GroupReference[]>()
  const key = container.type.membership && attributeNamed(container.type.membership.subAttributes, 'value')
  if (!key) return groupsById
  const wanted = new Set(ids)
  for (const chunk of chunks(ids)) {
    for await (const group of listAll(context, container, equalsAny(key, chunk))) {
      const display = labelOf(group, container.type)
      const reference = display === undefined ? { value: group.id } : { value: group.id, display }
      for (const { value } of membersOf(group, container.type)) {
        if (!wanted.has(value)) continue
        const groups = groupsById.get(value) ?? []
        if (!groups.some((other) => other.value === group.id)) groupsById.set(value, [...groups, reference])
      }
    }
  }
  return groupsById
}

/** A group that a resource belongs to, as the resource shows it (RFC 7643 section 4.1.2). */
interface GroupMembership extends GroupReference {
  readonly type: 'direct' | 'indirect'
}

/** The groups that each of some ids belongs to, directly or through other groups, each once. */
async function membershipsOf(
  context: OperationContext,
  container: Endpoint,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupMembership[]>> {
  const parents = new Map<string, readonly GroupReference[]>()
  let level = ids
  while (level.length > 0) {
    const groups = await directGroups(context, container, level)
    // Most resources are in no group, and there is no next level then.
    if (groups.size === 0 && parents.size === 0) return new Map()
    for (const id of level) parents.set(id, groups.get(id) ?? [])
    const above = new Set([...groups.values()].flat().map(({ value }) => value))
    level = [...above].filter((id) => !parents.has(id))
  }
  return new Map(ids.map((id) => [id, closure(id, parents)]))
}

function closure(
  id: string,
  parents: ReadonlyMap<string, readonly GroupReference[]>,
): readonly GroupMembership[] {
  const memberships = new Map<string, GroupMembership>()
  let level = parents.get(id) ?? []
  for (let type: GroupMembership['type'] = 'direct'; level.length > 0; type = 'indirect') {
    const fresh = level.filter(({ value }) => !memberships.has(value))
    for (const group of fresh) memberships.set(group.value, { ...group, type })
    level = fresh.flatMap(({ value }) => parents.get(value) ?? [])
  }
  return [...memberships.values()]
}

/**
 * Resources with the groups that they belong to, where the projection includes them. A resource without groups is
 * returned as the same object.
 */
export async function addGroups<R extends CommonAttributes>(
  context: OperationContext,
  resources: readonly R[],
  projection: Projection,
): Promise<readonly R[]> {
  const { service, endpoint } = context
  const { memberOf } = endpoint.type
  const container =
    memberOf && projection.includes(memberOf) ? containerOf(service, endpoint.type) : undefined
  if (!memberOf || !container || resources.length === 0) return resources
  const groups = await membershipsOf(
    context,
    container,
    resources.map(({ id }) => id),
  )
  if (groups.size === 0) return resources
  return resources.map((resource) => {
    const own = groups.get(resource.id)
    return own && own.length > 0 ? Object.assign({}, resource, { [memberOf.name]: own }) : resource
  })
}
