import { trimEndSlashes } from '../protocol/index.js'
import { attributeNamed } from './lookup.js'
import type { CompiledAttribute } from './registry.js'

/**
 * The attribute that a reference follows from: the `value` beside a `$ref` to another resource. The service writes
 * such a URI itself, since only it knows where it is mounted, so what a client sends of it is read as the id.
 *
 * @see RFC 7643 section 2.4
 */
export function keyOfReference(attribute: CompiledAttribute): CompiledAttribute | undefined {
  if (attribute.name !== '$ref' || !attribute.parent) return undefined
  const isResource = attribute.referenceTypes.some((type) => type !== 'external' && type !== 'uri')
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
