import { saysNothing } from './expect.js'
import type { JsonObject } from './json.js'
import type { TargetAttribute } from './target.js'

/** A resource with a value for each attribute that its schema requires besides what it has. */
export function fillRequired(
  resource: JsonObject,
  attributes: readonly TargetAttribute[],
  text: () => string,
): JsonObject {
  const missing = attributes.filter(
    ({ name, required, mutability }) => required && mutability !== 'readOnly' && saysNothing(resource[name]),
  )
  const values = missing.map((one) => [one.name, valueFor(one, text)])
  return { ...resource, ...Object.fromEntries(values) }
}

function valueFor(attribute: TargetAttribute, text: () => string): unknown {
  const value = singleValueFor(attribute, text)
  return attribute.multiValued ? [value] : value
}

function singleValueFor(
  { type, canonicalValues, subAttributes }: TargetAttribute,
  text: () => string,
): unknown {
  switch (type) {
    case 'boolean':
      return true
    case 'integer':
    case 'decimal':
      return 1
    case 'dateTime':
      return '2026-01-01T00:00:00Z'
    case 'reference':
      return 'https://example.com/scimkit-verify'
    case 'binary':
      return 'c2NpbQ=='
    case 'complex':
      return fillRequired({}, subAttributes, text)
    default:
      return canonicalValues[0] ?? text()
  }
}
