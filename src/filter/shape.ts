import {
  type CompiledAttribute,
  type CompiledResourceType,
  findByOtherName,
  keyOfReference,
  type OtherName,
} from '../schema/index.js'
import type { BoundFilter, Comparator, Equality, FilterNode, Literal } from './ast.js'
import { bindNode } from './bind.js'
import { compileFilter, type Instantiate, type Predicate } from './compile.js'

/**
 * What all filters have in common that differ in their literals only. In the place of each literal is its number,
 * counted in the order of the text.
 */
export interface Shape {
  readonly tree: BoundFilter
  /** What each literal is compared with. */
  readonly positions: readonly LiteralPosition[]
  /** Whether a literal is the URI of a reference. */
  readonly refers: boolean
  /** Attributes that have other names. */
  readonly renamed: readonly OtherName[]
  /** What the predicate is called with: an element of this attribute, or a resource. */
  readonly within: CompiledAttribute | undefined
  /** Computed on first use. */
  equalities: readonly Equality[] | undefined
  instantiate: Instantiate | undefined
}

export interface LiteralPosition {
  readonly attribute: CompiledAttribute
  readonly op: Comparator
}

/**
 * Binds a filter whose values are the numbers of its literals.
 *
 * @param within the attribute whose elements are filtered, for a value filter.
 */
export function makeShape(type: CompiledResourceType, filter: FilterNode, within?: CompiledAttribute): Shape {
  const positions: LiteralPosition[] = []
  const renamed: OtherName[] = []
  const tree = bindNode(
    type,
    filter,
    (index, attribute, op) => {
      positions[Number(index)] = { attribute, op }
      return index
    },
    (path) => {
      const found = findByOtherName(type, path)
      if (found) renamed.push(found)
      return found?.attribute
    },
    within,
  )
  const refers = positions.some(({ attribute }) => keyOfReference(attribute) !== undefined)
  return { tree, positions, refers, renamed, within, equalities: undefined, instantiate: undefined }
}

export function* equalitiesOf(tree: BoundFilter): Generator<Equality> {
  if (tree.op === 'eq') yield { attribute: tree.attribute, value: tree.value }
  else if (tree.op === 'valuePath') yield* equalitiesOf(tree.filter)
  else if (tree.op === 'and') for (const part of tree.filters) yield* equalitiesOf(part)
}

/** The value that the attribute at a path must equal; the path is compared in any case. */
export function findEquality(equalities: readonly Equality[], path: string): Literal | undefined {
  const lower = path.toLowerCase()
  return equalities.find(({ attribute }) => attribute.path.toLowerCase() === lower)?.value
}

/** The predicate of a filter of this shape. */
export function fillPredicate(shape: Shape, literals: readonly Literal[]): Predicate {
  shape.instantiate ??= compileFilter(shape.tree, shape.within)
  return shape.instantiate(literals)
}

/** The equalities of a filter of this shape. */
export function fillEqualities(shape: Shape, literals: readonly Literal[]): readonly Equality[] {
  shape.equalities ??= [...equalitiesOf(shape.tree)]
  return shape.equalities.map(({ attribute, value }) => ({
    attribute,
    value: literals[Number(value)] ?? null,
  }))
}

/** The tree of a filter of this shape. */
export function fillTree(tree: BoundFilter, literals: readonly Literal[]): BoundFilter {
  switch (tree.op) {
    case 'and':
    case 'or':
      return { op: tree.op, filters: tree.filters.map((part) => fillTree(part, literals)) }
    case 'not':
      return { op: 'not', filter: fillTree(tree.filter, literals) }
    case 'pr':
      return tree
    case 'valuePath':
      return { op: 'valuePath', attribute: tree.attribute, filter: fillTree(tree.filter, literals) }
    default:
      return { op: tree.op, attribute: tree.attribute, value: literals[Number(tree.value)] ?? null }
  }
}
