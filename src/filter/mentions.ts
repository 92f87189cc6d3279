import type { CompiledAttribute } from '../schema/index.js'
import type { BoundFilter } from './ast.js'

/** Whether an attribute is another one, or a direct sub-attribute of it. */
export function isWithinAttribute(attribute: CompiledAttribute, outer: CompiledAttribute): boolean {
  return attribute === outer || attribute.parent === outer
}

/** Whether a filter has a condition on an attribute or on a direct sub-attribute of it. */
export function mentions(tree: BoundFilter, attribute: CompiledAttribute): boolean {
  if ('filters' in tree) return tree.filters.some((part) => mentions(part, attribute))
  if (tree.op === 'not') return mentions(tree.filter, attribute)
  return isWithinAttribute(tree.attribute, attribute)
}

/** How many comparisons and presence tests a filter has. */
export function countConditions(tree: BoundFilter): number {
  if ('filters' in tree) return tree.filters.reduce((count, part) => count + countConditions(part), 0)
  return 'filter' in tree ? countConditions(tree.filter) : 1
}
