import type { BoundFilter } from '../../filter/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { chainOf, readValue } from '../../schema/index.js'

/** A filter with more conditions is one of the service's own, which looks ids up in a set. */
const maxConditions = 1000

/** How many conditions of a filter are about each multi-valued attribute; under undefined, those about none. */
function countByAttribute(tree: BoundFilter, counts: Map<CompiledAttribute | undefined, number>): void {
  if ('filters' in tree) for (const part of tree.filters) countByAttribute(part, counts)
  else if ('filter' in tree) countByAttribute(tree.filter, counts)
  else {
    const several = chainOf(tree.attribute).find(({ multiValued }) => multiValued)
    counts.set(several, Math.min((counts.get(several) ?? 0) + 1, maxConditions))
  }
}

/** Makes the function that says how many steps it is to match a resource: one for each condition and element. */
export function matchingSteps(tree: BoundFilter): (resource: object) => number {
  const counts = new Map<CompiledAttribute | undefined, number>()
  countByAttribute(tree, counts)
  const fixed = 1 + (counts.get(undefined) ?? 0)
  counts.delete(undefined)
  if (counts.size === 0) return () => fixed
  return (resource) => {
    let steps = fixed
    for (const [attribute, count] of counts) {
      const value = attribute && readValue(resource, attribute)
      steps += count * (1 + (Array.isArray(value) ? value.length : 0))
    }
    return steps
  }
}
