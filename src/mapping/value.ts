import type { CompiledAttribute } from '../schema/index.js'
import type { ColumnPlace } from './attribute-mapping.js'

/** Attributes by their names. */
export type Bag = Record<string, unknown>

export function isBag(value: unknown): value is Readonly<Bag> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is one that SCIM takes for none. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** The value at a path of keys. */
export function getIn(value: unknown, keys: readonly string[]): unknown {
  let at = value
  for (const key of keys) at = isBag(at) ? at[key] : undefined
  return at
}

/** A column's value as the attribute's. */
export function readColumn(
  place: ColumnPlace<never, never>,
  attribute: CompiledAttribute,
  stored: unknown,
): unknown {
  if (place.read) {
    // The host typed `read` for this column.
    const read = place.read as unknown as (stored: unknown) => unknown
    return stored === undefined ? undefined : read(stored)
  }
  if (isMissing(stored)) return undefined
  if (stored instanceof Date) return stored.toISOString()
  if (attribute.type === 'integer' || attribute.type === 'decimal') return Number(stored)
  return attribute.type === 'boolean' || typeof stored === 'string' ? stored : String(stored)
}

/** An attribute's value as the column's. */
export function writeColumn(place: ColumnPlace<never, never>, value: unknown): unknown {
  if (value === undefined || !place.write) return value
  // The host typed `write` for this attribute.
  return (place.write as unknown as (value: unknown) => unknown)(value)
}
