import { equalsAny } from '../../filter/index.js'
import type { LongWork } from '../../protocol/index.js'
import { doInTurns, Steps } from '../../protocol/index.js'
import type { CommonAttributes, Projection } from '../../schema/index.js'
import { attributeNamed, labelOf } from '../../schema/index.js'
import type { GroupReference } from '../../stores/store.js'
import type { Endpoint, OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { assertGroups } from '../store-replies.js'
import { containerOf, membersOf } from './container.js'
import { chunks, listAll } from './list-all.js'
import { readableGroups } from './readable-groups.js'

/** The groups that ids are direct members of. */
export async function directGroups(
  context: OperationContext,
  container: Endpoint,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
  const { store } = container
  if (store.groupsOf) {
    return assertGroups(await store.groupsOf(ids, storeContext(context, container)), container)
  }
  const groupsById = new Map<string, GroupReference[]>()
  const key = container.type.membership && attributeNamed(container.type.membership.subAttributes, 'value')
  if (!key) return groupsById
  const wanted = new Set(ids)
  const known = new Set<string>()
  for (const chunk of chunks(ids)) {
    for await (const group of listAll(context, container, equalsAny(key, chunk))) {
      // A group with members in several chunks comes with all of them each time.
      if (known.has(group.id)) continue
      known.add(group.id)
      const display = labelOf(group, container.type)
      const reference = display === undefined ? { value: group.id } : { value: group.id, display }
      for (const value of new Set(membersOf(group, container.type).map((member) => member.value))) {
        if (!wanted.has(value)) continue
        const groups = groupsById.get(value)
        if (groups) groups.push(reference)
        else groupsById.set(value, [reference])
      }
    }
  }
  return groupsById
}

/** A group that a resource belongs to, as the resource shows it (RFC 7643 section 4.1.2). */
interface GroupMembership extends GroupReference {
  readonly type: 'direct' | 'indirect'
}

/** A group above some resources. */
interface GroupAbove {
  readonly id: string
  /** As its direct members show it; shared among them. */
  readonly direct: GroupMembership
  readonly indirect: GroupMembership
  /** The last resource that it was found to be above. */
  foundFor: string | undefined
}

/** The groups above some resources: which ones are directly above each resource, and above each of the groups. */
class GroupsAbove {
  private readonly groups = new Map<string, GroupAbove>()
  private readonly parents = new Map<string, readonly GroupAbove[]>()

  private groupOf(reference: GroupReference): GroupAbove {
    const id = reference.value
    let group = this.groups.get(id)
    if (!group) {
      const direct = { ...reference, type: 'direct' } as const
      group = { id, direct, indirect: { ...reference, type: 'indirect' }, foundFor: undefined }
      this.groups.set(id, group)
    }
    return group
  }

  /** Enters the groups that ids are direct members of. Returns those that are still to be asked about. */
  enter(ids: readonly string[], groups: ReadonlyMap<string, readonly GroupReference[]>): readonly string[] {
    const above = new Set<string>()
    for (const id of ids) {
      const references = groups.get(id) ?? []
      this.parents.set(
        id,
        references.map((reference) => this.groupOf(reference)),
      )
      for (const { value } of references) above.add(value)
    }
    return [...above].filter((id) => !this.parents.has(id))
  }

  /** The groups that a resource belongs to, each once, those that are nearer first. */
  *membershipsOf(id: string, steps: Steps): LongWork<readonly GroupMembership[]> {
    const found: GroupAbove[] = []
    const memberships: GroupMembership[] = []
    const enter = (groups: readonly GroupAbove[], type: GroupMembership['type']) => {
      for (const group of groups) {
        if (group.foundFor === id) continue
        group.foundFor = id
        found.push(group)
        memberships.push(group[type])
      }
      return steps.take(1 + groups.length)
    }
    enter(this.parents.get(id) ?? [], 'direct')
    // The list grows while it is gone through: each group is looked above once.
    for (const group of found) if (enter(this.parents.get(group.id) ?? [], 'indirect')) yield
    return memberships
  }
}

/** The groups that each of some ids belongs to, directly or through other groups, each once. */
async function membershipsOf(
  context: OperationContext,
  container: Endpoint,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupMembership[]>> {
  const direct = await directGroups(context, container, ids)
  // Most resources are in no group.
  if (direct.size === 0) return new Map()
  const above = new GroupsAbove()
  for (let level = above.enter(ids, direct); level.length > 0; ) {
    level = above.enter(level, await directGroups(context, container, level))
  }
  return doInTurns(allMemberships(above, ids), () => context.signal)
}

function* allMemberships(
  above: GroupsAbove,
  ids: readonly string[],
): LongWork<ReadonlyMap<string, readonly GroupMembership[]>> {
  const steps = new Steps()
  const memberships = new Map<string, readonly GroupMembership[]>()
  // A store may list a resource twice when others come and go meanwhile.
  for (const id of new Set(ids)) memberships.set(id, yield* above.membershipsOf(id, steps))
  return memberships
}

/** The endpoint of the groups that a projection shows of a resource; undefined where it shows none. */
export function shownGroups(
  { service, endpoint: { type } }: OperationContext,
  projection: Projection,
): Endpoint | undefined {
  const { memberOf } = type
  return memberOf && projection.includes(memberOf) ? containerOf(service, type) : undefined
}

/**
 * Resources with the groups that they belong to and that the caller may read, where the projection includes them. A
 * resource without groups is returned as the same object.
 */
export async function addGroups<R extends CommonAttributes>(
  context: OperationContext,
  resources: readonly R[],
  projection: Projection,
): Promise<readonly R[]> {
  const { service, endpoint } = context
  const { memberOf } = endpoint.type
  const container = shownGroups(context, projection)
  if (!memberOf || !container || resources.length === 0) return resources
  const groups = await membershipsOf(
    context,
    container,
    resources.map(({ id }) => id),
  )
  if (groups.size === 0) return resources
  const readable = service.authorize && (await readableGroups(context, container, idsOf(groups)))
  return resources.map((resource) => {
    const all = groups.get(resource.id)
    const own = readable ? all?.filter(({ value }) => readable.has(value)) : all
    return own && own.length > 0 ? Object.assign({}, resource, { [memberOf.name]: own }) : resource
  })
}

function* idsOf(memberships: ReadonlyMap<string, readonly GroupMembership[]>): Generator<string> {
  for (const list of memberships.values()) for (const { value } of list) yield value
}
