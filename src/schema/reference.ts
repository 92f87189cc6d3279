import { ScimError, trimEndSlashes } from '../protocol/index.js'
import type { InputOptions } from './leniency.js'
import type { FoundReference } from './locations.js'
import { attributeNamed } from './lookup.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

/** The names of the resource types among what references can be of. */
function resourceTypesIn(referenceTypes: readonly string[]): readonly string[] {
  return referenceTypes.filter((type) => type !== 'external' && type !== 'uri')
}

/**
 * The attribute that a reference follows from: the `value` beside a `$ref` to another resource. The service writes
 * such a URI itself, since only it knows where it is mounted, so what a client sends of it is read as the id.
 *
 * @see RFC 7643 section 2.4
 */
export function keyOfReference(attribute: CompiledAttribute): CompiledAttribute | undefined {
  if (attribute.name !== '$ref' || !attribute.parent) return undefined
  const isResource = resourceTypesIn(attribute.referenceTypes).length > 0
  return isResource ? attributeNamed(attribute.parent.subAttributes, 'value') : undefined
}

/** A URI or the part of one that is relative to another, also with letters that a URI has as escapes. */
const uriForm = /^(?:%[\dA-Fa-f]{2}|[\w.~:/?#[\]@!$&'()*+,;=-]|[^\p{ASCII}\p{Cc}\s])+$/u

/**
 * The resource that a client means by the URI of a reference, which has no id beside it.
 *
 * @throws ScimError `invalidValue` for what is no URI, or not one of a resource that can be referred to.
 */
export function readReference(
  uri: string,
  reference: CompiledAttribute,
  { locations, note }: InputOptions,
): Pick<FoundReference, 'id' | 'type'> {
  const { path } = reference
  const refusal = (problem: string) => ScimError.invalidValue(`${path} ${problem}`, { path })
  if (!uriForm.test(uri) || uri.includes('%00')) throw refusal('is no URI')
  const byEnd = { id: idInReference(uri), type: undefined }
  if (!locations?.find) return byEnd
  const types = resourceTypesIn(reference.referenceTypes)
  const found = locations.find(uri)
  if (!found && !types.every((type) => locations.types.includes(type))) return byEnd
  if (!found || (found.type !== undefined && !types.includes(found.type)))
    throw refusal(`must be the URI of a ${types.join(' or ')}`)
  if (found.isOwn === false) throw refusal('is a URI of another service')
  if (found.isOwn === undefined)
    note(
      'foreignReferences',
      path,
      'read the id in a URI of an address that this service may not be reached at',
    )
  return found
}

/** The id at the end of a resource's URI. */
export function idInReference(uri: string): string {
  const query = uri.search(/[?#]/)
  const path = trimEndSlashes(query === -1 ? uri : uri.slice(0, query))
  const id = path.slice(path.lastIndexOf('/') + 1)
  try {
    const decoded = decodeURIComponent(id)
    // U+0000 is refused everywhere else, and is in no id.
    return decoded.includes('\0') ? id : decoded
  } catch {
    return id
  }
}

/** The names of the resource types that the `value` of a complex attribute refers to; empty where it refers to none. */
export function typesReferredTo(attribute: CompiledAttribute): readonly string[] {
  if (attribute.type !== 'complex') return []
  const declared = resourceTypesIn(attribute.referenceTypes)
  if (declared.length > 0) return declared
  return resourceTypesIn(attribute.subAttributes.get('$ref')?.referenceTypes ?? [])
}

/** An attribute whose values refer to resources, each by the id in its `value`. */
export interface ResourceReference {
  readonly attribute: CompiledAttribute
  /** The names of the types that the resources can be of. */
  readonly types: readonly string[]
}

const referencesByType = new WeakMap<CompiledResourceType, readonly ResourceReference[]>()

/**
 * The attributes of a resource type that clients refer to other resources with, but for its members: complex ones with
 * a `value` that have a `$ref` to resources, or `referenceTypes` of their own.
 */
export function referencesOf(type: CompiledResourceType): readonly ResourceReference[] {
  let references = referencesByType.get(type)
  if (!references) {
    const own = type.ordered.flatMap((attribute) =>
      attribute.isExtension ? [...attribute.subAttributes.values()] : [attribute],
    )
    references = own.flatMap((attribute) => {
      const key = attribute.subAttributes.get('value')
      if (attribute === type.membership || attribute === type.memberOf) return []
      if (!key || attribute.mutability === 'readOnly' || key.mutability === 'readOnly') return []
      const types = typesReferredTo(attribute)
      return types.length > 0 ? [{ attribute, types }] : []
    })
    referencesByType.set(type, references)
  }
  return references
}
