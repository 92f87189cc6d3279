import type { BoundFilter, Comparison } from '../../../filter/index.js'
import { filterFromTree } from '../../../filter/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition } from '../sql/sql.js'
import { and, not, or } from '../sql/sql.js'
import { columnOf, isId, isOwn } from '../sql/table.js'
import type { SqlValue } from '../sql/value.js'
import { compare, foldedAlternatives } from './compare.js'
import type { Scope } from './elements.js'
import { isPresent } from './elements.js'
import type { RowScope } from './scope.js'

/**
 * A filter as a condition on rows, with the meaning that it has for resources.
 *
 * @throws ScimError `invalidFilter` that names an attribute which the database cannot compare.
 */
export function filterToSql(tree: BoundFilter, row: RowScope): Condition {
  return toCondition(tree, row)

  function toCondition(tree: BoundFilter, scope: Scope): Condition {
    switch (tree.op) {
      case 'and':
        return and(tree.filters.map((filter) => toCondition(filter, scope)))
      case 'or':
        return isOneOfIds(tree.filters, row) ?? or(tree.filters.map((filter) => toCondition(filter, scope)))
      case 'not':
        return not(toCondition(tree.filter, scope))
      case 'pr':
        return hasValue(tree.attribute, scope)
      case 'valuePath': {
        const { attribute, filter } = tree
        if (!attribute.multiValued) return and([isPresent(attribute, scope), toCondition(filter, scope)])
        return and([
          indexedCondition(attribute, filter, row),
          scope.some(attribute, (element) => toCondition(filter, element)),
        ])
      }
      default: {
        const condition = comparisonToSql(tree, scope, row)
        const { parent } = tree.attribute
        if (tree.op !== 'eq' || !parent?.multiValued || parent === scope.within) return condition
        return and([indexedCondition(parent, tree, row), condition])
      }
    }
  }
}

/** The outermost attribute with several values between a scope and an attribute. */
function multiValuedAncestor(attribute: CompiledAttribute, scope: Scope): CompiledAttribute | undefined {
  let outermost: CompiledAttribute | undefined
  for (let at: CompiledAttribute | undefined = attribute; at && at !== scope.within; at = at.parent)
    if (at.multiValued) outermost = at
  return outermost
}

function hasValue(attribute: CompiledAttribute, scope: Scope): Condition {
  if (attribute.constant !== undefined) return true
  const multiValued = multiValuedAncestor(attribute, scope)
  if (!multiValued) return isPresent(attribute, scope)
  return scope.some(multiValued, (element) =>
    attribute === multiValued ? isPresent(attribute, element) : hasValue(attribute, element),
  )
}

function comparisonToSql(comparison: Comparison, scope: Scope, row: RowScope): Condition {
  const { op, attribute } = comparison
  const multiValued = multiValuedAncestor(attribute, scope)
  if (multiValued) {
    const some = scope.some(multiValued, (element) => comparisonToSql(comparison, element, row))
    // An attribute without a value differs from every value.
    return op === 'ne' ? or([some, not(scope.some(multiValued, () => true))]) : some
  }
  const operand = scope.operand(attribute)
  if (operand === 'absent') return op === 'ne'
  if ('constant' in operand) return compareConstant(comparison, operand.constant)
  return (
    (scope === row && foundByKey(comparison, operand.value, row)) ||
    compare(op, comparison, operand.value, row.table.dialect)
  )
}

/** A look-up by the key of a text that rows may lack, where the database would read all rows of the tenant for it. */
function foundByKey({ op, value: literal }: Comparison, { folded }: SqlValue, row: RowScope): Condition {
  const { table } = row
  const { dialect } = table
  if (op !== 'eq' || !folded?.text || typeof literal !== 'string' || table.isScimTable) return false
  const own = isOwn(table, row.tenant)
  const alternatives = foldedAlternatives(folded, literal, dialect).map((one) => and([own, one]))
  return dialect.rows.isOneOf?.(table, alternatives) ?? false
}

/** A comparison of a value that is the same in every row. */
function compareConstant({ op, attribute, value }: Comparison, constant: unknown): boolean {
  const held = attribute.multiValued ? [constant] : constant
  const resource = attribute.keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), held)
  const plain = { ...attribute, constant: undefined, parent: singleValued(attribute.parent) }
  return filterFromTree({ op, attribute: plain, value }).matches(resource)
}

function singleValued(attribute: CompiledAttribute | undefined): CompiledAttribute | undefined {
  return attribute && { ...attribute, multiValued: false, parent: singleValued(attribute.parent) }
}

/** A filter that only lists ids, as one condition; undefined for any other filter. */
function isOneOfIds(filters: readonly BoundFilter[], row: RowScope): Condition | undefined {
  const { id, dialect } = row.table
  const ids: string[] = []
  for (const filter of filters) {
    if (filter.op !== 'eq' || filter.attribute.path !== 'id' || typeof filter.value !== 'string')
      return undefined
    if (isId(id.type, filter.value)) ids.push(filter.value)
  }
  if (ids.length === 0) return false
  const { values } = dialect
  return values.isOneOf(columnOf(id.column), values.listParameter(ids), id.type)
}

/** For elements in a column: a condition that is cheap to answer, by an index or else, and that every match fulfils. */
function indexedCondition(attribute: CompiledAttribute, filter: BoundFilter, row: RowScope): Condition {
  if (attribute.parent) return true
  const { json, columns } = row.table.layout.elementsOf(attribute)
  const { isScimTable, dialect } = row.table
  if (!json || columns.length > 0 || !(json.indexed || isScimTable)) return true
  const element: Record<string, string> = {}
  for (const part of filter.op === 'and' ? filter.filters : [filter]) {
    if (part.op !== 'eq' || part.attribute.parent !== attribute || part.attribute.multiValued) continue
    if (part.attribute.type === 'string' && typeof part.value === 'string')
      element[part.attribute.name] = part.value
  }
  if (Object.keys(element).length === 0) return true
  const column = columnOf(json.column)
  return json.indexed
    ? dialect.json.mayContain(dialect.json.member(column, json.keys), element)
    : (dialect.json.mayHold?.(column, Object.values(element)) ?? true)
}
