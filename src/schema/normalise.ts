import { getMember, isObject, isSafeKey, ScimError, showName } from '../protocol/index.js'
import type { Coerced, InputOptions } from './leniency.js'
import { attributeNamed } from './lookup.js'
import { keyOfReference, readReference } from './reference.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import { pathWithin } from './registry.js'
import type { Served } from './schemas.js'
import { checkSchemas } from './schemas.js'
import { distinctValues } from './twins.js'
import { isReadOnlyInStore, leftOutAttribute, noteLeftOut, noteUnwritable } from './unkept.js'

/** Whether JSON of this kind can be a value of the attribute; the validators look closer. */
export function fits(value: unknown, attribute: CompiledAttribute): boolean {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
    case 'decimal':
      return typeof value === 'number'
    case 'complex':
      return isObject(value)
    default:
      return typeof value === 'string'
  }
}

/** What `null`, `[]` and `""` mean: no value (RFC 7643 section 2.5). */
export function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/**
 * A value from the wire in the registry's terms: canonical names, no unassigned parts, sloppy types put right where
 * a rule allows. Undefined where nothing is left. Types that remain wrong are the validators' to refuse.
 */
export function normaliseValue(value: unknown, attribute: CompiledAttribute, options: InputOptions): unknown {
  if (isUnassigned(value)) return undefined
  if (!attribute.multiValued) return normaliseOne(value, attribute, options)
  if (!Array.isArray(value)) {
    const list = typeof value === 'string' ? listIn(value, attribute, options) : undefined
    if (list) return normaliseValue(list, attribute, options)
    // RFC 7643 section 2.4 wants an array; a lone value is a rule's to accept.
    if (!options.leniency.loneValue) return value
    options.note('loneValue', attribute.path, 'read the lone value as an array of one')
    return normaliseValue([value], attribute, options)
  }
  const elements: unknown[] = []
  for (const element of value) {
    const normal = normaliseOne(element, attribute, options)
    if (normal !== undefined) elements.push(normal)
  }
  return elements.length === 0 ? undefined : distinctValues(attribute, elements)
}

/** The array that a text stands for by a rule. */
function listIn(
  text: string,
  attribute: CompiledAttribute,
  options: InputOptions,
): readonly unknown[] | undefined {
  if (fits(text, attribute)) return undefined
  const read = options.leniency.coerce(text, attribute)
  if (!Array.isArray(read?.value)) return undefined
  noteCoerced(read, attribute, options)
  return read.value
}

/** Reads a value that does not fit its attribute as the profile's rules say, each of which leaves a line. */
export function coerce(
  value: unknown,
  attribute: CompiledAttribute,
  options: InputOptions,
): Coerced | undefined {
  const read = options.leniency.coerce(value, attribute)
  if (read) noteCoerced(read, attribute, options)
  return read
}

function noteCoerced(
  { earlier = [], rule, message }: Coerced,
  { path }: CompiledAttribute,
  { note }: InputOptions,
): void {
  for (const use of earlier) note(use.rule, path, use.message)
  note(rule, path, message)
}

/**
 * {@link normaliseValue} for values that replace others. `null`, `[]` and `""` clear; values of which nothing can be
 * understood are an error and clear nothing.
 *
 * @throws ScimError `invalidValue`
 */
export function normaliseReplacement(
  value: unknown,
  attribute: CompiledAttribute,
  options: InputOptions,
): unknown {
  const normal = normaliseValue(value, attribute, options)
  if (normal === undefined && attribute.multiValued && !isUnassigned(value)) {
    throw ScimError.invalidValue(`${attribute.path}: none of the values has anything that the schema knows`, {
      path: attribute.path,
    })
  }
  return normal
}

/** {@link normaliseValue} for one value of an attribute that may have several. */
export function normaliseOne(value: unknown, attribute: CompiledAttribute, options: InputOptions): unknown {
  if (isUnassigned(value)) return undefined
  let input = value
  if (!fits(input, attribute)) {
    const read = coerce(input, attribute, options)
    if (!read) return input
    input = read.value
    if (isUnassigned(input)) return undefined
  }
  return attribute.type === 'complex' && isObject(input) ? normaliseComplex(input, attribute, options) : input
}

function normaliseComplex(
  value: Readonly<Record<string, unknown>>,
  attribute: CompiledAttribute,
  options: InputOptions,
): unknown {
  const output = normaliseAttributes(
    foldReference(value, attribute, options),
    attribute.subAttributes,
    attribute,
    options,
  )
  return Object.keys(output).length === 0 ? undefined : output
}

/**
 * A value that refers to a resource, by its id and, where it can be of several types, its type: without the URI.
 *
 * @throws ScimError `invalidValue` for a URI without an id beside it that leads to no such resource.
 */
export function foldReference(
  value: Readonly<Record<string, unknown>>,
  attribute: CompiledAttribute,
  options: InputOptions,
): Readonly<Record<string, unknown>> {
  const reference = attribute.subAttributes.get('$ref')
  const key = reference && keyOfReference(reference)
  const uri = key && getMember(value, '$ref')
  if (!key || uri === undefined) return value
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name.toLowerCase() !== '$ref'))
  if (getMember(value, key.name) !== undefined) return rest
  const text = normaliseValue(uri, reference, options)
  if (text === undefined) {
    options.note('echoedReadOnly', reference.path, 'ignored: the reference follows from the value')
    return rest
  }
  if (typeof text !== 'string') {
    const { path } = reference
    throw ScimError.invalidValue(`${path} must be a reference`, { path })
  }
  const { id, type } = readReference(text, reference, options)
  return { ...rest, [key.name]: id, ...typeBeside(rest, type, reference, options) }
}

