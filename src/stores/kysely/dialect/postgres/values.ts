import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { ValueType } from '../../sql/table.js'
import { signs } from '../../sql/value.js'
import type { ValueDialect } from '../dialect.js'
import { shownInstant } from './instants.js'

const types: Readonly<Record<ValueType, Sql>> = {
  uuid: sql`uuid`,
  text: sql`text`,
  integer: sql`bigint`,
  boolean: sql`boolean`,
  number: sql`numeric`,
  instant: sql`timestamptz`,
}

export const valueDialect: ValueDialect = {
  asText: (value) => sql`${value}::text`,

  cast: (value, type) => sql`${value}::${types[type]}`,

  ofColumn(column, attribute) {
    const isText = !['boolean', 'integer', 'decimal', 'dateTime'].includes(attribute.type)
    return {
      text: attribute.type === 'dateTime' ? shownInstant(column) : column,
      number: column,
      instant: column,
      is: (expected) => sql`${column} = ${expected}`,
      isPresent: isText ? sql`${column} <> ''` : sql`${column} is not null`,
    }
  },

  compareNumber: (operator, value, literal) => sql`${value} ${signs[operator]} ${String(literal)}::numeric`,

  listParameter: (values) => values,

  isOneOf: (value, list, type) => sql`${value} = any(${list}::${types[type]}[])`,

  parameterRows(lists, columnTypes) {
    const arrays = columnTypes.map((type, index) => sql`${lists[index] ?? []}::${types[type]}[]`)
    const columns = columnTypes.map((_, index) => sql.id(`c${index}`))
    return sql`unnest(${sql.join(arrays)}) as n(${sql.join(columns)})`
  },

  exists(from, condition) {
    if (condition === false) return false
    return condition === true
      ? sql`exists (select from ${from})`
      : sql`exists (select from ${from} where ${condition})`
  },

  orderTerm(value, isDescending, hasMissing) {
    const direction = isDescending ? sql` desc` : sql``
    const nulls = !hasMissing ? sql`` : isDescending ? sql` nulls first` : sql` nulls last`
    return sql`${value}${direction}${nulls}`
  },

  firstOf: (values) => sql`coalesce(${sql.join(values)})`,

  booleansAreNumbers: false,
}
