import { sql } from 'kysely'
import type { ChildTableMapping, ElementMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { or } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'
import type { SqlValue } from '../sql/value.js'
import { columnValue, idValue } from './values.js'

/** What SQL has for an attribute: a value of the database, a value that is known, or none ever. */
export type Operand = { readonly value: SqlValue } | { readonly constant: unknown } | 'absent'

/** What attributes are looked up in: a row of the table, or an element of a multi-valued attribute. */
export interface Scope {
  /** The attribute that the scope is an element of; undefined for a whole resource. */
  readonly within: CompiledAttribute | undefined
  /** A single-valued attribute. @throws ScimError `invalidFilter` for one that the database cannot compare. */
  operand(attribute: CompiledAttribute): Operand
  /** Whether an element of a multi-valued attribute fulfils a condition. */
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition
}

/** What all scopes of a statement share. */
export interface StatementScope {
  readonly table: SqlTable
  /** A name that the statement does not have yet. */
  newAlias(): string
}

/** Whether an element of a JSON array fulfils a condition. */
export function someInJson(
  array: Sql,
  attribute: CompiledAttribute,
  condition: (element: Scope) => Condition,
  statement: StatementScope,
): Condition {
  const { json, values } = statement.table.dialect
  const { from, element } = json.elements(array, sql.ref(statement.newAlias()))
  return values.exists(from, condition(new JsonElementScope(attribute, element, statement)))
}

/** An element whose value is known. */
export const constantScope = {
  operand: (): Operand => 'absent',
  some: (): Condition => false,
}

/** An element that has columns of its own. */
export class ColumnElementScope implements Scope {
  readonly within: CompiledAttribute
  constructor(
    private readonly mapping: ElementMapping,
    private readonly statement: StatementScope,
  ) {
    this.within = mapping.attribute
  }
  operand(attribute: CompiledAttribute): Operand {
    const { columns, constants, key } = this.mapping
    const { dialect, layout } = this.statement.table
    const column = columns.get(attribute)
    if (column) return { value: columnValue(columnOf(column.column), column, attribute, dialect) }
    if (attribute.name in constants) return { constant: constants[attribute.name] }
    return layout.overflow === undefined
      ? 'absent'
      : { value: dialect.json.valueOf(columnOf(layout.overflow.column), [key, attribute.name]) }
  }
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const { dialect, layout } = this.statement.table
    if (layout.overflow === undefined) return false
    const keys = [this.mapping.key, attribute.name]
    const array = dialect.json.member(columnOf(layout.overflow.column), keys)
    return someInJson(array, attribute, condition, this.statement)
  }
}

/** An element in JSON. */
class JsonElementScope implements Scope {
  constructor(
    readonly within: CompiledAttribute,
    private readonly element: Sql,
    private readonly statement: StatementScope,
  ) {}
  operand(attribute: CompiledAttribute): Operand {
    const { json } = this.statement.table.dialect
    return { value: json.valueOf(this.element, attribute === this.within ? [] : [attribute.name]) }
  }
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const array = this.statement.table.dialect.json.member(this.element, [attribute.name])
    return someInJson(array, attribute, condition, this.statement)
  }
}

/** An element in a row of another table. */
export class ChildRowScope implements Scope {
  constructor(
    readonly within: CompiledAttribute,
    private readonly mapping: ChildTableMapping,
    private readonly name: Sql,
    private readonly table: SqlTable,
  ) {}
  operand(attribute: CompiledAttribute): Operand {
    const name = attribute === this.within ? 'value' : attribute.name
    const column = this.mapping.columns[name]
    if (column === undefined) {
      const constant = this.mapping.constants[name]
      return constant === undefined ? 'absent' : { constant }
    }
    const { dialect, id } = this.table
    const stored = columnOf(column, this.name)
    const isId =
      attribute.name === 'value' &&
      attribute.parent?.subAttributes.get('$ref')?.referenceTypes.some((type) => type !== 'external')
    return {
      value: isId
        ? idValue(stored, this.mapping.ids ?? id.type, dialect)
        : dialect.values.ofColumn(stored, attribute),
    }
  }
  some(): Condition {
    return false
  }
}

/** Whether an attribute, or anything inside it, has a value. */
export function isPresent(attribute: CompiledAttribute, scope: Scope): Condition {
  if (attribute.multiValued && attribute !== scope.within)
    return scope.some(attribute, (element) => isPresent(attribute, element))
  if (attribute.type === 'complex') {
    return or([...attribute.subAttributes.values()].map((sub) => isPresent(sub, scope)))
  }
  const operand = scope.operand(attribute)
  if (operand === 'absent') return false
  return 'constant' in operand ? operand.constant !== '' : operand.value.isPresent
}