/** The type of a resource that is referred to, where an attribute is there for it. */
function typeBeside(
  value: Readonly<Record<string, unknown>>,
  type: string | undefined,
  reference: CompiledAttribute,
  { locations }: InputOptions,
): Readonly<Record<string, unknown>> | undefined {
  const { parent, referenceTypes } = reference
  const attribute = parent && attributeNamed(parent.subAttributes, 'type')
  if (type === undefined || !attribute || attribute.mutability === 'readOnly') return undefined
  if (referenceTypes.length < 2) return undefined
  const said = getMember(value, attribute.name)
  if (isUnassigned(said)) return { [attribute.name]: type }
  const lower = typeof said === 'string' ? said.toLowerCase() : undefined
  const named = locations?.types.find((name) => name.toLowerCase() === lower)
  if (named === undefined || named === type) return undefined
  const { path } = reference
  throw ScimError.invalidValue(`${path} is the URI of a ${type}, and ${attribute.path} says otherwise`, {
    path,
  })
}

/** The values of some attributes, under their canonical names. */
function normaliseAttributes(
  value: Readonly<Record<string, unknown>>,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  parent: CompiledAttribute | undefined,
  options: InputOptions,
): Record<string, unknown> {
  const output: Record<string, unknown> = {}
  const written = new Set<CompiledAttribute>()
  for (const key of Object.keys(value)) {
    const found = attributeNamed(attributes, key)
    if (!found) {
      unknownAttribute(key, parent, options)
      continue
    }
    assertOnce(written, found)
    written.add(found)
    if (found.mutability === 'readOnly') {
      dropReadOnly(value[key], found, options)
      continue
    }
    const normal = normaliseValue(value[key], found, options)
    if (normal !== undefined) output[found.name] = normal
  }
  return output
}

/** Refuses an attribute that is among those written already. @throws ScimError `invalidSyntax`. */
export function assertOnce(
  written: { has(attribute: CompiledAttribute): boolean },
  one: CompiledAttribute,
): void {
  if (written.has(one)) throw ScimError.invalidSyntax(`${one.path} is given twice, in different case`)
}

/** Drops a value for a read-only attribute, with a line in the trace where there was something to drop. */
export function dropReadOnly(value: unknown, attribute: CompiledAttribute, options: InputOptions): void {
  // Every message has `schemas`: to say that they are not stored as they come says nothing.
  if (isUnassigned(value) || attribute.path === 'schemas') return
  if (options.leniency.ignoreUnkept && isReadOnlyInStore(attribute, options.full))
    noteUnwritable(attribute, options)
  else options.note('echoedReadOnly', attribute.path, 'ignored: the attribute is read-only')
}

/** Drops an attribute that no schema defines or that is not kept, with a line in the trace, or refuses it. */
export function unknownAttribute(
  key: string,
  parent: CompiledAttribute | undefined,
  options: InputOptions,
): void {
  const leftOut = leftOutAttribute(key, parent, options.full)
  if (leftOut) {
    const { path } = leftOut
    if (!options.leniency.ignoreUnkept)
      throw ScimError.invalidSyntax(`This service keeps no "${path}"`, { path })
    noteLeftOut(leftOut, options)
    return
  }
  const shown = isSafeKey(key) ? showName(key) : '(reserved name)'
  const path = pathWithin(parent, shown)
  if (!options.leniency.ignoreUnknown)
    throw ScimError.invalidSyntax(`There is no attribute "${path}"`, { path })
  options.note('unknownAttributes', path, 'ignored: no schema of this resource type defines it')
}

/**
 * A resource from the wire in the registry's terms, without its `schemas`, which follow from what is there.
 *
 * @param served the resource types of the service: what is one of the others is not read as this one.
 * @throws ScimError `invalidSyntax` when the body is not an object, or its `schemas` are not this type's.
 */
export function normaliseResource(
  body: unknown,
  type: CompiledResourceType,
  options: InputOptions,
  served: readonly Served[] = [],
): Record<string, unknown> {
  if (!isObject(body)) throw ScimError.invalidSyntax(`The body must be a JSON object: a ${type.name}`)
  checkSchemas(getMember(body, 'schemas'), type, options, served)
  const { full } = type
  const reading = full ? { ...options, full } : options
  const resource = normaliseAttributes(body, type.attributes, undefined, reading)
  // A list of which nothing can be understood is an error: it must not remove all members.
  const { membership } = type
  if (membership && resource[membership.name] === undefined) {
    normaliseReplacement(getMember(body, membership.name), membership, reading)
  }
  return resource
}

/** The `schemas` of a resource: its type's, and those of the extensions that have a value (RFC 7643 section 3). */
export function schemasIn(
  resource: Readonly<Record<string, unknown>>,
  type: CompiledResourceType,
): readonly string[] {
  const urns = [type.definition.schema.urn]
  for (const extension of type.extensions)
    if (resource[extension.name] !== undefined) urns.push(extension.name)
  return urns
}
