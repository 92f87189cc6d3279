import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { attributeNamed } from '../../../schema/index.js'
import type { Sort } from '../../store.js'
import type { Dialect, SqlTable } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and, or } from '../sql/sql.js'
import type { ValueType } from '../sql/table.js'
import { columnOf, valueTypeOf } from '../sql/table.js'
import { foldedKey } from './compare.js'
import type { Operand, Scope } from './elements.js'
import type { RowScope } from './scope.js'

/** What a list is sorted by, before the id. */
export interface SortKey {
  readonly expression: Sql
  readonly type: ValueType
  readonly isDescending: boolean
  /** Whether some rows may have none. */
  readonly hasMissing: boolean
}

/** The SQL to sort by, undefined where every row has the same value or none. */
export function sortKey(sort: Sort, row: RowScope): SortKey | undefined {
  const { attribute } = sort
  const inner = attribute.type === 'complex' ? attributeNamed(attribute.subAttributes, 'value') : undefined
  if (attribute.type === 'complex' && !inner) return undefined
  const compared = inner ?? attribute
  const found = expressionOf(compared, row)
  if (!found) return undefined
  return {
    ...found,
    isDescending: sort.order === 'descending',
    hasMissing: !compared.required || compared.parent !== undefined,
  }
}

/** `order by`: missing values last when ascending, and the id at the end. */
export function orderBy(key: SortKey | undefined, table: SqlTable, isReversed: boolean): Sql {
  const id = columnOf(table.id.column)
  const byId = isReversed ? sql`${id} desc` : id
  if (!key) return byId
  const { expression, isDescending, hasMissing } = key
  return sql`${table.dialect.values.orderTerm(expression, isDescending !== isReversed, hasMissing)}, ${byId}`
}

/** What values are sorted by, and the type that it has. */
type Expression = Pick<SortKey, 'expression' | 'type'>

function expressionOf(attribute: CompiledAttribute, row: RowScope): Expression | undefined {
  for (let at: CompiledAttribute | undefined = attribute; at; at = at.parent) {
    if (at.multiValued) return primaryOrFirst(at, attribute, row)
  }
  const operand = operandOf(attribute, row)
  // Every row has the same: nothing to sort by.
  if (typeof operand === 'object' && 'constant' in operand) return undefined
  return exactFor(attribute, operand, row.table.dialect)
}

function operandOf(attribute: CompiledAttribute, scope: Scope): Operand {
  try {
    return scope.operand(attribute)
  } catch (error) {
    throw ScimError.invalidPath(`Resources cannot be sorted by "${attribute.path}" here`, {
      path: attribute.path,
      cause: error,
    })
  }
}

/** {@link expressionFor}, but for texts of times that may have more digits than the database has for times. */
function exactFor(attribute: CompiledAttribute, operand: Operand, dialect: Dialect): Expression | undefined {
  if (
    attribute.type === 'dateTime' &&
    typeof operand === 'object' &&
    'value' in operand &&
    operand.value.instantKey
  )
    return { expression: operand.value.instantKey, type: dialect.instants.keyType }
  return typed(attribute, expressionFor(attribute, operand, dialect))
}

function typed(attribute: CompiledAttribute, expression: Sql | undefined): Expression | undefined {
  return expression && { expression, type: valueTypeOf(attribute) }
}

function expressionFor(attribute: CompiledAttribute, operand: Operand, dialect: Dialect): Sql | undefined {
  if (operand === 'absent') return undefined
  if ('constant' in operand) return constantKey(attribute, operand.constant, dialect)
  const { value } = operand
  const { text } = dialect
  switch (valueTypeOf(attribute)) {
    case 'boolean': {
      const [isTrue, isFalse] = [value.is(true), value.is(false)]
      if (typeof isTrue === 'boolean' || typeof isFalse === 'boolean') return undefined
      return sql`case when ${isTrue} then true when ${isFalse} then false end`
    }
    case 'number':
      return value.number
    case 'instant':
      return value.instant
    default:
      return value.folded
        ? text.sortKey(foldedKey(value.folded, text), true)
        : text.sortKey(value.text, attribute.caseExact && !value.ignoresCase)
  }
}

