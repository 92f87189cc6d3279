import type { BoundFilter } from '../../filter/index.js'
import { propertyReader } from '../../filter/index.js'
import { stepsPerTurn } from '../../protocol/index.js'
import type { CompiledAttribute } from '../../schema/index.js'
import { chainOf, readValue } from '../../schema/index.js'

/** A list with more conditions is one of the service's own, which looks ids up in a set. */
const maxConditions = 1000

/** With fewer conditions than this, long texts make no long turn. */
const fewConditions = 8

/** Characters of a text that take about as long to compare as a condition takes without them. */
const charactersPerStep = 256

/** How many conditions of a filter are about each attribute. */
function countByLeaf(tree: BoundFilter, counts: Map<CompiledAttribute, number>): void {
  if ('filters' in tree) {
    const parts = tree.filters.length > maxConditions ? tree.filters.slice(0, 1) : tree.filters
    for (const part of parts) countByLeaf(part, counts)
  } else if ('filter' in tree) countByLeaf(tree.filter, counts)
  else counts.set(tree.attribute, (counts.get(tree.attribute) ?? 0) + 1)
}

function severalIn(attribute: CompiledAttribute): CompiledAttribute | undefined {
  return chainOf(attribute).find(({ multiValued }) => multiValued)
}

/** The same for each multi-valued attribute; under undefined, those about none. */
function countByList(
  leaves: ReadonlyMap<CompiledAttribute, number>,
): Map<CompiledAttribute | undefined, number> {
  const counts = new Map<CompiledAttribute | undefined, number>()
  for (const [leaf, count] of leaves) {
    const several = severalIn(leaf)
    counts.set(several, (counts.get(several) ?? 0) + count)
  }
  return counts
}

/** What it is to match rows, in steps: one for each condition and element, and more for long texts. */
export interface MatchingWork {
  /** How many rows one turn has room for at most. */
  readonly rowsPerTurn: number
  /** The steps for one resource; undefined where they are the same for all. */
  readonly stepsFor: ((resource: object) => number) | undefined
}

export function matchingWork(tree: BoundFilter): MatchingWork {
  const leaves = new Map<CompiledAttribute, number>()
  countByLeaf(tree, leaves)
  const work = workByElements(countByList(leaves))
  let conditions = 0
  for (const count of leaves.values()) conditions += count
  if (conditions <= fewConditions) return work
  const { rowsPerTurn, fixed, stepsFor } = work
  return {
    rowsPerTurn,
    stepsFor: (resource) => (stepsFor?.(resource) ?? fixed) + stepsForTexts(resource, leaves),
  }
}

/** What the texts of a resource add, each once for each condition about it. */
function stepsForTexts(resource: object, leaves: ReadonlyMap<CompiledAttribute, number>): number {
  let steps = 0
  for (const [leaf, count] of leaves) {
    const several = severalIn(leaf)
    const value = readValue(resource, several ?? leaf)
    let parts = 0
    if (several && Array.isArray(value)) {
      for (const element of value)
        parts += partsOf(several === leaf ? element : partNamed(element, leaf.name))
    } else parts = partsOf(value)
    steps += count * parts
  }
  return steps
}

function partsOf(value: unknown): number {
  return typeof value === 'string' ? Math.floor(value.length / charactersPerStep) : 0
}

function partNamed(element: unknown, name: string): unknown {
  return typeof element === 'object' && element !== null ? Reflect.get(element, name) : undefined
}

function workByElements(
  counts: Map<CompiledAttribute | undefined, number>,
): MatchingWork & { readonly fixed: number } {
  const fixed = 1 + (counts.get(undefined) ?? 0)
  counts.delete(undefined)
  const rowsPerTurn = Math.max(1, Math.floor(stepsPerTurn / fixed))
  if (counts.size === 0) return { rowsPerTurn, fixed, stepsFor: undefined }
  const several = [...counts].flatMap(([attribute, count]) =>
    attribute ? [{ count, read: valueReader(attribute) }] : [],
  )
  const [only, another] = several
  if (only && !another) {
    const { count, read } = only
    return { rowsPerTurn, fixed, stepsFor: (resource) => fixed + count * sizeOf(read(resource)) }
  }
  return {
    rowsPerTurn,
    fixed,
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
