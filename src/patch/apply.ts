import type { AttributePath } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import type { PatchOperation } from '../protocol/index.js'
import { isEqual, isObject, isScimError, noNote, ScimError, showName } from '../protocol/index.js'
import type {
  CompiledAttribute,
  CompiledResourceType,
  InputOptions,
  ResourceTypeDefinition,
} from '../schema/index.js'
import {
  compileResourceType,
  hasSchemaOf,
  idInReference,
  keyOfReference,
  noLeniency,
  normaliseOne,
  readValue,
  schemasIn,
} from '../schema/index.js'
import { assign, assignEach, assignElement, changeKey, unassign } from './assign.js'
import { matchesAnyOf } from './elements.js'
import { removedByValue } from './members.js'
import { changeAt, changeElements, changeSelected } from './target.js'

type Resource = Readonly<Record<string, unknown>>

function assertNamed(attribute: CompiledAttribute): void {
  for (let here: CompiledAttribute | undefined = attribute; here; here = here.parent) {
    if (here.mutability === 'readOnly')
      throw ScimError.mutability(`${here.path} is read-only`, { path: here.path })
  }
}

function targetOf(path: AttributePath): CompiledAttribute {
  return path.subAttribute ?? path.attribute
}

function remove(resource: unknown, path: AttributePath, value: unknown, options: InputOptions): unknown {
  const target = targetOf(path)
  const unset = unassign(target)
  const byValue = value !== undefined && value !== null && value !== ''
  if (byValue && !options.leniency.removeByValue) {
    throw ScimError.invalidSyntax('remove takes no value; select elements with a filter in the path')
  }
  if (path.filter) {
    const isMeant = (element: unknown) => path.filter?.matches(element) ?? false
    const { subAttribute } = path
    const change = subAttribute ? (element: unknown) => changeKey(element, subAttribute, unset) : unset
    return changeAt(resource, path.attribute, (current) => {
      if (Array.isArray(current)) return changeElements(path.attribute, current, change, isMeant)
      return isObject(current) && isMeant(current) ? change(current) : current
    })
  }
  if (byValue && (target.multiValued || target.parent?.multiValued)) {
    options.note('removeByValue', target.path, removedByValue)
    const values = (Array.isArray(value) ? value : [value]).map((element) =>
      normaliseOne(element, target, options),
    )
    const isMeant = matchesAnyOf(target, values)
    return changeAt(resource, target, (current) => {
      if (Array.isArray(current)) return changeElements(target, current, unset, isMeant)
      return isMeant(current) ? unset(current) : current
    })
  }
  return changeAt(resource, target, unset)
}

/** A reference is changed by the id that it follows from; taken away from an id, it comes back. */
function changeReference(
  resource: Resource,
  path: AttributePath,
  operation: PatchOperation,
  type: CompiledResourceType,
  options: InputOptions,
): unknown {
  const { value } = operation
  if (operation.op === 'remove' || typeof value !== 'string') {
    options.note('echoedReadOnly', targetOf(path).path, 'ignored: the reference follows from the value')
    return resource
  }
  const toKey = operation.path?.replace(/\$ref$/i, 'value') ?? ''
  return applyOne(resource, { ...operation, path: toKey, value: idInReference(value) }, type, options)
}

function applyOne(
  resource: Resource,
  operation: PatchOperation,
  type: CompiledResourceType,
  options: InputOptions,
): unknown {
  const { op, value } = operation
  if (op !== 'remove' && value === undefined) throw ScimError.invalidValue(`${op} needs a value`)
  if (operation.path === undefined) {
    if (op === 'remove') throw ScimError.noTarget('remove needs a path')
    if (!isObject(value)) throw ScimError.invalidValue(`${op} without a path needs an object of attributes`)
    return assignEach(op, type.attributes, undefined, value, options)(resource)
  }
  if (options.leniency.ignoreUnknown && !hasSchemaOf(type, operation.path)) {
    options.note('unknownAttributes', showName(operation.path), 'ignored: the schema is not configured')
    return resource
  }
  const path = readPath(type, operation.path, options)
  const target = targetOf(path)
  assertNamed(target)
  if (keyOfReference(target)) return changeReference(resource, path, operation, type, options)
  if (op === 'remove') return remove(resource, path, value, options)
  if (!path.filter) return changeAt(resource, target, assign(op, target, value, options))
  const { attribute, subAttribute } = path
  const change = subAttribute
    ? (element: unknown) => changeKey(element, subAttribute, assign(op, subAttribute, value, options))
    : assignElement(op, attribute, value, options)
  return changeSelected(resource, path, change, options)
}

/** Adds to an error which operation it was about. */
function atOperation(error: unknown, index: number): unknown {
  if (!isScimError(error)) return error
  const { status, scimType, detail, path, retryAfter } = error
  return new ScimError(status, scimType, `Operations[${index}]: ${detail}`, {
    cause: error,
    ...(path !== undefined && { path }),
    ...(retryAfter !== undefined && { retryAfter }),
  })
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

/** Refuses the outcome where something required has gone. */
function assertRequired(before: Resource, after: Resource, type: CompiledResourceType): void {
  for (const attribute of type.ordered) {
    if (!attribute.required || after[attribute.name] !== undefined || before[attribute.name] === undefined)
      continue
    throw ScimError.mutability(`${attribute.path} is required and cannot be removed`, {
      path: attribute.path,
    })
  }
}

/** How a PATCH is read: which deviations from the RFC are accepted, and where each use of one is noted. */
export type PatchOptions = InputOptions

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
  const type = compileResourceType(resourceType)
  // The registry describes R; inside, attributes are looked up by name.
  const before = resource as unknown as Resource
  let after = before
  for (const [index, operation] of operations.entries()) {
    try {
      const next = applyOne(after, operation, type, options)
      after = isObject(next) ? next : {}
    } catch (error) {
      throw atOperation(error, operation.index ?? index)
    }
  }
  // One operation keeps what it does not change; several may undo each other.
  if (operations.length > 1) after = keepEqual(before, after)
  if (after === before) return resource
  assertRequired(before, after, type)
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
