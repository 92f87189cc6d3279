import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { ValueType } from '../../sql/table.js'
import { signs } from '../../sql/value.js'
import type { ValueDialect } from '../dialect.js'
import { UnstorableValueError } from './driver/bind.js'
import { canonicalInstant } from './instants.js'

const types: Readonly<Record<ValueType, Sql | undefined>> = {
  uuid: sql`text`,
  text: sql`text`,
  integer: sql`integer`,
  boolean: sql`integer`,
  number: sql`numeric`,
  // Texts, as they were written.
  instant: undefined,
}

function cast(value: Sql, type: ValueType): Sql {
  return types[type] ? sql`cast(${value} as ${types[type]})` : value
}

export const sqliteValues: ValueDialect = {
  asText: (value) => cast(value, 'text'),

  cast,

  ofColumn(column, attribute) {
    const isText = !['boolean', 'integer', 'decimal', 'dateTime'].includes(attribute.type)
    return {
      text: attribute.type === 'dateTime' ? canonicalInstant(column) : column,
      number: column,
      instant: attribute.type === 'dateTime' ? canonicalInstant(column) : column,
      // As texts too, as some frameworks write them.
      is: (expected) => sql`${column} in ${expected ? sql`(1, 't', 'true')` : sql`(0, 'f', 'false')`}`,
      isPresent: isText ? sql`${column} <> ''` : sql`${column} is not null`,
    }
  },

  compareNumber: (operator, value, literal) => sql`${value} ${signs[operator]} ${literal}`,

  listParameter: (values) => JSON.stringify(values),

  isOneOf: (value, list, type) =>
    sql`${value} in (select ${cast(sql.ref('value'), type)} from json_each(${list}))`,

  parameterRows(lists, columnTypes) {
    const [first = []] = lists
    const rows = first.map((_, index) => lists.map((list) => list[index] ?? null))
    const columns = columnTypes.map((_, index) => sql`value ->> ${sql.lit(index)} as ${sql.id(`c${index}`)}`)
    return sql`(select ${sql.join(columns)} from json_each(${jsonText(rows)})) as n`
  },

  exists(from, condition) {
    if (condition === false) return false
    return condition === true
      ? sql`exists (select 1 from ${from})`
      : sql`exists (select 1 from ${from} where ${condition})`
  },

  orderTerm(value, isDescending, hasMissing) {
    const direction = isDescending ? sql` desc` : sql``
    const nulls = !hasMissing ? sql`` : isDescending ? sql` nulls first` : sql` nulls last`
    return sql`${value}${direction}${nulls}`
  },

  firstOf: (values) => (values.length === 1 ? sql.join(values) : sql`coalesce(${sql.join(values)})`),

  booleansAreNumbers: true,
}

/** JSON whose texts can be taken out of it again. @throws UnstorableValueError */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'string' && one.includes('\0')) throw new UnstorableValueError('invalidCharacter')
    return typeof one === 'bigint' ? String(one) : one
  })
}