/** The key of a value that a place gives each of its elements, such as the type of `emails[type eq "work"]`. */
function constantKey(
  attribute: CompiledAttribute,
  constant: unknown,
  { text, values }: Dialect,
): Sql | undefined {
  if (typeof constant === 'boolean') return constant ? sql`true` : sql`false`
  if (typeof constant === 'number') return values.cast(sql`${constant}`, 'number')
  if (typeof constant !== 'string') return undefined
  return text.sortKey(values.cast(sql`${constant}`, 'text'), attribute.caseExact)
}

/** Whether the element of a place is the primary one: by the place itself, or by what is stored of the element. */
function isPrimary({ subAttributes }: CompiledAttribute, element: Scope): Condition {
  const primary = subAttributes.get('primary')
  const operand = primary ? operandOf(primary, element) : 'absent'
  if (operand === 'absent') return false
  return 'constant' in operand ? operand.constant === true : operand.value.is(true)
}

/** The value of the element that is primary, or else of the first (RFC 7644 section 3.4.2.3). */
function primaryOrFirst(
  multiValued: CompiledAttribute,
  attribute: CompiledAttribute,
  row: RowScope,
): Expression | undefined {
  const { columns, json, childTable } = row.table.layout.elementsOf(multiValued)
  if (childTable) return typed(attribute, primaryOrFirstRow(childTable, attribute, multiValued, row))
  const { dialect } = row.table
  const branches: {
    readonly isPrimary: Condition
    readonly isStored: Condition
    readonly expression: Sql | undefined
  }[] = []
  row.some(multiValued, (element) => {
    const mapping = columns[branches.length]
    if (mapping) {
      const isStored = or(
        [...mapping.columns.values()].map(({ column }) => sql`${columnOf(column)} is not null`),
      )
      const expression = expressionFor(attribute, operandOf(attribute, element), dialect)
      branches.push({ isPrimary: isPrimary(multiValued, element), isStored, expression })
    }
    return true
  })
  const caseOf = (condition: Condition, expression: Sql | undefined) =>
    condition === false
      ? []
      : [sql`when ${condition === true ? sql`true` : condition} then ${expression ?? sql`null`}`]
  const cases = branches.flatMap(({ isStored, expression }) => caseOf(isStored, expression))
  const first = branches.flatMap(({ isStored, isPrimary, expression }) =>
    caseOf(and([isStored, isPrimary]), expression),
  )
  if (!json) {
    const all = [...first, ...cases]
    return all.length === 0 ? undefined : typed(attribute, sql`case ${sql.join(all, sql` `)} end`)
  }
  const array = dialect.json.member(columnOf(json.column), json.keys)
  const keys = attribute === multiValued ? [] : [attribute.name]
  const operandIn = (element: Sql): Operand => ({ value: dialect.json.valueOf(sql`(${element})`, keys) })
  const marked = dialect.json.primaryElement(array)
  const firstElement = dialect.json.firstElement(array)
  if (branches.length === 0)
    return exactFor(attribute, operandIn(sql`coalesce(${marked}, ${firstElement})`), dialect)
  // All branches have one type, so times among them have the digits of a column.
  const expressionIn = (element: Sql) => expressionFor(attribute, operandIn(element), dialect)
  const whenMarked = sql`when ${marked} is not null then ${expressionIn(marked)}`
  return typed(
    attribute,
    sql`case ${sql.join([...first, whenMarked, ...cases], sql` `)} else ${expressionIn(firstElement)} end`,
  )
}

function primaryOrFirstRow(
  mapping: ChildTableMapping,
  attribute: CompiledAttribute,
  multiValued: CompiledAttribute,
  row: RowScope,
): Sql | undefined {
  const column = mapping.columns[attribute === multiValued ? 'value' : attribute.name]
  const valueColumn = mapping.columns.value
  if (column === undefined || valueColumn === undefined) return undefined
  const { text, values } = row.table.dialect
  const name = sql.ref('k')
  const stored = columnOf(column, name)
  const type = valueTypeOf(attribute)
  const expression =
    attribute.type === 'string' && !attribute.caseExact
      ? text.sortKey(stored, false)
      : type === 'text'
        ? text.sortKey(values.cast(sql`(${stored})`, type), true)
        : values.cast(sql`(${stored})`, type)
  const { primary } = mapping.columns
  const primaryFirst = primary === undefined ? sql`` : sql`${columnOf(primary, name)} is true desc, `
  return sql`(select ${expression} from ${sql.table(mapping.table)} as ${name} where ${row.hasElement(mapping, name)} order by ${primaryFirst}${columnOf(valueColumn, name)} limit 1)`
}
