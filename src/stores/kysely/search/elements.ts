import { sql } from 'kysely'
import type { ChildTableMapping, ElementMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition, Sql } from '../sql/sql.js'
import { anyOf, member } from '../sql/sql.js'
import type { IdType } from '../sql/table.js'
import { columnOf } from '../sql/table.js'
import type { Value } from './compare.js'
import { columnValue, idValue, jsonValue, plainValue } from './values.js'

/** What SQL has for an attribute: a value of the database, a value that is known, or none ever. */
export type Operand = { readonly value: Value } | { readonly constant: unknown } | 'absent'

/** What attributes are looked up in: a row of the table, or an element of a multi-valued attribute. */
export interface Scope {
  /** The attribute that the scope is an element of; undefined for a whole resource. */
  readonly within: CompiledAttribute | undefined
  /** A single-valued attribute. @throws ScimError `invalidFilter` for one that the database can not compare. */
  operand(attribute: CompiledAttribute): Operand
  /** Whether an element fulfils a condition, where the attribute has several values. */
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition
}

/** Whether there is a row that fulfils a condition. */
export function exists(from: Sql, condition: Condition): Condition {
  if (condition === false) return false
  return condition === true
    ? sql`exists (select from ${from})`
    : sql`exists (select from ${from} where ${condition})`
}

/** Whether an element of a JSON array fulfils a condition. */
export function someInJson(
  holder: Sql,
  attribute: CompiledAttribute,
  condition: (element: Scope) => Condition,
  newAlias: () => string,
): Condition {
  const name = sql.ref(newAlias())
  const element = new JsonScope(attribute, sql`${name}.v`, newAlias)
  return exists(sql`jsonb_path_query(${holder}, '$[*]') as ${name}(v)`, condition(element))
}

/** An element that is known. */
export const constantScope = {
  operand: (): Operand => 'absent',
  some: (): Condition => false,
}

/** An element that has columns of its own. */
export class SlotScope implements Scope {
  readonly within: CompiledAttribute
  constructor(
    private readonly slot: ElementMapping,
    private readonly overflow: string | undefined,
    private readonly newAlias: () => string,
  ) {
    this.within = slot.attribute
  }
  operand(attribute: CompiledAttribute): Operand {
    const { columns, constants, key } = this.slot
    const place = columns.get(attribute)
    if (place) return { value: columnValue(columnOf(place.column), place, attribute) }
    if (attribute.name in constants) return { constant: constants[attribute.name] }
    return this.overflow === undefined
      ? 'absent'
      : { value: jsonValue(columnOf(this.overflow), [key, attribute.name]) }
  }
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    if (this.overflow === undefined) return false
    return someInJson(
      member(columnOf(this.overflow), [this.slot.key, attribute.name]),
      attribute,
      condition,
      this.newAlias,
    )
  }
}

/** An element in JSON. */
class JsonScope implements Scope {
  constructor(
    readonly within: CompiledAttribute,
    private readonly element: Sql,
    private readonly newAlias: () => string,
  ) {}
  operand(attribute: CompiledAttribute): Operand {
    return { value: jsonValue(this.element, attribute === this.within ? [] : [attribute.name]) }
  }
  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    return someInJson(member(this.element, [attribute.name]), attribute, condition, this.newAlias)
  }
}

/** An element in a row of another table. */
export class ChildScope implements Scope {
  constructor(
    readonly within: CompiledAttribute,
    private readonly place: ChildTableMapping,
    private readonly name: Sql,
    private readonly idType: IdType,
  ) {}
  operand(attribute: CompiledAttribute): Operand {
    const name = attribute === this.within ? 'value' : attribute.name
    const column = this.place.columns[name]
    if (column === undefined) {
      const constant = this.place.constants[name]
      return constant === undefined ? 'absent' : { constant }
    }
    const there = sql`${this.name}.${sql.id(column)}`
    const isId =
      attribute.name === 'value' &&
      attribute.parent?.subAttributes.get('$ref')?.referenceTypes.some((type) => type !== 'external')
    return { value: isId ? idValue(there, this.place.ids ?? this.idType) : plainValue(there, attribute) }
  }
  some(): Condition {
    return false
  }
}

/** Whether something is assigned to an attribute or inside it. */
export function isThere(attribute: CompiledAttribute, scope: Scope): Condition {
  if (attribute.multiValued && attribute !== scope.within)
    return scope.some(attribute, (element) => isThere(attribute, element))
  if (attribute.type === 'complex') {
    return anyOf([...attribute.subAttributes.values()].map((sub) => isThere(sub, scope)))
  }
  const operand = scope.operand(attribute)
  if (operand === 'absent') return false
  return 'constant' in operand ? operand.constant !== '' : operand.value.isPresent
}
