import { sql } from 'kysely'
import type { BoundFilter, Comparator, Literal } from '../../../filter/index.js'
import { filterFromTree } from '../../../filter/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition } from '../sql/sql.js'
import { allOf, anyOf, member, negate } from '../sql/sql.js'
import { columnOf, isId } from '../sql/table.js'
import { compare } from './compare.js'
import type { Scope } from './elements.js'
import { isThere } from './elements.js'
import type { RowScope } from './scope.js'

/**
 * A filter as a condition on rows, with the meaning that it has for resources.
 *
 * @throws ScimError `invalidFilter` that names an attribute which the database can not compare.
 */
export function filterToSql(tree: BoundFilter, row: RowScope): Condition {
  return inside(tree, row)

  function inside(tree: BoundFilter, scope: Scope): Condition {
    switch (tree.op) {
      case 'and':
        return allOf(tree.filters.map((one) => inside(one, scope)))
      case 'or':
        return idsOf(tree, row) ?? anyOf(tree.filters.map((one) => inside(one, scope)))
      case 'not':
        return negate(inside(tree.filter, scope))
      case 'pr':
        return presence(tree.attribute, scope)
      case 'valuePath': {
        const { attribute, filter } = tree
        if (!attribute.multiValued) return allOf([isThere(attribute, scope), inside(filter, scope)])
        return allOf([
          elementIndex(attribute, filter, row),
          scope.some(attribute, (element) => inside(filter, element)),
        ])
      }
      default: {
        const { op, attribute, value } = tree
        const condition = comparison(op, attribute, value, scope)
        if (op !== 'eq' || !attribute.parent?.multiValued || attribute.parent === scope.within)
          return condition
        return allOf([elementIndex(attribute.parent, tree, row), condition])
      }
    }
  }
}

/** The outermost attribute with several values on the way from a scope to an attribute. */
function multiValuedOf(attribute: CompiledAttribute, scope: Scope): CompiledAttribute | undefined {
  let found: CompiledAttribute | undefined
  for (let at: CompiledAttribute | undefined = attribute; at && at !== scope.within; at = at.parent)
    if (at.multiValued) found = at
  return found
}

function presence(attribute: CompiledAttribute, scope: Scope): Condition {
  if (attribute.constant !== undefined) return true
  const multi = multiValuedOf(attribute, scope)
  if (!multi) return isThere(attribute, scope)
  return scope.some(multi, (element) =>
    attribute === multi ? isThere(attribute, element) : presence(attribute, element),
  )
}

function comparison(op: Comparator, attribute: CompiledAttribute, literal: Literal, scope: Scope): Condition {
  const multi = multiValuedOf(attribute, scope)
  if (multi) {
    const some = scope.some(multi, (element) => comparison(op, attribute, literal, element))
    // What has no value differs from every value.
    return op === 'ne' ? anyOf([some, negate(scope.some(multi, () => true))]) : some
  }
  const operand = scope.operand(attribute)
  if (operand === 'absent') return op === 'ne'
  if ('constant' in operand) return decide(op, attribute, literal, operand.constant)
  return compare(op, attribute, literal, operand.value)
}

/** A comparison of a value that is the same in every row. */
function decide(op: Comparator, attribute: CompiledAttribute, value: Literal, constant: unknown): boolean {
  const held = attribute.multiValued ? [constant] : constant
  const resource = attribute.keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), held)
  const plain = { ...attribute, constant: undefined, parent: withoutMany(attribute.parent) }
  return filterFromTree({ op, attribute: plain, value }).matches(resource)
}

function withoutMany(attribute: CompiledAttribute | undefined): CompiledAttribute | undefined {
  return attribute && { ...attribute, multiValued: false, parent: withoutMany(attribute.parent) }
}

/** A list of ids as one condition. */
function idsOf(tree: BoundFilter & { op: 'and' | 'or' }, row: RowScope): Condition | undefined {
  const { id } = row.table
  const ids: string[] = []
  for (const one of tree.filters) {
    if (one.op !== 'eq' || one.attribute.path !== 'id' || typeof one.value !== 'string') return undefined
    if (isId(id.type, one.value)) ids.push(one.value)
  }
  if (tree.filters.length === 0 || ids.length === 0) return false
  const type = sql.raw(id.type === 'integer' ? 'bigint' : id.type)
  return sql`${columnOf(id.column)} = any(${ids}::${type}[])`
}

/**
 * For elements in a column that has an index of them: a condition that the index answers and that every match
 * fulfils. It compares the JSON in lower case, in which no two values that are equal differ.
 */
function elementIndex(attribute: CompiledAttribute, filter: BoundFilter, row: RowScope): Condition {
  if (attribute.parent) return true
  const { json, columns: slots } = row.table.layout.elementsOf(attribute)
  if (!json?.indexed || slots.length > 0) return true
  const element: Record<string, string> = {}
  for (const part of filter.op === 'and' ? filter.filters : [filter]) {
    if (part.op !== 'eq' || part.attribute.parent !== attribute || part.attribute.multiValued) continue
    if (part.attribute.type === 'string' && typeof part.value === 'string')
      element[part.attribute.name] = part.value
  }
  const text = JSON.stringify([element])
  if (Object.keys(element).length === 0 || /\\u/.test(text)) return true
  const holder = member(columnOf(json.column), json.keys)
  return sql`lower((${holder})::text)::jsonb @> lower(${text})::jsonb`
}
