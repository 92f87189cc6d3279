import { trimEndSlashes } from '../protocol/index.js'
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
