import type { CompiledAttribute } from '../schema/index.js'
import type { BoundFilter, Comparator, Filter, Literal } from './ast.js'
import { filterFromTree } from './from-tree.js'

/** A comparison of one value with a literal of its type. */
export interface Comparison {
  readonly op: Comparator
  readonly attribute: CompiledAttribute
  readonly value: Literal
}

/**
 * What {@link visitFilter} asks for each part of a filter. `T` is what a filter becomes: a condition of a query language,
 * a list of names, a predicate.
 */
export interface FilterVisitor<T> {
  /** All conditions hold; of none: true. */
  and(conditions: readonly T[]): T
  /** One of the conditions holds; of none: false. */
  or(conditions: readonly T[]): T
  /** The condition does not hold. It is two-valued: what has no value is not unknown. */
  not(condition: T): T
  /** An attribute with one value, or the element of {@link some} itself, has a value; of a complex one, something in it. */
  present(attribute: CompiledAttribute): T
  /**
   * The value of an attribute with one value, or the element of {@link some} itself, compares so. Without a value `ne`
   * holds, and nothing else.
   */
  compare(comparison: Comparison): T
  /**
   * At least one element of a multi-valued attribute fulfils a condition, which is visited with the visitor that is given
   * to it: attributes inside it are those of the element.
   */
  some(attribute: CompiledAttribute, condition: (element: FilterVisitor<T>) => T): T
}

/**
 * Walks a filter, and gives back what the visitor makes of it: what to write a target of your own on, such as another
 * query language.
 *
 * Every way to speak of elements arrives as {@link FilterVisitor.some}: `emails.value eq "x"`, `emails[value eq "x"]` and
 * `emails eq "x"` are the same. `resourceType` and other constants are compared here.
 *
 * @param filter a filter that is bound to a resource type: of `bindFilter`, or what `list` of a store is given.
 * @example
 * const names = visitFilter<string[]>(filter, {
 *   and: (parts) => parts.flat(),
 *   or: (parts) => parts.flat(),
 *   not: (part) => part,
 *   present: ({ path }) => [path],
 *   compare: ({ attribute }) => [attribute.path],
 *   some(attribute, condition) {
 *     return [attribute.path, ...condition(this)]
 *   },
 * })
 * @see RFC 7644 section 3.4.2.2
 */
export function visitFilter<T>(filter: Filter, visitor: FilterVisitor<T>): T {
  return visit(filter.tree, visitor, undefined)
}

function visit<T>(tree: BoundFilter, visitor: FilterVisitor<T>, within: CompiledAttribute | undefined): T {
  switch (tree.op) {
    case 'and':
    case 'or':
      return visitor[tree.op](tree.filters.map((filter) => visit(filter, visitor, within)))
    case 'not':
      return visitor.not(visit(tree.filter, visitor, within))
    case 'pr':
      return tree.attribute.constant === undefined
        ? reach(tree.attribute, visitor, within, (at) => at.present(tree.attribute))
        : visitor.and([])
    case 'valuePath': {
      const { attribute, filter } = tree
      return attribute.multiValued
        ? visitor.some(attribute, (element) => visit(filter, element, attribute))
        : visitor.and([visitor.present(attribute), visit(filter, visitor, attribute)])
    }
    default:
      return visitComparison(tree, visitor, within)
  }
}

function visitComparison<T>(
  comparison: Comparison,
  visitor: FilterVisitor<T>,
  within: CompiledAttribute | undefined,
): T {
  const { op, attribute } = comparison
  if (attribute.constant !== undefined) {
    const { keys, constant } = attribute
    const resource = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), constant)
    const holds = filterFromTree(comparison).matches(resource)
    return holds ? visitor.and([]) : visitor.or([])
  }
  const some = reach(attribute, visitor, within, (at) => at.compare(comparison))
  const outermost = multiValuedAncestor(attribute, within)
  // What has no element differs from every value.
  return op === 'ne' && outermost
    ? visitor.or([some, visitor.not(visitor.some(outermost, (element) => element.and([])))])
    : some
}

/** Comes to an attribute through the elements that it is in. */
function reach<T>(
  attribute: CompiledAttribute,
  visitor: FilterVisitor<T>,
  within: CompiledAttribute | undefined,
  last: (visitor: FilterVisitor<T>) => T,
): T {
  const outermost = multiValuedAncestor(attribute, within)
  if (!outermost) return last(visitor)
  return visitor.some(outermost, (element) => reach(attribute, element, outermost, last))
}

/** The outermost attribute with several values on the way to an attribute. */
function multiValuedAncestor(
  attribute: CompiledAttribute,
  within: CompiledAttribute | undefined,
): CompiledAttribute | undefined {
  let outermost: CompiledAttribute | undefined
  for (let at: CompiledAttribute | undefined = attribute; at && at !== within; at = at.parent)
    if (at.multiValued) outermost = at
  return outermost
}
