import type { ScimError } from '../protocol/index.js'
import { showName } from '../protocol/index.js'
import type { Attribute, ResourceType } from './registry.js'

/** The attribute of that name among some, in any case. */
export function attributeNamed(
  attributes: ReadonlyMap<string, Attribute>,
  name: string,
): Attribute | undefined {
  return attributes.get(name.toLowerCase())
}

/** Splits a path into a schema URN, where it begins with one that the type has, and the rest. */
function splitUrn(type: ResourceType, path: string): { extension?: Attribute; rest: string } | undefined {
  if (!/^urn:/i.test(path)) return { rest: path }
  const lower = path.toLowerCase()
  const core = type.definition.schema.urn.toLowerCase()
  if (lower.startsWith(`${core}:`)) return { rest: path.slice(core.length + 1) }
  let best: Attribute | undefined
  for (const extension of type.extensions) {
    const urn = extension.name.toLowerCase()
    if ((lower === urn || lower.startsWith(`${urn}:`)) && urn.length > (best?.name.length ?? 0))
      best = extension
  }
  return best && { extension: best, rest: path.slice(best.name.length + 1) }
}

/** Whether a path that begins with a URN begins with one that the resource type has; any other path does. */
export function hasSchemaOf(type: ResourceType, path: string): boolean {
  return splitUrn(type, path) !== undefined || path.toLowerCase() === type.definition.schema.urn.toLowerCase()
}

/**
 * The attribute that a path names, in any case: `name.givenName`, `urn:…:core:2.0:User:userName`,
 * `urn:…:enterprise:2.0:User:manager.value`, or an extension's URN alone. Undefined when there is none.
 *
 * @see RFC 7644 section 3.10
 */
export function findAttribute(type: ResourceType, path: string): Attribute | undefined {
  const split = splitUrn(type, path)
  if (!split) return undefined
  if (split.extension && split.rest === '') return split.extension
  let found: Attribute | undefined
  let among: ReadonlyMap<string, Attribute> = split.extension?.subAttributes ?? type.attributes
  for (const name of split.rest.split('.')) {
    found = attributeNamed(among, name)
    if (!found || (found.isExtension && !split.extension)) return undefined
    among = found.subAttributes
  }
  return found
}

/** {@link findAttribute}, or an error that names the path. */
export function getAttribute(
  type: ResourceType,
  path: string,
  fail: (detail: string) => ScimError,
): Attribute {
  const found = findAttribute(type, path)
  if (!found) throw fail(`${type.name} has no attribute "${showName(path)}"`)
  return found
}

const chains = new WeakMap<Attribute, readonly Attribute[]>()

/** The attributes from the top of the resource to this one, which is the last. */
export function chainOf(one: Attribute): readonly Attribute[] {
  const known = chains.get(one)
  if (known) return known
  const chain = one.parent ? [...chainOf(one.parent), one] : [one]
  chains.set(one, chain)
  return chain
}

/** What people call a resource, where it has a name. */
export function labelOf(resource: unknown, type: ResourceType): string | undefined {
  for (const one of type.labels) {
    const label = readValue(resource, one)
    if (typeof label === 'string' && label !== '') return label
  }
  return undefined
}

/** The value that a resource has for an attribute none of whose parents is multi-valued. */
export function readValue(resource: unknown, one: Attribute): unknown {
  let value: unknown = resource
  for (const key of one.keys) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}
