import type { LongWork, Steps } from '../../protocol/index.js'

/** Whether a membership fulfils a condition: its `value`, `display` and `type`, as a resource's `groups` shows it. */
export type MembershipCondition = (membership: Readonly<Record<string, unknown>>) => boolean

/** A group, or a resource in one. */
interface Node {
  readonly id: string
  /** Its direct members. */
  readonly members: Node[]
  /** The groups that it is a direct member of. */
  readonly groups: Node[]
}

/** The groups whose memberships fulfil a condition. */
interface Fulfilling {
  readonly direct: readonly Node[]
  readonly indirect: ReadonlySet<Node>
  /** The same for all conditions with these groups. */
  readonly key: string
}

/** Who is a member of which group: what answers conditions that no store of users can evaluate. */
export class MembershipGraph {
  private readonly nodes = new Map<string, Node>()
  /** With their names. */
  private readonly groups = new Map<Node, string | undefined>()
  private readonly hidden = new Set<Node>()

  private nodeOf(id: string): Node {
    let node = this.nodes.get(id)
    if (!node) {
      node = { id, members: [], groups: [] }
      this.nodes.set(id, node)
    }
    return node
  }

  add(id: string, display: string | undefined, members: ReadonlySet<string>): void {
    const group = this.nodeOf(id)
    // A store may list a group twice when others come and go meanwhile.
    if (this.groups.has(group)) return
    this.groups.set(group, display)
    for (const value of members) {
      const member = this.nodeOf(value)
      group.members.push(member)
      member.groups.push(group)
    }
  }

  /** No membership of a hidden group fulfils a condition; what is in it stays in the groups above. */
  hide(id: string): void {
    this.hidden.add(this.nodeOf(id))
  }

  *groupsWhere(condition: MembershipCondition, steps: Steps): LongWork<Fulfilling> {
    const direct: Node[] = []
    const indirect = new Set<Node>()
    let key = ''
    for (const [group, display] of this.groups) {
      const isShown = !this.hidden.has(group)
      const isDirect = isShown && condition({ value: group.id, display, type: 'direct' })
      const isIndirect = isShown && condition({ value: group.id, display, type: 'indirect' })
      if (isDirect) direct.push(group)
      if (isIndirect) indirect.add(group)
      key += isDirect ? (isIndirect ? 'b' : 'd') : isIndirect ? 'i' : '-'
      if (steps.take(2)) yield
    }
    return { direct, indirect, key }
  }

  /** The ids that have one of these memberships. */
  *idsIn({ direct, indirect }: Fulfilling, steps: Steps): LongWork<ReadonlySet<string>> {
    const ids = new Set<string>()
    for (const group of direct) {
      for (const { id } of group.members) ids.add(id)
      if (steps.take(group.members.length)) yield
    }
    for (const group of yield* this.groupsBelow(indirect, steps)) {
      for (const member of group.members) {
        if (ids.has(member.id)) continue
        if (yield* this.isIndirectlyIn(member, indirect, steps)) ids.add(member.id)
      }
      if (steps.take(group.members.length)) yield
    }
    return ids
  }

  /** The groups that are members of some groups, or of what is below them, each once. */
  private *groupsBelow(tops: ReadonlySet<Node>, steps: Steps): LongWork<Iterable<Node>> {
    const below = new Set<Node>()
    const enter = ({ members }: Node) => {
      for (const member of members) if (this.groups.has(member)) below.add(member)
      return steps.take(members.length)
    }
    for (const top of tops) if (enter(top)) yield
    // The set grows while it is gone through.
    for (const group of below) if (enter(group)) yield
    return below
  }

  /** Whether a member of a group below some groups is in one of them without being its direct member. */
  private *isIndirectlyIn(member: Node, tops: ReadonlySet<Node>, steps: Steps): LongWork<boolean> {
    if (!member.groups.some((group) => tops.has(group))) return true
    const direct = new Set(member.groups)
    const above = new Set(direct)
    for (const group of above) {
      for (const next of group.groups) {
        if (tops.has(next) && !direct.has(next)) return true
        above.add(next)
      }
      if (steps.take(1 + group.groups.length)) yield
    }
    return false
  }
}
