import { isObject } from '../protocol/index.js'
import type { CompiledAttribute, ElementPlace } from '../schema/index.js'
import type { ChildTableMapping } from './attribute-mapping.js'
import { isMissing } from './value.js'

/** What only says which element it is. */
const descriptions = new Set(['type', 'primary'])

/**
 * The place of elements that are rows: an element that says no more than its kind, such as the work number that a
 * client has cleared, is no row, whose column of the value is often NOT NULL. Undefined where every element is one.
 */
export function childPlace(
  attribute: CompiledAttribute,
  { columns }: ChildTableMapping,
): ElementPlace | undefined {
  if (attribute.type !== 'complex' || columns.value === undefined) return undefined
  const contents = Object.keys(columns).filter((name) => !descriptions.has(name))
  return {
    path: `${attribute.path}[value pr]`,
    holdsMany: true,
    matches: (element) => !isObject(element) || contents.some((name) => !isMissing(element[name])),
  }
}
