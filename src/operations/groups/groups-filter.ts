import type { BoundFilter, Filter } from '../../filter/index.js'
import { anyOf, filterFromTree } from '../../filter/index.js'
import { ScimError } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { attributeNamed, labelOf } from '../../schema/index.js'
import type { Call, Endpoint, Service } from '../context.js'
import { containerOf, listAll, membersOf } from './groups-of.js'

/** Whether an attribute is, or is inside, another. */
function isIn(attribute: CompiledAttribute, outer: CompiledAttribute): boolean {
  return attribute === outer || attribute.parent === outer
}

function mentions(tree: BoundFilter, attribute: CompiledAttribute): boolean {
  if ('filters' in tree) return tree.filters.some((part) => mentions(part, attribute))
  if (tree.op === 'not') return mentions(tree.filter, attribute)
  return isIn(tree.attribute, attribute)
}

/** Who belongs to which groups: the answer to conditions that no store of users can evaluate. */
class GroupMemberships {
  private constructor(
    private readonly names: ReadonlyMap<string, string | undefined>,
    private readonly members: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async read(container: Endpoint, call: Call): Promise<GroupMemberships> {
    const names = new Map<string, string | undefined>()
    const members = new Map<string, readonly string[]>()
    for await (const group of listAll(container, undefined, call)) {
      names.set(group.id, labelOf(group, container.type))
      members.set(
        group.id,
        membersOf(group, container.type).map(({ value }) => value),
      )
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
    const seen = new Set([group])
    const waiting = [...direct].filter((id) => this.members.has(id))
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      for (const member of this.members.get(id) ?? []) {
        if (!direct.has(member)) indirect.add(member)
        if (this.members.has(member)) waiting.push(member)
      }
    }
    return { direct, indirect }
  }

  /** The ids of which at least one belonging fulfils a condition. */
  fulfilling(condition: (belonging: unknown) => boolean): ReadonlySet<string> {
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

  get everyone(): ReadonlySet<string> {
    return this.fulfilling(() => true)
  }
}

/**
 * A filter in which conditions on the groups that a resource belongs to are replaced by the ids of those that fulfil
 * them: such groups are kept elsewhere than the resource.
 */
export async function withoutGroups(
  service: Service,
  endpoint: Endpoint,
  filter: Filter,
  call: Call,
): Promise<Filter> {
  const { memberOf } = endpoint.type
  if (!memberOf || !mentions(filter.tree, memberOf)) return filter
  const container = containerOf(service, endpoint.type)
  const id = attributeNamed(endpoint.type.attributes, 'id')
  if (!container || !id)
    throw ScimError.invalidFilter(`This service has no groups to compare ${memberOf.path} with`)
  const belongings = await GroupMemberships.read(container, call)
  const idIn = (ids: ReadonlySet<string>): BoundFilter => anyOf(id, [...ids]).tree

  /** Whether one belonging fulfils a condition on the attribute's parts. */
  function holds(leaf: BoundFilter): (belonging: unknown) => boolean {
    if (leaf.op === 'pr') {
      const { name } = leaf.attribute
      if (leaf.attribute === memberOf) return () => true
      return (belonging) => (belonging as Readonly<Record<string, unknown>>)[name] !== undefined
    }
    const inner = leaf.op === 'valuePath' ? leaf.filter : leaf
    const { matches } = filterFromTree({
      op: 'valuePath',
      attribute: memberOf as CompiledAttribute,
      filter: inner,
    })
    return (belonging) => matches({ [(memberOf as CompiledAttribute).name]: [belonging] })
  }

  function replaced(tree: BoundFilter): BoundFilter {
    if ('filters' in tree) return { op: tree.op, filters: tree.filters.map(replaced) }
    if (tree.op === 'not') return { op: 'not', filter: replaced(tree.filter) }
    if (!isIn(tree.attribute, memberOf as CompiledAttribute)) return tree
    const ids = idIn(belongings.fulfilling(holds(tree)))
    if (tree.op !== 'ne') return ids
    // What belongs nowhere differs from every value (two-valued `ne`).
    return { op: 'or', filters: [ids, { op: 'not', filter: idIn(belongings.everyone) }] }
  }
  return filterFromTree(replaced(filter.tree))
}
