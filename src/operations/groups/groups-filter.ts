import type { BoundFilter, Filter } from '../../filter/index.js'
import { filterFromTree, isWithinAttribute, mentions } from '../../filter/index.js'
import type { LongWork } from '../../protocol/index.js'
import { doInTurns, nextTurn, ScimError, Steps } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { attributeNamed, labelOf } from '../../schema/index.js'
import type { Endpoint, OperationContext } from '../context.js'
import { containerOf, membersOf } from './container.js'
import { listAll } from './list-all.js'
import type { MembershipCondition } from './membership-graph.js'
import { MembershipGraph } from './membership-graph.js'
import { readableGroups } from './readable-groups.js'

/** Ids of which all conditions of a filter on groups together may name so many: each becomes part of the query. */
const maxIds = 1_000_000

/** The members of every group. */
async function readMemberships(context: OperationContext, container: Endpoint): Promise<MembershipGraph> {
  const graph = new MembershipGraph()
  const steps = new Steps()
  for await (const group of listAll(context, container, undefined)) {
    const members = new Set(membersOf(group, container.type).map(({ value }) => value))
    graph.add(group.id, labelOf(group, container.type), members)
    if (steps.take(1 + members.size)) await nextTurn()
  }
  return graph
}

/** Replaces conditions on groups by the ids of the resources that fulfil them. */
class GroupConditions {
  private readonly steps = new Steps()
  /** What was found for the same groups before. */
  private readonly found = new Map<string, BoundFilter>()
  /** The conditions on single ids, each once. */
  private readonly ids = new Map<string, BoundFilter>()
  private count = 0

  constructor(
    private readonly memberships: MembershipGraph,
    /** The attribute that conditions are replaced of. */
    private readonly memberOf: CompiledAttribute,
    private readonly id: CompiledAttribute,
  ) {}

  *replace(tree: BoundFilter): LongWork<BoundFilter> {
    if ('filters' in tree) {
      const filters: BoundFilter[] = []
      for (const part of tree.filters) filters.push(yield* this.replace(part))
      return { op: tree.op, filters }
    }
    if (tree.op === 'not') return { op: 'not', filter: yield* this.replace(tree.filter) }
    if (!isWithinAttribute(tree.attribute, this.memberOf)) return tree
    const ids = yield* this.idsWhere(conditionOf(tree, this.memberOf))
    if (tree.op !== 'ne') return ids
    // A resource in no group differs from every value: `ne` is two-valued.
    return { op: 'or', filters: [ids, { op: 'not', filter: yield* this.idsWhere(isAny) }] }
  }

  /** The ids of the groups for which one of the conditions in a filter holds: no others can tell by what it finds. */
  *groupsIn(tree: BoundFilter, found = new Set<string>()): LongWork<ReadonlySet<string>> {
    if ('filters' in tree) for (const part of tree.filters) yield* this.groupsIn(part, found)
    else if (tree.op === 'not') yield* this.groupsIn(tree.filter, found)
    else if (isWithinAttribute(tree.attribute, this.memberOf)) {
      const condition = tree.op === 'ne' ? isAny : conditionOf(tree, this.memberOf)
      const { direct, indirect } = yield* this.memberships.groupsWhere(condition, this.steps)
      for (const { id } of direct) found.add(id)
      for (const { id } of indirect) found.add(id)
    }
    return found
  }

  /** The condition for ids that have at least one membership for which a condition holds. */
  private *idsWhere(condition: MembershipCondition): LongWork<BoundFilter> {
    const groups = yield* this.memberships.groupsWhere(condition, this.steps)
    const known = this.found.get(groups.key)
    if (known) return known
    const ids = yield* this.memberships.idsIn(groups, this.steps)
    this.count += ids.size
    if (this.found.size > 1 && this.count > maxIds) {
      throw ScimError.tooMany(`The conditions on ${this.memberOf.path} are fulfilled by too many resources`)
    }
    const filters: BoundFilter[] = []
    for (const id of ids) {
      filters.push(this.idIs(id))
      if (this.steps.take(1)) yield
    }
    const [only] = filters
    const made: BoundFilter = only && filters.length === 1 ? only : { op: 'or', filters }
    this.found.set(groups.key, made)
    return made
  }

  private idIs(value: string): BoundFilter {
    let filter = this.ids.get(value)
    if (!filter) {
      filter = { op: 'eq', attribute: this.id, value }
      this.ids.set(value, filter)
    }
    return filter
  }
}

/**
 * Replaces conditions on the groups that a resource belongs to by the ids of the resources that fulfil them, since
 * memberships are stored with the groups. Groups that the caller may not read are as good as none: a filter must not
 * tell what replies hide.
 *
 * @throws ScimError `invalidFilter` where the service has no groups; `tooMany` for several conditions that together
 * name more than a million resources.
 */
export async function withoutGroups(context: OperationContext, filter: Filter): Promise<Filter> {
  const { service, endpoint } = context
  const { memberOf } = endpoint.type
  if (!memberOf || !mentions(filter.tree, memberOf)) return filter
  const container = containerOf(service, endpoint.type)
  const id = attributeNamed(endpoint.type.attributes, 'id')
  if (!container || !id)
    throw ScimError.invalidFilter(`This service has no groups to compare ${memberOf.path} with`)
  const memberships = await readMemberships(context, container)
  const conditions = new GroupConditions(memberships, memberOf, id)
  const signal = () => context.signal
  if (service.authorize) {
    const groups = await doInTurns(conditions.groupsIn(filter.tree), signal)
    const readable = await readableGroups(context, container, groups)
    for (const group of groups) if (!readable.has(group)) memberships.hide(group)
  }
  return filterFromTree(await doInTurns(conditions.replace(filter.tree), signal))
}

const isAny: MembershipCondition = () => true

/** Whether a condition on the attribute holds for one membership. */
function conditionOf(leaf: BoundFilter, memberOf: CompiledAttribute): MembershipCondition {
  if (leaf.op === 'pr') {
    if (leaf.attribute === memberOf) return () => true
    const { name } = leaf.attribute
    return (membership) => membership[name] !== undefined
  }
  const inner = leaf.op === 'valuePath' ? leaf.filter : leaf
  const { matches } = filterFromTree({ op: 'valuePath', attribute: memberOf, filter: inner })
  return (membership) => matches({ [memberOf.name]: [membership] })
}
