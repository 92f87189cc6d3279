import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and, or } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'
import type { Operand, Scope, StatementScope } from './elements.js'
import { ChildRowScope, ColumnElementScope, constantScope, isPresent, someInJson } from './elements.js'
import { columnValue, idValue, refuseFilter } from './values.js'

/** The table and what belongs to it, as filters and orders see it. */
export class RowScope implements Scope, StatementScope {
  readonly within = undefined
  private aliases = 0

  constructor(
    readonly table: SqlTable,
    /** The parameter that the column of the tenant is compared with. */
    readonly tenant: unknown,
  ) {}

  operand(attribute: CompiledAttribute): Operand {
    const { layout, id, dialect } = this.table
    if (attribute.constant !== undefined) return { constant: attribute.constant }
    if (attribute.path === 'id') return { value: idValue(columnOf(id.column), id.type, dialect) }
    if (attribute.keys[0] === 'meta') return this.meta(attribute)
    const source = layout.sourceOf(attribute)
    switch (source.kind) {
      case 'absent':
        return 'absent'
      case 'constant':
        return source.value === undefined ? 'absent' : { constant: source.value }
      case 'computed':
        return refuseFilter(attribute, 'it is computed')
      case 'column': {
        const { mapping } = source
        return { value: columnValue(columnOf(mapping.column), mapping, attribute, dialect) }
      }
      case 'json':
        return { value: dialect.json.valueOf(columnOf(source.column), source.keys) }
      case 'reference': {
        const { column, displayName } = source
        if (displayName === undefined) return { value: idValue(columnOf(column), id.type, dialect) }
        return { value: dialect.values.ofColumn(referencedName(this.table, column, displayName), attribute) }
      }
    }
  }

  private meta(attribute: CompiledAttribute): Operand {
    const { created, lastModified, dialect } = this.table
    switch (attribute.name) {
      case 'created':
        return { value: dialect.values.ofColumn(columnOf(created), attribute) }
      case 'lastModified':
        return { value: dialect.values.ofColumn(columnOf(lastModified), attribute) }
      case 'version':
        return { value: dialect.values.ofColumn(dialect.rows.version(this.table), attribute) }
      default:
        return 'absent'
    }
  }

  some(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const { layout, dialect } = this.table
    if (attribute.path === 'schemas') return this.someSchema(attribute, condition)
    const { columns, json, childTable } = layout.elementsOf(attribute)
    const conditions = columns.map((mapping) => {
      const stored = [...mapping.columns.values()].map(({ column }) => sql`${columnOf(column)} is not null`)
      return and([or(stored), condition(new ColumnElementScope(mapping, this))])
    })
    if (json) {
      const array = dialect.json.member(columnOf(json.column), json.keys)
      conditions.push(someInJson(array, attribute, condition, this))
    }
    if (childTable) {
      const name = sql.ref(this.newAlias())
      const isOwn = this.hasElement(childTable, name)
      const element = new ChildRowScope(attribute, childTable, name, this.table)
      const rows = sql`${sql.table(childTable.table)} as ${name}`
      conditions.push(dialect.values.exists(rows, and([isOwn, condition(element)])))
    }
    return or(conditions)
  }

  /** Whether a row of another table, under the given name, is an element of this resource. */
  hasElement(mapping: ChildTableMapping, name: Sql): Condition {
    const hasKey = sql`${columnOf(mapping.key, name)} = ${columnOf(this.table.id.column)}`
    if (mapping.tenant === undefined) return hasKey
    const tenant = this.table.tenant === undefined ? sql`${this.tenant}` : columnOf(this.table.tenant)
    return and([sql`${columnOf(mapping.tenant, name)} = ${tenant}`, hasKey])
  }

  /** The schemas of a resource are not stored: they follow from the attributes that have values. */
  private someSchema(attribute: CompiledAttribute, condition: (element: Scope) => Condition): Condition {
    const { type } = this.table.layout
    const fulfils = (urn: string) =>
      condition({ ...constantScope, within: attribute, operand: () => ({ constant: urn }) })
    return or([
      fulfils(type.definition.schema.urn),
      ...type.extensions.map((extension) => and([fulfils(extension.name), isPresent(extension, this)])),
    ])
  }

  newAlias(): string {
    this.aliases += 1
    return `e${this.aliases}`
  }
}

/** The display name of another row of the table. */
export function referencedName(table: SqlTable, column: string, displayName: string): Sql {
  const other = sql.ref('r')
  const isReferenced = sql`${columnOf(table.id.column, other)} = ${columnOf(column)}`
  const isOfSameTenant =
    table.tenant === undefined
      ? sql``
      : sql` and ${columnOf(table.tenant, other)} = ${columnOf(table.tenant)}`
  return sql`(select ${columnOf(displayName, other)} from ${sql.table(table.name)} as ${other} where ${isReferenced}${isOfSameTenant})`
}
