import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import { isObject } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition, Sql } from './sql.js'
import { and } from './sql.js'
import type { TableShape, ValueType } from './table.js'
import { columnOf, valueTypeOf } from './table.js'

/** The elements of one resource as rows of another table. */
export interface ChildRows {
  readonly mapping: ChildTableMapping
  /** The column of `value`. */
  readonly valueColumn: string
  /** The types of the columns, in their order. */
  readonly types: readonly ValueType[]
  readonly valueType: ValueType
}

/** Where the elements of an attribute are. */
export function childRows(
  mapping: ChildTableMapping,
  attribute: CompiledAttribute,
  { id }: TableShape,
): ChildRows {
  const typeOf = (name: string): ValueType =>
    name === 'value' && attribute.subAttributes.has('$ref')
      ? (mapping.ids ?? id.type)
      : valueTypeOf(attribute.subAttributes.get(name.toLowerCase()) ?? attribute)
  return {
    mapping,
    valueColumn: mapping.columns.value ?? 'value',
    types: Object.keys(mapping.columns).map(typeOf),
    valueType: typeOf('value'),
  }
}

/** Whether the row of the given name is an element of the resource. */
export function isElementOf(
  mapping: ChildTableMapping,
  tenant: unknown,
  id: string | Sql,
  name: Sql,
): Condition {
  const hasKey = sql`${columnOf(mapping.key, name)} = ${id}`
  return mapping.tenant === undefined
    ? hasKey
    : and([sql`${columnOf(mapping.tenant, name)} = ${tenant}`, hasKey])
}

/** The values of elements, a list for each column, in the order of the columns. */
export function valuesByColumn(
  mapping: ChildTableMapping,
  elements: readonly unknown[],
): readonly (readonly unknown[])[] {
  return Object.keys(mapping.columns).map((name) =>
    elements.map((element) => {
      const value = isObject(element) ? element[name] : name === 'value' ? element : undefined
      return value === undefined ? null : value
    }),
  )
}

/** The columns in which at least one of some elements has a value: the others are left to the database's defaults. */
export function filledColumns(lists: readonly (readonly unknown[])[]): readonly number[] {
  return lists.flatMap((list, index) => (list.some((value) => value !== null) ? [index] : []))
}

/**
 * The statement that inserts elements into some of the columns: `source` has them in the columns `c0`, `c1` and so on
 * of `n`, one for each column of the mapping.
 */
export function insertElements(
  mapping: ChildTableMapping,
  tenant: unknown,
  id: Sql,
  source: Sql,
  filled: readonly number[],
): Sql {
  const names = Object.values(mapping.columns)
  const columns = [mapping.key, ...filled.map((index) => names[index] ?? '')].map((name) => sql.id(name))
  const values = [id, ...filled.map((index) => sql`n.${sql.id(`c${index}`)}`)]
  if (mapping.tenant !== undefined) {
    columns.unshift(sql.id(mapping.tenant))
    values.unshift(sql`${tenant}`)
  }
  return sql`insert into ${sql.table(mapping.table)} (${sql.join(columns)}) select ${sql.join(values)} from ${source}`
}
