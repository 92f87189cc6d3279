import type { CompiledAttribute } from '../schema/index.js'
import { readValue } from '../schema/index.js'
import type { BoundFilter, Filter, Literal } from './ast.js'
import type { Predicate } from './compile.js'
import { compileFilter } from './compile.js'
import { equalitiesOf, findEquality } from './shape.js'

/** The literal of a leaf, as the compiler wants it: by number. */
function compileLeaf(tree: BoundFilter, within?: CompiledAttribute): Predicate {
  const literals: Literal[] = []
  const numbered = (node: BoundFilter): BoundFilter => {
    if ('filters' in node) return { op: node.op, filters: node.filters.map(numbered) }
    if (node.op === 'not') return { op: 'not', filter: numbered(node.filter) }
    if (node.op === 'pr') return node
    if ('filter' in node) return { ...node, filter: numbered(node.filter) }
    return { ...node, value: literals.push(node.value) - 1 }
  }
  return compileFilter(numbered(tree), within)(literals)
}

/** Whether a list of conditions only says which of several texts one attribute has. */
function alternativesOf(
  filters: readonly BoundFilter[],
): { attribute: CompiledAttribute; values: Set<unknown> } | undefined {
  const values = new Set<unknown>()
  let attribute: CompiledAttribute | undefined
  for (const filter of filters) {
    if (filter.op !== 'eq' || (attribute && filter.attribute !== attribute)) return undefined
    attribute = filter.attribute
    values.add(filter.value)
  }
  const isExact = attribute?.type === 'string' && attribute.caseExact && !attribute.multiValued
  return attribute && isExact && !attribute.parent ? { attribute, values } : undefined
}

/** @param made the predicates of lists of conditions: the same list may stand in several places. */
function predicateOf(tree: BoundFilter, made = new Map<BoundFilter, Predicate>()): Predicate {
  if (tree.op === 'not') {
    const inner = predicateOf(tree.filter, made)
    return (resource) => !inner(resource)
  }
  if (!('filters' in tree)) return compileLeaf(tree)
  let predicate = made.get(tree)
  if (!predicate) {
    predicate = predicateOfList(tree.op, tree.filters, made)
    made.set(tree, predicate)
  }
  return predicate
}

function predicateOfList(
  op: 'and' | 'or',
  filters: readonly BoundFilter[],
  made: Map<BoundFilter, Predicate>,
): Predicate {
  const alternatives = op === 'or' ? alternativesOf(filters) : undefined
  if (alternatives) return (resource) => alternatives.values.has(readValue(resource, alternatives.attribute))
  const parts = filters.map((part) => predicateOf(part, made))
  if (op === 'or') return (resource) => parts.some((part) => part(resource))
  return (resource) => parts.every((part) => part(resource))
}

/**
 * A filter made from a tree: a query of the service itself.
 *
 * @param within the attribute whose elements it is about; undefined for one about resources.
 */
export function filterFromTree(tree: BoundFilter, within?: CompiledAttribute): Filter {
  const equalities = [...equalitiesOf(tree)]
  const matches = within ? compileLeaf(tree, within) : predicateOf(tree)
  return { tree, equalities, equalTo: (path) => findEquality(equalities, path), matches }
}

/** The filter for the resources whose attribute has one of some values. */
export function equalsAny(attribute: CompiledAttribute, values: readonly Literal[]): Filter {
  const filters = values.map((value): BoundFilter => ({ op: 'eq', attribute, value }))
  const [only] = filters
  return filterFromTree(only && filters.length === 1 ? only : { op: 'or', filters })
}
