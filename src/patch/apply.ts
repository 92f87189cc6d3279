import type { AttributePath } from '../filter/index.js'
import type { PatchOperation } from '../protocol/index.js'
import { assertKnownOptions, assertLimits, isEqual, isObject, noNote, ScimError } from '../protocol/index.js'
import type { CompiledResourceType, ResourceTypeDefinition } from '../schema/index.js'
import {
  compileResourceType,
  foldReference,
  keyOfReference,
  noLeniency,
  normaliseValue,
  readValue,
  schemasIn,
} from '../schema/index.js'
import { assign, assignEach, assignElement, misfit, unassign } from './assign.js'
import { atOperation } from './at-operation.js'
import type { Change } from './change.js'
import { changePart } from './change.js'
import { matchesAnyOf } from './element-key.js'
import type { PatchOptions } from './patch-run.js'
import { PatchRun, patchLimitNames, patchOptionNames } from './patch-run.js'
import { readTarget, targetOf } from './read-target.js'
import { assertMayHaveValue, readRemoved } from './removed-values.js'
import { assertRequired } from './required.js'
import { changeAt, changeSelected, isSelected, placesSelected } from './target.js'

type Resource = Readonly<Record<string, unknown>>

function remove(resource: unknown, path: AttributePath, value: unknown, run: PatchRun): unknown {
  const target = targetOf(path)
  const unset = unassign(target, run)
  if (value !== undefined && value !== null && value !== '') assertMayHaveValue(run)
  const { attribute, filter, subAttribute } = path
  if (filter) {
    const change: Change = subAttribute ? (element) => changePart(element, subAttribute, unset) : unset
    const removeSelected: Change = (current) => {
      if (Array.isArray(current)) {
        const list = run.listOf(attribute, current)
        return list.change(placesSelected(list, path, run), change)
      }
      return isObject(current) && isSelected(path, current, run) ? change(current) : current
    }
    return changeAt(resource, attribute, removeSelected, run)
  }
  const values =
    target.multiValued || target.parent?.multiValued ? readRemoved(value, target, run) : undefined
  if (values) {
    const isMeant = matchesAnyOf(target, values)
    const removeMeant: Change = (current) => {
      if (Array.isArray(current)) {
        const list = run.listOf(target, current)
        return list.change(list.placesOf(values, isMeant), unset)
      }
      return isMeant(current) ? unset(current) : current
    }
    return changeAt(resource, target, removeMeant, run)
  }
  return changeAt(resource, target, unset, run)
}

/** A reference is changed by the id that it follows from; taken away from an id, it comes back. */
function changeReference(
  resource: Resource,
  path: AttributePath,
  operation: PatchOperation,
  type: CompiledResourceType,
  run: PatchRun,
): unknown {
  const reference = targetOf(path)
  const uri = operation.op === 'remove' ? undefined : normaliseValue(operation.value, reference, run)
  if (uri === undefined || !reference.parent) {
    run.note('echoedReadOnly', reference.path, 'ignored: the reference follows from the value')
    return resource
  }
  if (typeof uri !== 'string') throw misfit(reference)
  const holder = operation.path?.replace(/\.\$ref$/i, '') ?? ''
  if (path.filter) return applyOne(resource, { ...operation, path: holder, value: { $ref: uri } }, type, run)
  let output: unknown = resource
  for (const [name, value] of Object.entries(foldReference({ $ref: uri }, reference.parent, run))) {
    const part = { ...operation, path: `${holder}.${name}`, value: String(value) }
    output = applyOne(isObject(output) ? output : {}, part, type, run)
  }
  return output
}

