import type { ScimError } from '../protocol/index.js'
import { showName } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

/** The attribute of that name among some, in any case. */
export function attributeNamed(
  attributes: ReadonlyMap<string, CompiledAttribute>,
  name: string,
): CompiledAttribute | undefined {
  return attributes.get(name.toLowerCase())
}

/** Splits a path into a schema URN, where it begins with one that the type has, and the rest. */
function splitUrn(
  type: CompiledResourceType,
  path: string,
): { extension?: CompiledAttribute; rest: string } | undefined {
  if (!/^urn:/i.test(path)) return { rest: path }
  const lower = path.toLowerCase()
  const core = type.definition.schema.urn.toLowerCase()
  if (lower.startsWith(`${core}:`)) return { rest: path.slice(core.length + 1) }
  let best: CompiledAttribute | undefined
  for (const extension of type.extensions) {
    const urn = extension.name.toLowerCase()
    if ((lower === urn || lower.startsWith(`${urn}:`)) && urn.length > (best?.name.length ?? 0))
      best = extension
  }
  return best && { extension: best, rest: path.slice(best.name.length + 1) }
}

/** Whether a path that begins with a URN begins with one that the resource type has; any other path does. */
export function hasSchemaOf(type: CompiledResourceType, path: string): boolean {
  return splitUrn(type, path) !== undefined || path.toLowerCase() === type.definition.schema.urn.toLowerCase()
}

/**
 * The attribute that a path names, in any case: `name.givenName`, `urn:…:core:2.0:User:userName`,
 * `urn:…:enterprise:2.0:User:manager.value`, or an extension's URN alone. Undefined when there is none.
 *
 * @see RFC 7644 section 3.10
 */
export function findAttribute(type: CompiledResourceType, path: string): CompiledAttribute | undefined {
  const split = splitUrn(type, path)
  if (!split) return undefined
  if (split.extension && split.rest === '') return split.extension
  let found: CompiledAttribute | undefined
  let among: ReadonlyMap<string, CompiledAttribute> = split.extension?.subAttributes ?? type.attributes
  for (const name of split.rest.split('.')) {
    found = attributeNamed(among, name)
    if (!found || (found.isExtension && !split.extension)) return undefined
    among = found.subAttributes
  }
  return found
}

/** {@link findAttribute}, or an error that names the path. */
export function getAttribute(
  type: CompiledResourceType,
  path: string,
  fail: (detail: string) => ScimError,
): CompiledAttribute {
  const found = findAttribute(type, path)
  if (!found) throw fail(`${type.name} has no attribute "${showName(path)}"`)
  return found
}

const chains = new WeakMap<CompiledAttribute, readonly CompiledAttribute[]>()

/** The attributes from the top of the resource to this one, which is the last. */
export function chainOf(attribute: CompiledAttribute): readonly CompiledAttribute[] {
  const known = chains.get(attribute)
  if (known) return known
  const chain = attribute.parent ? [...chainOf(attribute.parent), attribute] : [attribute]
  chains.set(attribute, chain)
  return chain
}

/** What people call a resource, where it has a name. */
export function labelOf(resource: unknown, type: CompiledResourceType): string | undefined {
  for (const attribute of type.labels) {
    const label = readValue(resource, attribute)
    if (typeof label === 'string' && label !== '') return label
  }
  return undefined
}

/** The value that a resource has for an attribute none of whose parents is multi-valued. */
export function readValue(resource: unknown, attribute: CompiledAttribute): unknown {
  let value: unknown = resource
  for (const key of attribute.keys) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}
