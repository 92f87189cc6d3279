import type { BoundFilter, Filter } from '../../filter/index.js'
import { equalsAny, filterFromTree, isWithinAttribute, mentions } from '../../filter/index.js'
import { ScimError } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { attributeNamed, labelOf } from '../../schema/index.js'
import type { Endpoint, OperationContext } from '../context.js'
import { containerOf, membersOf } from './container.js'
import { listAll } from './list-all.js'

type Condition = (membership: Readonly<Record<string, unknown>>) => boolean

/** The members of every group: what answers conditions that no store of users can evaluate. */
class GroupMemberships {
  private constructor(
    private readonly names: ReadonlyMap<string, string | undefined>,
    private readonly members: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async read(context: OperationContext, container: Endpoint): Promise<GroupMemberships> {
    const names = new Map<string, string | undefined>()
    const members = new Map<string, readonly string[]>()
    for await (const group of listAll(context, container, undefined)) {
      const ids = membersOf(group, container.type).map(({ value }) => value)
      names.set(group.id, labelOf(group, container.type))
      members.set(group.id, ids)
    }
    return new GroupMemberships(names, members)
  }

  /** Ids that belong to a group, directly or only through other groups. */
  private within(group: string): {
    readonly direct: ReadonlySet<string>
    readonly indirect: ReadonlySet<string>
  } {
    const direct = new Set(this.members.get(group))
    const indirect = new Set<string>()
    const visited = new Set([group])
    const pending = [...direct].filter((id) => this.members.has(id))
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (visited.has(id)) continue
      visited.add(id)
      for (const member of this.members.get(id) ?? []) {
        if (!direct.has(member)) indirect.add(member)
        if (this.members.has(member)) pending.push(member)
      }
    }
    return { direct, indirect }
  }

  /** The ids that have at least one membership for which a condition holds. */
  idsWhere(condition: Condition): ReadonlySet<string> {
    const ids = new Set<string>()
    for (const [value, display] of this.names) {
      const isDirect = condition({ value, display, type: 'direct' })
      const isIndirect = condition({ value, display, type: 'indirect' })
      if (!isDirect && !isIndirect) continue
      const { direct, indirect } = this.within(value)
      if (isDirect) for (const id of direct) ids.add(id)
      if (isIndirect) for (const id of indirect) ids.add(id)
    }
    return ids
  }
}

/**
 * Replaces conditions on the groups that a resource belongs to by the ids of the resources that fulfil them, since
 * memberships are stored with the groups.
 *
 * @throws ScimError `invalidFilter` where the service has no groups.
 */
export async function withoutGroups(context: OperationContext, filter: Filter): Promise<Filter> {
  const { service, endpoint } = context
  const { memberOf } = endpoint.type
  if (!memberOf || !mentions(filter.tree, memberOf)) return filter
  const container = containerOf(service, endpoint.type)
  const id = attributeNamed(endpoint.type.attributes, 'id')
  if (!container || !id)
    throw ScimError.invalidFilter(`This service has no groups to compare ${memberOf.path} with`)
  const memberships = await GroupMemberships.read(context, container)
  const idIn = (ids: ReadonlySet<string>): BoundFilter => equalsAny(id, [...ids]).tree

  function replace(tree: BoundFilter, attribute: CompiledAttribute): BoundFilter {
    if ('filters' in tree) {
      return { op: tree.op, filters: tree.filters.map((part) => replace(part, attribute)) }
    }
    if (tree.op === 'not') return { op: 'not', filter: replace(tree.filter, attribute) }
    if (!isWithinAttribute(tree.attribute, attribute)) return tree
    const ids = idIn(memberships.idsWhere(conditionOf(tree, attribute)))
    if (tree.op !== 'ne') return ids
    // A resource in no group differs from every value: `ne` is two-valued.
    return { op: 'or', filters: [ids, { op: 'not', filter: idIn(memberships.idsWhere(() => true)) }] }
  }
  return filterFromTree(replace(filter.tree, memberOf))
}

/** Whether a condition on the attribute holds for one membership. */
function conditionOf(leaf: BoundFilter, memberOf: CompiledAttribute): Condition {
  if (leaf.op === 'pr') {
    if (leaf.attribute === memberOf) return () => true
    const { name } = leaf.attribute
    return (membership) => membership[name] !== undefined
  }
  const inner = leaf.op === 'valuePath' ? leaf.filter : leaf
  const { matches } = filterFromTree({ op: 'valuePath', attribute: memberOf, filter: inner })
  return (membership) => matches({ [memberOf.name]: [membership] })
}