function applyOne(
  resource: Resource,
  operation: PatchOperation,
  type: CompiledResourceType,
  run: PatchRun,
): unknown {
  const { op, value } = operation
  if (op !== 'remove' && value === undefined) throw ScimError.invalidValue(`${op} needs a value`)
  if (operation.path === undefined) {
    if (op === 'remove') throw ScimError.noTarget('remove needs a path')
    if (!isObject(value)) throw ScimError.invalidValue(`${op} without a path needs an object of attributes`)
    return assignEach(op, type.attributes, undefined, value, run)(resource)
  }
  const path = readTarget(type, operation.path, run)
  if (!path) return resource
  const target = targetOf(path)
  if (keyOfReference(target)) return changeReference(resource, path, operation, type, run)
  if (op === 'remove') return remove(resource, path, value, run)
  if (!path.filter) return changeAt(resource, target, assign(op, target, value, run), run)
  const { attribute, subAttribute } = path
  if (!subAttribute) return changeSelected(resource, path, assignElement(op, attribute, value, run), run)
  // Read once for all elements, and not before there is one.
  let assigned: Change | undefined
  const change: Change = (element) => {
    assigned ??= assign(op, subAttribute, value, run)
    return changePart(element, subAttribute, assigned)
  }
  return changeSelected(resource, path, change, run)
}

/** The outcome with the former objects where their values are the same. */
function keepEqual(before: Resource, after: Resource): Resource {
  let isSame = Object.keys(after).length === Object.keys(before).length
  const output: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(after)) {
    output[name] = isEqual(value, before[name]) ? before[name] : value
    if (output[name] !== before[name]) isSame = false
  }
  return isSame ? before : output
}

/** Refuses the outcome where something that keeps its first value has lost it, also with what it was in. */
function assertImmutable(before: Resource, after: Resource, type: CompiledResourceType): void {
  for (const attribute of type.immutable) {
    const was = readValue(before, attribute)
    if (was === undefined || isEqual(was, readValue(after, attribute))) continue
    throw ScimError.mutability(`${attribute.path} cannot be changed once it has a value`, {
      path: attribute.path,
    })
  }
}

/**
 * Applies the operations of a PATCH, all or none, to a copy: what does not change is the same object afterwards, so
 * a PATCH without effect gives back the resource itself. Whether values fit in depth is for the validators to say.
 *
 * @param options how far the operations may stray from the RFC. Default: not at all.
 * @example
 * applyPatch(userResourceType, user, [{ op: 'replace', path: 'active', value: false }])
 * @throws ScimError that names the operation: `invalidPath`, `invalidValue`, `mutability`, `noTarget`, `invalidFilter`.
 * @see RFC 7644 section 3.5.2
 */
export function applyPatch<R extends object>(
  resourceType: ResourceTypeDefinition | CompiledResourceType,
  resource: R,
  operations: readonly PatchOperation[],
  options: PatchOptions = { leniency: noLeniency, note: noNote },
): R {
  assertKnownOptions('applyPatch', options, patchOptionNames)
  if (options.limits) assertLimits('applyPatch', options.limits, patchLimitNames)
  const type = compileResourceType(resourceType)
  // The registry describes R; inside, attributes are looked up by name.
  const before = resource as unknown as Resource
  let after = before
  const run = new PatchRun(options, operations.length, type.full)
  for (let index = 0; index < operations.length; index++) {
    const operation = operations[index]
    if (!operation) continue
    try {
      run.begin(operation.path)
      const next = applyOne(after, operation, type, run)
      after = isObject(next) ? next : {}
    } catch (error) {
      throw atOperation(error, operation.index ?? index)
    }
  }
  // One operation keeps what it does not change; several may undo each other.
  if (operations.length > 1) {
    run.close()
    after = keepEqual(before, after)
  }
  if (after === before) return resource
  assertRequired(before, after, type)
  run.lostParts?.assertKept(before, after)
  assertImmutable(before, after, type)
  if (
    type.extensions.some(
      (attribute) => (after[attribute.name] === undefined) !== (before[attribute.name] === undefined),
    )
  ) {
    after = { ...after, schemas: schemasIn(after, type) }
  }
  // What was checked against the registry, which describes R.
  return after as unknown as R
}
