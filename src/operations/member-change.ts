import { isEqual } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { readValue } from '../schema/index.js'
import type { Member, MemberChange } from '../stores/store.js'

/** The members of a resource by their ids. */
function membersById(resource: object, type: CompiledResourceType): ReadonlyMap<string, Member> {
  const list = type.membership && readValue(resource, type.membership)
  // The registry describes the elements.
  return new Map(
    Array.isArray(list) ? (list as readonly Member[]).map((member) => [member.value, member]) : [],
  )
}

/** The ids of the members that have come and gone between two states of a group. */
export function memberDifference(
  type: CompiledResourceType,
  before: object,
  after: object,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const [were, are] = [membersById(before, type), membersById(after, type)]
  return {
    added: [...are.keys()].filter((id) => !were.has(id)),
    removed: [...were.keys()].filter((id) => !are.has(id)),
  }
}

/** What a store writes for itself, or what follows from other attributes. */
const derived: ReadonlySet<string> = new Set(['id', 'meta', 'schemas'])

function others(resource: object, membership: CompiledAttribute): object {
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name !== membership.name && !derived.has(name)),
  )
}

/** The change of members that leads from one state of a group to another; undefined where more than members differ, or nothing. */
export function memberChange(
  type: CompiledResourceType,
  before: CommonAttributes,
  after: CommonAttributes,
): MemberChange | undefined {
  const { membership } = type
  if (!membership) return undefined
  if (!isEqual(others(before, membership), others(after, membership))) return undefined
  const [were, are] = [membersById(before, type), membersById(after, type)]
  const add = [...are.values()].filter((member) => !were.has(member.value))
  // What is added again stays as it is: a member that stays under another name takes a replacement.
  const isOther = (member: Member) => were.has(member.value) && !isEqual(member, were.get(member.value))
  if ([...are.values()].some(isOther)) return { replaceAll: [...are.values()] }
  const remove = [...were.keys()].filter((id) => !are.has(id))
  return add.length === 0 && remove.length === 0 ? undefined : { add, remove }
}
