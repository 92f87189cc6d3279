import {
  type CompiledAttribute,
  idInReference,
  keyOfReference,
  type ResourceLocations,
} from '../schema/index.js'
import type { BoundFilter, Literal } from './ast.js'
import type { LiteralPosition } from './shape.js'

/** The literals as stores have them: the id at the end of the URI of a reference. */
export function withoutLocations(
  literals: readonly Literal[],
  positions: readonly LiteralPosition[],
): readonly Literal[] {
  return literals.map((literal, index) => {
    const attribute = positions[index]?.attribute
    return typeof literal === 'string' && attribute && keyOfReference(attribute)
      ? idInReference(literal)
      : literal
  })
}

const never: BoundFilter = { op: 'or', filters: [] }

function not(filter: BoundFilter): BoundFilter {
  return { op: 'not', filter }
}

/**
 * A tree with literals in the place of their numbers, in which the URI of a reference has become what it leads to: the
 * id, and the type where that is not the only one that the reference may be of.
 *
 * @param within the attribute whose elements the tree is about; undefined for one about resources.
 */
export function locateReferences(
  tree: BoundFilter,
  literals: readonly Literal[],
  positions: readonly LiteralPosition[],
  locations: ResourceLocations,
  within?: CompiledAttribute,
): BoundFilter {
  return replace(tree, within)

  function replace(node: BoundFilter, within: CompiledAttribute | undefined): BoundFilter {
    if ('filters' in node) return { op: node.op, filters: node.filters.map((part) => replace(part, within)) }
    if (node.op === 'not') return not(replace(node.filter, within))
    if (node.op === 'pr') return node
    if (node.op === 'valuePath') return { ...node, filter: replace(node.filter, node.attribute) }
    const { op, attribute } = node
    const index = Number(node.value)
    const value = literals[index] ?? null
    const reference = positions[index]?.attribute
    if (!reference || typeof value !== 'string' || !keyOfReference(reference)) return { op, attribute, value }
    const condition = leadsTo(reference, attribute, value, locations)
    const { parent } = reference
    if ('attribute' in condition && condition.op === 'eq')
      return op === 'eq' ? condition : { ...condition, op: 'ne' }
    const isInside = !parent?.multiValued || parent === within || condition === never
    if (isInside || !parent) return op === 'eq' ? condition : not(condition)
    const some = (filter: BoundFilter): BoundFilter => ({ op: 'valuePath', attribute: parent, filter })
    if (op === 'eq') return some(condition)
    // What has no element differs from every value.
    return { op: 'or', filters: [some(not(condition)), not({ op: 'pr', attribute: parent })] }
  }
}

/** The condition on an element whose reference is shown as a URI. */
function leadsTo(
  reference: CompiledAttribute,
  key: CompiledAttribute,
  uri: string,
  locations: ResourceLocations,
): BoundFilter {
  const found = locations.locate(uri)
  const possible = reference.referenceTypes.filter((type) => locations.types.includes(type))
  if (!found || !possible.includes(found.type)) return never
  const isKey: BoundFilter = { op: 'eq', attribute: key, value: found.id }
  const others = possible.filter((type) => type !== found.type)
  if (others.length === 0) return isKey
  const type = reference.parent?.subAttributes.get('type')
  const isFirst = possible[0] === found.type
  if (!type) return isFirst ? isKey : never
  const isOf = (value: string): BoundFilter => ({ op: 'eq', attribute: type, value })
  // An element that does not say its type is shown as of the first one.
  return {
    op: 'and',
    filters: [isKey, ...(isFirst ? others.map((other) => not(isOf(other))) : [isOf(found.type)])],
  }
}
