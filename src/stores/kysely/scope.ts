import { sql } from 'kysely'
import type { ChildrenPlace, ColumnPlace, Slot, Condition as ValueCondition } from '../../mapping/index.js'
import { writeColumn } from '../../mapping/index.js'
import { ScimError } from '../../protocol/index.js'
import type { Attribute } from '../../schema/index.js'
import type { Value } from './compare.js'
import { instantOfText, textOfInstant } from './compare.js'
import type { Condition, Sql } from './sql.js'
import { allOf, anyOf, member, memberText } from './sql.js'
import type { IdType, TableShape } from './table.js'
import { isId } from './table.js'

/** What SQL has for an attribute: a value of the database, a value that is known, or none ever. */
export type Operand = { readonly value: Value } | { readonly constant: unknown } | 'absent'

/** What attributes are looked up in: a row of the table, or an element of a multi-valued attribute. */
export interface Scope {
  /** The attribute that the scope is an element of; undefined for a whole resource. */
  readonly within: Attribute | undefined
  /** A single-valued attribute. @throws ScimError `invalidFilter` for one that the database can not compare. */
  operand(one: Attribute): Operand
  /** Whether an element fulfils a condition, where the attribute has several values. */
  some(one: Attribute, condition: (element: Scope) => Condition): Condition
}

/** The alias of the table in every statement. */
export const alias = sql.ref('t')

export function columnOf(name: string, table: Sql = alias): Sql {
  return sql`${table}.${sql.id(name)}`
}

/** A value inside a JSON value. */
export function jsonValue(holder: Sql, keys: readonly string[]): Value {
  const text = memberText(holder, keys)
  const whole = member(holder, keys)
  return {
    text,
    number: sql`case when jsonb_typeof(${whole}) = 'number' then (${text})::numeric end`,
    instant: instantOfText(sql`(${text})`),
    is: (wanted) => sql`${text} = ${String(wanted)}`,
    isPresent: sql`${text} <> ''`,
  }
}

/** A column that has the attribute's value as it is. */
function plainValue(column: Sql, one: Attribute): Value {
  const isText = !['boolean', 'integer', 'decimal', 'dateTime'].includes(one.type)
  return {
    text: one.type === 'dateTime' ? textOfInstant(column) : column,
    number: column,
    instant: column,
    is: (wanted) => sql`${column} = ${wanted}`,
    isPresent: isText ? sql`${column} <> ''` : sql`${column} is not null`,
  }
}

/** A column with an id. */
export function idValue(column: Sql, type: IdType): Value {
  const text = type === 'text' ? column : sql`${column}::text`
  const never = () => false
  return {
    text,
    number: column,
    instant: column,
    is: never,
    isPresent: sql`${column} is not null`,
    equals: (literal) => typeof literal === 'string' && isId(type, literal) && sql`${column} = ${literal}`,
  }
}

function holds(column: Sql, condition: ValueCondition<unknown>): Condition {
  if (typeof condition === 'object' && condition !== null && 'not' in condition) {
    return sql`(${holdsSql(column, condition.not)}) is not true`
  }
  return holdsSql(column, condition)
}

