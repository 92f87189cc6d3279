import { equalsAny } from '../../filter/index.js'
import { assertMember } from '../../patch/index.js'
import { isEqual, ScimError } from '../../protocol/index.js'
import type { CommonAttributes, CompiledResourceType, Projection } from '../../schema/index.js'
import { attributeNamed, includeOnly, labelOf } from '../../schema/index.js'
import type { Member } from '../../stores/store.js'
import type { Endpoint, OperationContext } from '../context.js'
import { membersOf, memberTypes } from './container.js'
import { chunks, listAll } from './list-all.js'

/** What is known of a member that exists. */
interface KnownMember {
  readonly type: string
  readonly display: string | undefined
}

const labelProjections = new WeakMap<CompiledResourceType, Projection>()

/** The label of a resource and nothing else: a group that is a member may have a million members of its own. */
function labelProjection(type: CompiledResourceType): Projection {
  let cached = labelProjections.get(type)
  if (!cached) {
    cached = includeOnly(
      type,
      type.labels.map((attribute) => ({ attribute })),
    )
    labelProjections.set(type, cached)
  }
  return cached
}

/**
 * What is known of some members; those that are no resource of the service are left out. Resources of two types may have
 * one id: then it is the one that the member says it is.
 */
async function knownMembers(
  context: OperationContext,
  members: readonly Pick<Member, 'value' | 'type'>[],
): Promise<ReadonlyMap<string, KnownMember>> {
  const known = new Map<string, KnownMember>()
  const targets = memberEndpoints(context)
  const typeSaid = ({ type }: Pick<Member, 'type'>) =>
    targets.find((target) => target.type.name.toLowerCase() === type?.toLowerCase())?.type
  const isOther = (member: Pick<Member, 'type'>, type: CompiledResourceType) =>
    (typeSaid(member) ?? type) !== type
  for (const isSaid of [true, false]) {
    for (const target of targets) {
      const id = attributeNamed(target.type.attributes, 'id')
      if (!id) continue
      const unknown = members.filter(
        (member) => !known.has(member.value) && isOther(member, target.type) !== isSaid,
      )
      for (const ids of chunks(unknown.map(({ value }) => value))) {
        const resources = listAll(context, target, equalsAny(id, ids), labelProjection(target.type))
        for await (const resource of resources) {
          known.set(resource.id, { type: target.type.name, display: labelOf(resource, target.type) })
        }
      }
    }
  }
  return known
}

/** The endpoints whose resources can be members. */
function memberEndpoints({ service, endpoint }: OperationContext): readonly Endpoint[] {
  return memberTypes(endpoint.type).flatMap(
    (name) => service.endpoints.find(({ type }) => type.name === name) ?? [],
  )
}

/** Whether the store never adds a member that has been deleted since it was looked up. */
export function storeChecksMembers(context: OperationContext): boolean {
  const { store } = context.endpoint
  return memberEndpoints(context).every((target) => store.checksReferencesTo?.(target) === true)
}

/**
 * Those of the members just added that no longer exist: their deletion may have looked for their groups before the
 * addition. None where the store checks that itself.
 */
export async function deletedMeanwhile(
  context: OperationContext,
  added: readonly string[],
): Promise<readonly string[]> {
  if (added.length === 0 || storeChecksMembers(context)) return []
  const known = await knownMembers(
    context,
    added.map((value) => ({ value })),
  )
  return added.filter((id) => !known.has(id))
}

/** A group without some of its members. */
export function withoutMembers<R extends object>(
  group: R,
  ids: readonly string[],
  type: CompiledResourceType,
): R {
  const { membership } = type
  if (!membership) return group
  const gone = new Set(ids)
  const list = membersOf(group, type)
  const left = list.filter(({ value }) => !gone.has(value))
  if (left.length === list.length) return group
  const { [membership.name]: _list, ...rest } = group as R & Readonly<Record<string, unknown>>
  // What is left is an R without an optional attribute, or with one that fits.
  return (left.length === 0 ? rest : { ...rest, [membership.name]: left }) as R
}

/** Members with their type and name filled in, without those that are no resource of the service. */
export async function lookUpMembers(
  context: OperationContext,
  members: readonly Member[],
): Promise<readonly Member[]> {
  if (members.length === 0) return members
  const { service, endpoint } = context
  const known = await knownMembers(context, members)
  const path = endpoint.type.membership?.path ?? ''
  return members.flatMap((member) => {
    const resource = known.get(member.value)
    if (resource) {
      const display = member.display ?? resource.display
      return [Object.assign({}, member, { type: resource.type }, display !== undefined && { display })]
    }
    if (service.unknownMembers === 'reject') {
      throw ScimError.invalidValue(`${path}: one of the members does not exist`, { path })
    }
    context.note('unknownMembers', path, 'left out a member that does not exist')
    return []
  })
}

/** A member that stays. Its type was looked up when it was added, so a client cannot change it. */
function keptMember(before: Member, after: Member): Member {
  return Object.assign({}, before, after, before.type !== undefined && { type: before.type })
}

/** A resource whose new members are looked up; members that it had before stay as they are. */
export async function resolveMembers<R extends object>(
  context: OperationContext,
  before: CommonAttributes | undefined,
  after: R,
): Promise<R> {
  const { type } = context.endpoint
  const { membership } = type
  if (!membership) return after
  const list = membersOf(after, type)
  const previousList = before && membersOf(before, type)
  if (list.length === 0 || list === previousList) return after
  for (const [index, element] of list.entries()) assertMember(element, index, membership)
  const previous = new Map(previousList?.map((member) => [member.value, member]))
  const added = list.filter(({ value }) => !previous.has(value))
  const found = new Map((await lookUpMembers(context, added)).map((member) => [member.value, member]))
  const resolved = new Map<string, Member>()
  for (const member of list) {
    const existing = previous.get(member.value)
    const result = existing ? keptMember(existing, member) : found.get(member.value)
    if (result) resolved.set(member.value, result)
  }
  // Members have no order: the same members are no change.
  const isSame = ([id, member]: readonly [string, Member]) => isEqual(member, previous.get(id))
  if (previousList && previous.size === resolved.size && [...resolved].every(isSame)) {
    return { ...after, [membership.name]: previousList } as R
  }
  const { [membership.name]: _list, ...rest } = after as R & Readonly<Record<string, unknown>>
  // What is left is an R without an optional attribute, or with one that fits.
  return (resolved.size === 0 ? rest : { ...rest, [membership.name]: [...resolved.values()] }) as R
}
