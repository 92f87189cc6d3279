import type { CompiledAttribute, CompiledResourceType } from './registry.js'

/** What to leave out of a value: attributes as a whole, or what is inside them. */
type Hidden = ReadonlyMap<string, 'all' | Hidden>

const hiddenByType = new WeakMap<CompiledResourceType, Hidden>()

function hiddenIn(
  attributes: Iterable<CompiledAttribute>,
  credential: CompiledAttribute | undefined,
): Hidden {
  const hidden = new Map<string, 'all' | Hidden>()
  for (const attribute of attributes) {
    if (attribute.returned === 'never' || attribute === credential) {
      hidden.set(attribute.name, 'all')
      continue
    }
    const inside = hiddenIn(attribute.subAttributes.values(), credential)
    if (inside.size > 0) hidden.set(attribute.name, inside)
  }
  return hidden
}

/** A copy of an object; one of which nothing is left is undefined. */
function reveal(object: object, hidden: Hidden): Readonly<Record<string, unknown>> | undefined {
  const shown: Record<string, unknown> = {}
  let isEmpty = true
  for (const [name, value] of Object.entries(object)) {
    const inside = hidden.get(name)
    const part = inside === undefined ? value : inside === 'all' ? undefined : revealInside(value, inside)
    if (part === undefined) continue
    shown[name] = part
    isEmpty = false
  }
  return isEmpty ? undefined : shown
}

function revealInside(value: unknown, hidden: Hidden): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) return reveal(value, hidden)
  const elements = value.flatMap((element) => revealInside(element, hidden) ?? [])
  return elements.length === 0 ? undefined : elements
}

/**
 * A copy of a resource without what is never returned, such as passwords, wherever it is: what may leave the service by
 * other ways than a reply. What is returned only on request is part of it.
 *
 * @see RFC 7643 section 2.2, `returned`
 */
export function withoutSecrets(
  type: CompiledResourceType,
  resource: object,
): Readonly<Record<string, unknown>> {
  let hidden = hiddenByType.get(type)
  if (!hidden) {
    hidden = hiddenIn(type.ordered, type.credential)
    hiddenByType.set(type, hidden)
  }
  return reveal(resource, hidden) ?? {}
}
