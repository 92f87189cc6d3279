import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { RowFilter } from '../sql/row-filter.js'
import { isChosen } from '../sql/row-filter.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and, not, or } from '../sql/sql.js'
import { columnOf, isOfTenant } from '../sql/table.js'
import type { Operand, Scope, StatementScope } from './elements.js'
import { ChildRowScope, ColumnElementScope, constantScope, isPresent, someInJson } from './elements.js'
import { lookedUpValue } from './lookups.js'
import { columnValue, idValue, refuseFilter } from './values.js'

/** The rows that the members of a group are, by the names of their types, where not all rows are the directory's. */
export interface MemberRowsBeside {
  readonly mapping: ChildTableMapping
  readonly rows: ReadonlyMap<string, RowScope>
}

/** The table and what belongs to it, as filters and orders see it. */
export class RowScope implements Scope, StatementScope {
  readonly within = undefined
  private aliases = 0

  constructor(
    readonly table: SqlTable,
    /** The parameter that the column of the tenant is compared with. */
    readonly tenant: unknown,
    /** Undefined where every member is shown. */
    readonly memberRows?: MemberRowsBeside,
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
        const value = columnValue(columnOf(mapping.column), mapping, attribute, dialect)
        // Every row of such a table has the key.
        if (!this.table.isScimTable || !value.folded) return { value }
        return { value: { ...value, folded: { key: value.folded.key, text: undefined } } }
      }
      case 'lookup':
        return { value: lookedUpValue(this.table, source.mapping, attribute) }
      case 'json':
        return { value: dialect.json.valueOf(columnOf(source.column), source.keys) }
      case 'reference': {
        const { column, displayName } = source
        if (displayName === undefined)
          return { value: idValue(referencedId(this.table, column), id.type, dialect) }
        return {
          value: dialect.values.ofColumn(referencedColumn(this.table, column, displayName), attribute),
        }
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

  /** Whether a row of another table, under the given name, is an element of this resource that it shows. */
  hasElement(mapping: ChildTableMapping, name: Sql): Condition {
    const hasKey = sql`${columnOf(mapping.key, name)} = ${columnOf(this.table.id.column)}`
    const isShown = this.isShown(mapping, name)
    if (mapping.tenant === undefined) return and([hasKey, isShown])
    const tenant = this.table.tenant === undefined ? sql`${this.tenant}` : columnOf(this.table.tenant)
    return and([sql`${columnOf(mapping.tenant, name)} = ${tenant}`, hasKey, isShown])
  }

  /** Whether an element refers to no row that the directory leaves out: the memberships of such rows are the host's. */
  isShown(mapping: ChildTableMapping, name: Sql): Condition {
    return this.isBesides(mapping, name, (table) => table.where)
  }

  /** Whether an element can be taken away: also that of a row that has been marked as deleted. */
  isRemovable(mapping: ChildTableMapping, name: Sql): Condition {
    return this.isBesides(mapping, name, (table) => table.lastingWhere)
  }

  private isBesides(
    mapping: ChildTableMapping,
    name: Sql,
    filterOf: (table: SqlTable) => RowFilter | undefined,
  ): Condition {
    if (this.memberRows?.mapping !== mapping) return true
    const { values } = this.table.dialect
    const { constants, columns, ids = this.table.id.type } = mapping
    const other = sql.ref('h')
    const conditions = [...this.memberRows.rows].map(([type, { table, tenant }]): Condition => {
      if (constants.type !== undefined && constants.type !== type) return true
      const id = columnOf(table.id.column, other)
      const exists = values.exists(
        sql`${sql.table(table.name)} as ${other}`,
        and([
          isOfTenant(table, tenant, other),
          sql`${table.id.type === ids ? id : values.cast(id, ids)} = ${columnOf(columns.value ?? 'value', name)}`,
          columns.type === undefined ||
            sql`coalesce(${columnOf(columns.type, name)}, ${sql.lit(type)}) = ${sql.lit(type)}`,
          not(isChosen(filterOf(table), other, table)),
        ]),
      )
      return typeof exists === 'boolean' ? !exists : sql`not ${exists}`
    })
    return and(conditions)
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

/** The id of another row of the table; null for a row that is not the directory's. */
export function referencedId(table: SqlTable, column: string): Sql {
  return table.where ? referencedColumn(table, column, table.id.column) : columnOf(column)
}

/** A column of another row of the table, such as its display name. */
export function referencedColumn(table: SqlTable, column: string, wanted: string): Sql {
  const other = sql.ref('r')
  const isReferenced = sql`${columnOf(table.id.column, other)} = ${columnOf(column)}`
  const isOfSameTenant =
    table.tenant === undefined
      ? sql``
      : sql` and ${columnOf(table.tenant, other)} = ${columnOf(table.tenant)}`
  const isShown = table.where ? sql` and ${isChosen(table.where, other, table)}` : sql``
  return sql`(select ${columnOf(wanted, other)} from ${sql.table(table.name)} as ${other} where ${isReferenced}${isOfSameTenant}${isShown})`
}
