import { isObject } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import type { ColumnMapping } from './attribute-mapping.js'

/** Whether SCIM takes a value for none. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** The value at a path of keys. */
export function getIn(value: unknown, keys: readonly string[]): unknown {
  let at = value
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return at
}

/** An attribute's value for a column's. */
export function readColumn(
  mapping: ColumnMapping<never, never>,
  attribute: CompiledAttribute,
  stored: unknown,
): unknown {
  if (mapping.read) {
    // The host typed `read` for this column.
    const read = mapping.read as unknown as (stored: unknown) => unknown
    return stored === undefined ? undefined : read(stored)
  }
  if (isMissing(stored)) return undefined
  if (stored instanceof Date) return stored.toISOString()
  if (attribute.type === 'integer' || attribute.type === 'decimal') return Number(stored)
  return attribute.type === 'boolean' || typeof stored === 'string' ? stored : String(stored)
}

/** A column's value for an attribute's. */
export function writeColumn(mapping: ColumnMapping<never, never>, value: unknown): unknown {
  if (value === undefined || !mapping.write) return value
  // The host typed `write` for this attribute.
  return (mapping.write as unknown as (value: unknown) => unknown)(value)
}
