import { ScimError, showName } from '../protocol/index.js'
import {
  attributeNamed,
  type CompiledAttribute,
  type CompiledResourceType,
  findAttribute,
  keyOfReference,
} from '../schema/index.js'
import type { BoundFilter, Comparator, FilterNode, Literal } from './ast.js'
import { isTextual } from './literal.js'

/** Called for each comparison, in the order of the text; answers the literal of the bound filter. */
export type BindLiteral = (value: Literal, attribute: CompiledAttribute, op: Comparator) => Literal

/** Answers for a path that the resource type itself does not have. */
export type FindElsewhere = (path: string) => CompiledAttribute | undefined

/**
 * A filter whose paths are attributes of a resource type, or of an element when `within` is given.
 *
 * @throws ScimError invalidFilter that names the attribute.
 */
export function bindNode(
  type: CompiledResourceType,
  filter: FilterNode,
  literal: BindLiteral,
  elsewhere: FindElsewhere,
  within?: CompiledAttribute,
): BoundFilter {
  const find = (path: string): CompiledAttribute => {
    const found = within
      ? (findWithin(within, path) ?? elementAt(within, path))
      : (attributeNamed(type.attributes, path) ??
        findAttribute(type, path) ??
        findValue(type, path) ??
        elsewhere(path))
    if (found) return refuseLocation(refuseSecret(found))
    const where = within ? `"${within.path}" has no sub-attribute` : `${type.name} has no attribute`
    throw ScimError.invalidFilter(`${where} "${showName(path)}"`)
  }
  const bind = (node: FilterNode): BoundFilter => {
    switch (node.op) {
      case 'and':
      case 'or':
        return { op: node.op, filters: node.filters.map(bind) }
      case 'not':
        return { op: 'not', filter: bind(node.filter) }
      case 'pr': {
        const attribute = find(node.path)
        return { op: 'pr', attribute: keyOfReference(attribute) ?? attribute }
      }
      case 'valuePath': {
        const attribute = find(node.path)
        if (attribute.type !== 'complex' && !isList(attribute)) {
          throw ScimError.invalidFilter(`"${attribute.path}" has no sub-attributes to filter by`)
        }
        return {
          op: 'valuePath',
          attribute,
          filter: bindNode(type, node.filter, literal, elsewhere, attribute),
        }
      }
      default:
        return bindComparison(node.op, find(node.path), node.value, literal)
    }
  }
  return bind(filter)
}

/** Whether an attribute has several values that are no objects: each of them is its own `value` (RFC 7643 section 2.4). */
export function isList({ multiValued, type }: CompiledAttribute): boolean {
  return multiValued && type !== 'complex'
}

/** The same attribute, where a path inside of its elements means all of each: `value` of what are no objects. */
export function elementAt(within: CompiledAttribute, path: string): CompiledAttribute | undefined {
  return isList(within) && path.toLowerCase() === 'value' ? within : undefined
}

/** The attribute whose values a path such as `tags.value` means, where they are no objects. */
export function findValue(type: CompiledResourceType, path: string): CompiledAttribute | undefined {
  const list = /\.value$/i.test(path) ? findAttribute(type, path.slice(0, -'.value'.length)) : undefined
  return list && isList(list) ? list : undefined
}

/** Where a resource is, the service says when it is asked: no store can compare it. */
function refuseLocation(attribute: CompiledAttribute): CompiledAttribute {
  if (attribute.path !== 'meta.location') return attribute
  throw ScimError.invalidFilter('"meta.location" cannot be used in a filter: use "id"', {
    path: attribute.path,
  })
}

function bindComparison(
  op: Comparator,
  named: CompiledAttribute,
  value: Literal,
  literal: BindLiteral,
): BoundFilter {
  if (value === null) {
    // RFC 7644 has no null among the values of an attribute: to equal it is to have none.
    const present: BoundFilter = { op: 'pr', attribute: named }
    if (op === 'eq') return { op: 'not', filter: present }
    if (op === 'ne') return present
    throw ScimError.invalidFilter(`"${named.path}" can be compared with null only by eq and ne`)
  }
  const key = keyOfReference(named)
  if (key && op !== 'eq' && op !== 'ne') {
    throw ScimError.invalidFilter(`"${named.path}" can be compared only by eq and ne, and pr`)
  }
  const attribute = key ?? (named.type === 'complex' ? defaultOf(named) : named)
  if (!isComparable(op, attribute)) {
    throw ScimError.invalidFilter(
      `"${attribute.path}" is ${attribute.type} and cannot be compared with ${op}`,
    )
  }
  // The literal is what the client wrote: a URI, where it named the reference.
  return { op, attribute, value: literal(value, key ? named : attribute, op) }
}

/** A complex attribute is compared by its sub-attribute `value` (RFC 7643 section 2.4). */
function defaultOf(complex: CompiledAttribute): CompiledAttribute {
  const value = complex.isExtension ? undefined : attributeNamed(complex.subAttributes, 'value')
  if (value) return refuseSecret(value)
  throw ScimError.invalidFilter(`"${complex.path}" is complex: compare one of its sub-attributes`)
}

/** RFC 7644 table 3: booleans and binary have no order; what is no text has no parts. */
function isComparable(op: Comparator, { type }: CompiledAttribute): boolean {
  if (op === 'eq' || op === 'ne') return true
  if (isTextual(op)) return type !== 'boolean' && type !== 'decimal' && type !== 'integer'
  return type !== 'boolean' && type !== 'binary'
}

export function findWithin(parent: CompiledAttribute, path: string): CompiledAttribute | undefined {
  let found: CompiledAttribute | undefined = parent
  for (const name of path.split('.')) found = found && attributeNamed(found.subAttributes, name)
  return found
}

/** What is never shown is not found out by comparing either. */
function refuseSecret(attribute: CompiledAttribute): CompiledAttribute {
  for (let level: CompiledAttribute | undefined = attribute; level; level = level.parent) {
    if (level.returned === 'never' || level.mutability === 'writeOnly') {
      throw ScimError.invalidFilter(`"${level.path}" cannot be used in a filter`, { path: level.path })
    }
  }
  return attribute
}
