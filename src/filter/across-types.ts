import { noNote, ScimError, showName } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { findAttribute, findByOtherName, noLeniency } from '../schema/index.js'
import type { Filter, FilterNode } from './ast.js'
import { defaultFilterLimits } from './ast.js'
import type { FilterOptions } from './filter.js'
import { fillShape } from './filter.js'
import type { Token } from './lex.js'
import { lex } from './lex.js'
import { parseTokens } from './parse.js'
import type { Lexeme } from './scan.js'
import { makeShape } from './shape.js'

/** A part of a filter that asks about one attribute. */
type Leaf = Exclude<FilterNode, { readonly op: 'and' | 'or' | 'not' }>

/**
 * Reads a filter that is meant for several resource types: what it asks of each. True and false: all of the type's
 * resources match, or none. An attribute that a type does not have has no value there.
 *
 * @throws ScimError invalidFilter, also for an attribute that no type has.
 * @see RFC 7644 section 3.4.2.1
 */
export function bindFilterAcross(
  types: readonly CompiledResourceType[],
  text: string,
  options: FilterOptions = {},
): ReadonlyMap<CompiledResourceType, Filter | boolean> {
  const { leniency = noLeniency, note = noNote, limits = defaultFilterLimits, locations } = options
  const tokens: Token[] = []
  const { literals } = lex(text, { limits, unquoted: leniency.unquotedLiterals }, tokens)
  const whole = parseTokens(tokens, (index) => index)
  for (const { path } of leavesOf(whole)) {
    if (types.some((type) => find(type, path))) continue
    throw ScimError.invalidFilter(`No resource type has an attribute "${showName(path)}"`)
  }
  const fill = (type: CompiledResourceType, node: FilterNode): Filter => {
    const used: Lexeme[] = []
    const numbered = renumber(node, literals, used)
    return fillShape(type, makeShape(type, numbered), used, leniency, note, locations)
  }
  return new Map(
    types.map((type) => {
      const left = reduce(whole, (leaf) => ask(type, leaf, fill))
      return [type, typeof left === 'boolean' ? left : fill(type, left)]
    }),
  )
}

function find(type: CompiledResourceType, path: string): CompiledAttribute | undefined {
  return findAttribute(type, path) ?? findByOtherName(type, path)?.attribute
}

function* leavesOf(node: FilterNode): Generator<Leaf> {
  if ('filters' in node) for (const part of node.filters) yield* leavesOf(part)
  else if (node.op === 'not') yield* leavesOf(node.filter)
  else yield node
}

/** What a condition is for every resource of a type; the condition itself where that depends on the resource. */
function ask(
  type: CompiledResourceType,
  leaf: Leaf,
  fill: (type: CompiledResourceType, node: FilterNode) => Filter,
): FilterNode | boolean {
  const attribute = find(type, leaf.path)
  if (attribute?.constant !== undefined && leaf.op !== 'valuePath') return fill(type, leaf).matches(undefined)
  if (attribute) return leaf
  // To equal nothing is to have no value, and what has none differs from everything else.
  if (leaf.op === 'eq') return leaf.value === null
  return leaf.op === 'ne' && leaf.value !== null
}

/** A filter in which some conditions are known to hold or not to. */
function reduce(node: FilterNode, resolve: (leaf: Leaf) => FilterNode | boolean): FilterNode | boolean {
  if (node.op === 'not') {
    const inner = reduce(node.filter, resolve)
    return typeof inner === 'boolean' ? !inner : { op: 'not', filter: inner }
  }
  if (!('filters' in node)) return resolve(node)
  const filters: FilterNode[] = []
  // What settles the whole, and what changes nothing.
  const settling = node.op === 'or'
  for (const part of node.filters) {
    const inner = reduce(part, resolve)
    if (inner === settling) return settling
    if (typeof inner !== 'boolean') filters.push(inner)
  }
  const [only, another] = filters
  if (!only) return !settling
  return another ? { op: node.op, filters } : only
}

/** A part of a filter with its literals counted from 0, which are collected. */
function renumber(node: FilterNode, literals: readonly Lexeme[], used: Lexeme[]): FilterNode {
  if ('filters' in node) {
    return { op: node.op, filters: node.filters.map((part) => renumber(part, literals, used)) }
  }
  if ('filter' in node) return { ...node, filter: renumber(node.filter, literals, used) }
  if (node.op === 'pr' || node.value === null) return node
  const literal = literals[Number(node.value)]
  return literal === undefined ? node : { ...node, value: used.push(literal) - 1 }
}