function holdsSql(column: Sql, values: unknown): Sql {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values]
  const conditions = list.map((value) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`,
  )
  const any = anyOf(conditions)
  return typeof any === 'boolean' ? sql`false` : any
}

function refuse(one: Attribute, why: string): never {
  throw ScimError.invalidFilter(`"${one.path}" cannot be used in a filter here: ${why}`, { path: one.path })
}

/** A column whose values the host translates. */
function translatedValue(column: Sql, place: ColumnPlace<never, never>, one: Attribute): Value {
  const { filter } = place
  const unknown = { number: column, instant: column }
  if (filter) {
    const is = (wanted: boolean) => holds(column, wanted ? filter.true : filter.false)
    return { ...unknown, text: column, is, isPresent: anyOf([is(true), is(false)]) }
  }
  const canEqual = place.write !== undefined && (one.type !== 'string' || one.caseExact)
  const why = canEqual ? 'only eq, ne and pr' : 'its column is translated'
  return {
    ...unknown,
    get text(): Sql {
      return refuse(one, why)
    },
    get number(): Sql {
      return refuse(one, why)
    },
    get instant(): Sql {
      return refuse(one, why)
    },
    is: () => refuse(one, why),
    isPresent: sql`${column} is not null`,
    equals: (literal) => (canEqual ? sql`${column} = ${writeColumn(place, literal)}` : refuse(one, why)),
  }
}

function columnValue(column: Sql, place: ColumnPlace<never, never>, one: Attribute): Value {
  return place.read || place.write ? translatedValue(column, place, one) : plainValue(column, one)
}

/** The table and what belongs to it, as filters and orders see it. */
export class RowScope implements Scope {
  readonly within = undefined
  private aliases = 0

  constructor(
    readonly table: TableShape,
    /** Parameters of the tenant, for tables of elements. */
    readonly tenant: unknown,
  ) {}

  operand(one: Attribute): Operand {
    const { layout, id } = this.table
    if (one.constant !== undefined) return { constant: one.constant }
    if (one.path === 'id') return { value: idValue(columnOf(id.column), id.type) }
    if (one.keys[0] === 'meta') return this.meta(one)
    const source = layout.sourceOf(one)
    switch (source.kind) {
      case 'absent':
        return 'absent'
      case 'constant':
        return source.value === undefined ? 'absent' : { constant: source.value }
      case 'computed':
        return refuse(one, 'it is computed')
      case 'column':
        return { value: columnValue(columnOf(source.place.column), source.place, one) }
      case 'json':
        return { value: jsonValue(columnOf(source.column), source.keys) }
      case 'reference': {
        const { column, displayName } = source
        if (displayName === undefined) return { value: idValue(columnOf(column), id.type) }
        return { value: plainValue(labelOf(this.table, column, displayName), one) }
      }
    }
  }

  private meta(one: Attribute): Operand {
    const { version, created, lastModified } = this.table
    switch (one.name) {
      case 'created':
        return { value: plainValue(columnOf(created), one) }
      case 'lastModified':
        return { value: plainValue(columnOf(lastModified), one) }
      case 'version':
        return { value: plainValue(sql`${columnOf(version ?? 'xmin')}::text`, one) }
      default:
        return 'absent'
    }
  }

  some(one: Attribute, condition: (element: Scope) => Condition): Condition {
    const { layout } = this.table
    if (one.path === 'schemas') return this.someSchema(one, condition)
    const { slots, json, children } = layout.elementsOf(one)
    const conditions = slots.map((slot) => {
      const there = [...slot.columns.values()].map((place) => sql`${columnOf(place.column)} is not null`)
      return allOf([
        anyOf(there),
        condition(new SlotScope(slot, layout.overflow?.column, () => this.newAlias())),
      ])
    })
    if (json) {
      const holder = member(columnOf(json.column), json.keys)
      conditions.push(someInJson(holder, one, condition, () => this.newAlias()))
    }
    if (children) {
      const name = sql.ref(this.newAlias())
      const isOwn = this.belongs(children, name)
      const element = new ChildScope(one, children, name, this.table.id.type)
      conditions.push(
        exists(sql`${sql.table(children.table)} as ${name}`, allOf([isOwn, condition(element)])),
      )
    }
    return anyOf(conditions)
  }

  /** Whether a row of another table is an element of this resource. */
  belongs(children: ChildrenPlace, name: Sql): Condition {
    const isOwn = sql`${name}.${sql.id(children.key)} = ${columnOf(this.table.id.column)}`
    if (children.tenant === undefined) return isOwn
    const tenant = this.table.tenant === undefined ? sql`${this.tenant}` : columnOf(this.table.tenant)
    return allOf([sql`${name}.${sql.id(children.tenant)} = ${tenant}`, isOwn])
  }

  /** The schemas follow from what is there. */
  private someSchema(one: Attribute, condition: (element: Scope) => Condition): Condition {
    const { type } = this.table.layout
    const of = (urn: string) =>
      condition({ ...constantScope, within: one, operand: () => ({ constant: urn }) })
    return anyOf([
      of(type.definition.schema.urn),
      ...type.extensions.map((extension) => allOf([of(extension.name), isThere(extension, this)])),
    ])
  }

  newAlias(): string {
    this.aliases += 1
    return `e${this.aliases}`
  }
}

/** What another row of the table is called. */
export function labelOf(table: TableShape, column: string, displayName: string): Sql {
  const other = sql.ref('r')
  const isIt = sql`${columnOf(table.id.column, other)} = ${columnOf(column)}`
  const isSame =
    table.tenant === undefined
      ? sql``
      : sql` and ${columnOf(table.tenant, other)} = ${columnOf(table.tenant)}`
  return sql`(select ${columnOf(displayName, other)} from ${sql.table(table.name)} as ${other} where ${isIt}${isSame})`
}

function exists(from: Sql, condition: Condition): Condition {
  if (condition === false) return false
  return condition === true
    ? sql`exists (select from ${from})`
    : sql`exists (select from ${from} where ${condition})`
}

/** Whether an element of a JSON array fulfils a condition. */
function someInJson(
  holder: Sql,
  one: Attribute,
  condition: (element: Scope) => Condition,
  newAlias: () => string,
): Condition {
  const name = sql.ref(newAlias())
  const element = new JsonScope(one, sql`${name}.v`, newAlias)
  return exists(sql`jsonb_path_query(${holder}, '$[*]') as ${name}(v)`, condition(element))
}

const constantScope = {
  operand: (): Operand => 'absent',
  some: (): Condition => false,
}

/** An element that has columns of its own. */
class SlotScope implements Scope {
  readonly within: Attribute
  constructor(
    private readonly slot: Slot,
    private readonly overflow: string | undefined,
    private readonly newAlias: () => string,
  ) {
    this.within = slot.attribute
  }
  operand(one: Attribute): Operand {
    const { columns, constants, key } = this.slot
    const place = columns.get(one)
    if (place) return { value: columnValue(columnOf(place.column), place, one) }
    if (one.name in constants) return { constant: constants[one.name] }
    return this.overflow === undefined
      ? 'absent'
      : { value: jsonValue(columnOf(this.overflow), [key, one.name]) }
  }
  some(one: Attribute, condition: (element: Scope) => Condition): Condition {
    if (this.overflow === undefined) return false
    return someInJson(
      member(columnOf(this.overflow), [this.slot.key, one.name]),
      one,
      condition,
      this.newAlias,
    )
  }
}

/** An element in JSON. */
class JsonScope implements Scope {
  constructor(
    readonly within: Attribute,
    private readonly element: Sql,
    private readonly newAlias: () => string,
  ) {}
  operand(one: Attribute): Operand {
    return { value: jsonValue(this.element, one === this.within ? [] : [one.name]) }
  }
  some(one: Attribute, condition: (element: Scope) => Condition): Condition {
    return someInJson(member(this.element, [one.name]), one, condition, this.newAlias)
  }
}

/** An element in a row of another table. */
class ChildScope implements Scope {
  constructor(
    readonly within: Attribute,
    private readonly place: ChildrenPlace,
    private readonly name: Sql,
    private readonly idType: IdType,
  ) {}
  operand(one: Attribute): Operand {
    const name = one === this.within ? 'value' : one.name
    const column = this.place.columns[name]
    if (column === undefined) {
      const constant = this.place.constants[name]
      return constant === undefined ? 'absent' : { constant }
    }
    const there = sql`${this.name}.${sql.id(column)}`
    const isId =
      one.name === 'value' &&
      one.parent?.subAttributes.get('$ref')?.referenceTypes.some((type) => type !== 'external')
    return { value: isId ? idValue(there, this.place.ids ?? this.idType) : plainValue(there, one) }
  }
  some(): Condition {
    return false
  }
}

/** Whether something is assigned to an attribute or inside it. */
export function isThere(one: Attribute, scope: Scope): Condition {
  if (one.multiValued && one !== scope.within) return scope.some(one, (element) => isThere(one, element))
  if (one.type === 'complex') {
    return anyOf([...one.subAttributes.values()].map((sub) => isThere(sub, scope)))
  }
  const operand = scope.operand(one)
  if (operand === 'absent') return false
  return 'constant' in operand ? operand.constant !== '' : operand.value.isPresent
}
