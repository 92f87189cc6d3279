import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition, Sql } from '../sql/sql.js'
import { allOf, anyOf, member } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { columnOf } from '../sql/table.js'
import type { Operand, Scope } from './elements.js'
import { ChildScope, constantScope, exists, isThere, SlotScope, someInJson } from './elements.js'
import { columnValue, idValue, jsonValue, plainValue, refuse } from './values.js'

/** The table and what belongs to it, as filters and orders see it. */
export class RowScope implements Scope {
  readonly within = undefined
  private aliases = 0

  constructor(
    readonly table: TableShape,
    /** Parameters of the tenant, for tables of elements. */
    readonly tenant: unknown,
  ) {}

  operand(attribute: CompiledAttribute): Operand {
    const { layout, id } = this.table
    if (attribute.constant !== undefined) return { constant: attribute.constant }
    if (attribute.path === 'id') return { value: idValue(columnOf(id.column), id.type) }
    if (attribute.keys[0] === 'meta') return this.meta(attribute)
    const source = layout.sourceOf(attribute)
    switch (source.kind) {
      case 'absent':
        return 'absent'
      case 'constant':
        return source.value === undefined ? 'absent' : { constant: source.value }
      case 'computed':
        return refuse(attribute, 'it is computed')
      case 'column':
        return { value: columnValue(columnOf(source.mapping.column), source.mapping, attribute) }
      case 'json':
        return { value: jsonValue(columnOf(source.column), source.keys) }
      case 'reference': {
        const { column, displayName } = source
        if (displayName === undefined) return { value: idValue(columnOf(column), id.type) }
        return { value: plainValue(labelOf(this.table, column, displayName), attribute) }
      }
    }
  }

  private meta(attribute: CompiledAttribute): Operand {
    const { version, created, lastModified } = this.table
    switch (attribute.name) {
      case 'created':
        return { value: plainValue(columnOf(created), attribute) }
      case 'lastModified':
        return { value: plainValue(columnOf(lastModified), attribute) }
      case 'version':
        return { value: plainValue(sql`${columnOf(version ?? 'xmin')}::text`, attribute) }
      default:
        return 'absent'
    }
  }

  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const { layout } = this.table
    if (attribute.path === 'schemas') return this.someSchema(attribute, condition)
    const { columns: slots, json, childTable: children } = layout.elementsOf(attribute)
    const conditions = slots.map((slot) => {
      const there = [...slot.columns.values()].map((place) => sql`${columnOf(place.column)} is not null`)
      return allOf([
        anyOf(there),
        condition(new SlotScope(slot, layout.overflow?.column, () => this.newAlias())),
      ])
    })
    if (json) {
      const holder = member(columnOf(json.column), json.keys)
      conditions.push(someInJson(holder, attribute, condition, () => this.newAlias()))
    }
    if (children) {
      const name = sql.ref(this.newAlias())
      const isOwn = this.belongs(children, name)
      const element = new ChildScope(attribute, children, name, this.table.id.type)
      conditions.push(
        exists(sql`${sql.table(children.table)} as ${name}`, allOf([isOwn, condition(element)])),
      )
    }
    return anyOf(conditions)
  }

  /** Whether a row of another table is an element of this resource. */
  belongs(children: ChildTableMapping, name: Sql): Condition {
    const isOwn = sql`${name}.${sql.id(children.key)} = ${columnOf(this.table.id.column)}`
    if (children.tenant === undefined) return isOwn
    const tenant = this.table.tenant === undefined ? sql`${this.tenant}` : columnOf(this.table.tenant)
    return allOf([sql`${name}.${sql.id(children.tenant)} = ${tenant}`, isOwn])
  }

  /** The schemas follow from what is there. */
  private someSchema(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const { type } = this.table.layout
    const of = (urn: string) =>
      condition({ ...constantScope, within: attribute, operand: () => ({ constant: urn }) })
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
