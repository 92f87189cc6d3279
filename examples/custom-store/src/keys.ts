import type { CompiledAttribute, StoreContext } from 'scimkit'
import { foldText } from 'scimkit/filter'

/** Where a tenant's resources are. The braces keep everything of a tenant on one node of a cluster. */
export function keysOf({ tenant, resourceType }: StoreContext) {
  const prefix = `scim:{${JSON.stringify(tenant ?? null)}}:`
  const baseOf = (typeName: string) => `${prefix}${typeName}:`
  const base = baseOf(resourceType.name)
  return { prefix, base, baseOf, ids: `${base}ids`, unique: `${base}unique` }
}

/** What values that are equal have in common, as text; undefined for what is not looked up. */
export function keyOfValue({ path, type, caseExact }: CompiledAttribute, value: unknown): string | undefined {
  // A dateTime can be written in many ways.
  if (type === 'dateTime' || type === 'complex' || value === undefined || value === null) return undefined
  return `${path}=${JSON.stringify(typeof value === 'string' && !caseExact ? foldText(value) : value)}`
}

/** The keys of all values that a resource has of an attribute, each once. */
export function keysIn(resource: unknown, attribute: CompiledAttribute): readonly string[] {
  let values: readonly unknown[] = [resource]
  for (const key of attribute.keys) {
    values = values.flatMap((value) => {
      const inner = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
      return Array.isArray(inner) ? inner : [inner]
    })
  }
  return [...new Set(values.flatMap((value) => keyOfValue(attribute, value) ?? []))]
}

/** Attributes that clients look resources up by, although two may have the same value. */
export function isIndexed({ path }: CompiledAttribute): boolean {
  return path === 'externalId'
}
