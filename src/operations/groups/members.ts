import type { BoundFilter } from '../../filter/index.js'
import { equalsAny, readPath } from '../../filter/index.js'
import type { PatchOperation } from '../../protocol/index.js'
import { isEqual, isObject, isScimError, ScimError } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  InputOptions,
  Projection,
} from '../../schema/index.js'
import { attributeNamed, fits, includeOnly, labelOf, normaliseReplacement } from '../../schema/index.js'
import type { Member, MemberChange } from '../../stores/store.js'
import type { OperationContext } from '../context.js'
import { membersOf, memberTypes } from './container.js'
import { chunks, listAll } from './list-all.js'

/** The members in a value from the wire. @throws ScimError `invalidValue` for one without an id. */
function readMembers(value: unknown, attribute: CompiledAttribute, options: InputOptions): readonly Member[] {
  const list = normaliseReplacement(isObject(value) ? [value] : value, attribute, options)
  if (list === undefined) return []
  if (!Array.isArray(list) || !list.every((element) => fits(element, attribute))) {
    throw ScimError.invalidValue(`${attribute.path} must be an array of objects`, { path: attribute.path })
  }
  for (const [index, element] of list.entries()) assertMember(element, index, attribute)
  return list
}

function assertMember(element: unknown, index: number, attribute: CompiledAttribute): void {
  if (isObject(element) && typeof element.value === 'string') return
  throw ScimError.invalidValue(`${attribute.path}[${index}] needs a value: the id of the member`, {
    path: attribute.path,
  })
}

/** The one id that a filter of members names; undefined for other filters. */
function idIn(tree: BoundFilter, attribute: CompiledAttribute): string | undefined {
  const isId = tree.op === 'eq' && tree.attribute.parent === attribute && tree.attribute.name === 'value'
  return isId ? String(tree.value) : undefined
}

/** The changes of operations that follow one another, as one: the last word on each member counts. */
class Plan {
  private all = false
  private readonly members = new Map<string, Member | undefined>()

  add(list: readonly Member[]): void {
    for (const member of list)
      this.members.set(member.value, { ...this.members.get(member.value), ...member })
  }
  remove(ids: readonly string[]): void {
    for (const id of ids) this.members.set(id, undefined)
  }
  replaceAll(list: readonly Member[]): void {
    this.all = true
    this.members.clear()
    this.add(list)
  }
  get change(): MemberChange {
    const add = [...this.members.values()].filter((member) => member !== undefined)
    if (this.all) return { replaceAll: add }
    return { add, remove: [...this.members].filter(([, member]) => !member).map(([id]) => id) }
  }
}

/**
 * What the operations of a PATCH do to members, where they do nothing else: such a change is made without looking at
 * the other members. Undefined where they do something else.
 */
export function planMembers(
  type: CompiledResourceType,
  operations: readonly PatchOperation[],
  options: InputOptions,
): MemberChange | undefined {
  const attribute = type.membership
  if (!attribute || operations.length === 0) return undefined
  const plan = new Plan()
  try {
    for (const operation of operations)
      if (!planOne(plan, type, attribute, operation, options)) return undefined
  } catch (error) {
    // What is wrong is said, or forgiven, where all operations are applied.
    if (isScimError(error)) return undefined
    throw error
  }
  return plan.change
}

function planOne(
  plan: Plan,
  type: CompiledResourceType,
  attribute: CompiledAttribute,
  { op, path, value }: PatchOperation,
  options: InputOptions,
): boolean {
  if (path === undefined) {
    const [key, ...others] = isObject(value) ? Object.keys(value) : []
    if (op === 'remove' || !isObject(value) || key === undefined || others.length > 0) return false
    if (attributeNamed(type.attributes, key) !== attribute) return false
    return planOne(plan, type, attribute, { op, path: attribute.path, value: value[key] ?? null }, options)
  }
  const target = readPath(type, path, options)
  if (target.attribute !== attribute || target.subAttribute) return false
  if (target.filter) {
    const id = idIn(target.filter.tree, attribute)
    if (op !== 'remove' || id === undefined || value !== undefined) return false
    plan.remove([id])
    return true
  }
  if (op === 'add') {
    if (value === undefined) return false
    plan.add(readMembers(value, attribute, options))
  } else if (op === 'replace') {
    if (value === undefined) return false
    plan.replaceAll(readMembers(value, attribute, options))
  } else if (value === undefined || value === null || value === '') {
    plan.replaceAll([])
  } else {
    if (!options.leniency.removeByValue) return false
    options.note('removeByValue', attribute.path, 'removed the elements that equal the value, and no others')
    plan.remove(readMembers(value, attribute, options).map((member) => member.value))
  }
  return true
}

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

/** Members with their type and name filled in, without those that are no resource of the service. */
export async function lookUpMembers(
  context: OperationContext,
  members: readonly Member[],
): Promise<readonly Member[]> {
  if (members.length === 0) return members
  const { service, endpoint } = context
  const known = new Map<string, KnownMember>()
  for (const name of memberTypes(endpoint.type)) {
    const target = service.endpoints.find(({ type }) => type.name === name)
    const id = target && attributeNamed(target.type.attributes, 'id')
    if (!target || !id) continue
    const unknown = members.map(({ value }) => value).filter((value) => !known.has(value))
    for (const ids of chunks(unknown)) {
      const resources = listAll(context, target, equalsAny(id, ids), labelProjection(target.type))
      for await (const resource of resources) {
        known.set(resource.id, { type: name, display: labelOf(resource, target.type) })
      }
    }
  }
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
