import type { BoundFilter } from '../../filter/index.js'
import { propertyReader } from '../../filter/index.js'
import { stepsPerTurn } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { chainOf } from '../../schema/index.js'

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

/** What it is to match rows, in steps: one for each condition and element. */
export interface MatchingWork {
  /** How many rows one turn has room for at most. */
  readonly rowsPerTurn: number
  /** The steps for one resource; undefined where they are the same for all. */
  readonly stepsFor: ((resource: object) => number) | undefined
}

export function matchingWork(tree: BoundFilter): MatchingWork {
  const counts = new Map<CompiledAttribute | undefined, number>()
  countByAttribute(tree, counts)
  const fixed = 1 + (counts.get(undefined) ?? 0)
  counts.delete(undefined)
  const rowsPerTurn = Math.max(1, Math.floor(stepsPerTurn / fixed))
  if (counts.size === 0) return { rowsPerTurn, stepsFor: undefined }
  const several = [...counts].flatMap(([attribute, count]) =>
    attribute ? [{ count, read: valueReader(attribute) }] : [],
  )
  const [only, another] = several
  if (only && !another) {
    const { count, read } = only
    return { rowsPerTurn, stepsFor: (resource) => fixed + count * sizeOf(read(resource)) }
  }
  return {
    rowsPerTurn,
    stepsFor: (resource) =>
      several.reduce((sum, { count, read }) => sum + count * sizeOf(read(resource)), fixed),
  }
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? 1 + value.length : 1
}

function valueReader({ keys }: CompiledAttribute): (resource: unknown) => unknown {
  const readers = keys.map((key) => propertyReader(key))
  const [read, another] = readers
  if (read && !another) return read
  return (resource) => readers.reduce((value, read) => read(value), resource)
}
