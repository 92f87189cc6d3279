import type { BoundFilter } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import type { Note, PatchOperation } from '../protocol/index.js'
import { isObject, isScimError, ScimError } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType, InputOptions } from '../schema/index.js'
import { attributeNamed, fits, normaliseReplacement } from '../schema/index.js'
import { readRemoved } from './removed-values.js'

/** A member of a group, by its id. */
export interface Member {
  readonly value: string
  readonly type?: string | undefined
  readonly display?: string | undefined
}

/**
 * A change of a group's members: some are added and removed, or all are replaced. A member that is added again stays as
 * it is (RFC 7644 section 3.5.2.1).
 */
export type MemberChange =
  | { readonly add: readonly Member[]; readonly remove: readonly string[] }
  | { readonly replaceAll: readonly Member[] }

/** The members in a value from the wire. @throws ScimError `invalidValue` for one without an id. */
function readMembers(value: unknown, attribute: CompiledAttribute, options: InputOptions): readonly Member[] {
  const list = normaliseReplacement(value, attribute, options)
  if (list === undefined) return []
  if (!Array.isArray(list) || !list.every((element) => fits(element, attribute))) {
    throw ScimError.invalidValue(`${attribute.path} must be an array of objects`, { path: attribute.path })
  }
  for (const [index, element] of list.entries()) assertMember(element, index, attribute)
  return list
}

function isMember(element: unknown): element is Member {
  return isObject(element) && typeof element.value === 'string'
}

/** @throws ScimError `invalidValue` for a member without an id. */
export function assertMember(element: unknown, index: number, attribute: CompiledAttribute): void {
  if (isMember(element)) return
  throw ScimError.invalidValue(`${attribute.path}[${index}] needs a value: the id of the member`, {
    path: attribute.path,
  })
}

/** The id in a filter such as `value eq "2819c223"`; undefined for other filters. */
function idIn(tree: BoundFilter, attribute: CompiledAttribute): string | undefined {
  const isId = tree.op === 'eq' && tree.attribute.parent === attribute && tree.attribute.name === 'value'
  return isId ? String(tree.value) : undefined
}

/** The changes of several operations as one: for each member, the last operation counts. */
class MemberPlan {
  private all = false
  private readonly members = new Map<string, Member | undefined>()

  add(list: readonly Member[]): void {
    for (const member of list)
      this.members.set(member.value, { ...member, ...this.members.get(member.value) })
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
 * The change of members that the operations of a PATCH are, where they are nothing else: it can be made without reading
 * the other members. Undefined where they change something else too; then nothing has been noted.
 */
export function planMembers(
  type: CompiledResourceType,
  operations: readonly PatchOperation[],
  options: InputOptions,
): MemberChange | undefined {
  const attribute = type.membership
  // Whether a group has members left that must have some is known only with the others.
  if (!attribute || attribute.required || attribute.mutability === 'readOnly' || operations.length === 0)
    return undefined
  const plan = new MemberPlan()
  // Noted when the plan is complete: one that is given up is followed by applyPatch, which notes the same again.
  const notes: Parameters<Note>[] = []
  const planning = { ...options, full: type.full, note: (...line: Parameters<Note>) => void notes.push(line) }
  try {
    for (const operation of operations)
      if (!planOne(plan, type, attribute, operation, planning)) return undefined
  } catch (error) {
    // applyPatch reports the error, or accepts it by a rule.
    if (isScimError(error)) return undefined
    throw error
  }
  for (const line of notes) options.note(...line)
  return plan.change
}

function planOne(
  plan: MemberPlan,
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
    // To `add` one value is to add it to the others (RFC 7644 section 3.5.2.1).
    plan.add(readMembers(isObject(value) ? [value] : value, attribute, options))
  } else if (op === 'replace') {
    if (value === undefined) return false
    plan.replaceAll(readMembers(value, attribute, options))
  } else {
    const members = readRemoved(value, attribute, options)
    if (!members) plan.replaceAll([])
    // What names members otherwise than by their ids is for applyPatch, which has them.
    else if (!members.every(isMember)) return false
    else plan.remove(members.map((member) => member.value))
  }
  return true
}
