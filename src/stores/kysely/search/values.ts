import { sql } from 'kysely'
import type { ColumnMapping, StoredValues as ValueCondition } from '../../../mapping/index.js'
import { writeColumn } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Condition, Sql } from '../sql/sql.js'
import { anyOf, member, memberText } from '../sql/sql.js'
import type { IdType } from '../sql/table.js'
import { isId } from '../sql/table.js'
import type { Value } from './compare.js'
import { instantOfText, shownInstant } from './compare.js'

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
export function plainValue(column: Sql, attribute: CompiledAttribute): Value {
  const isText = !['boolean', 'integer', 'decimal', 'dateTime'].includes(attribute.type)
  return {
    text: attribute.type === 'dateTime' ? shownInstant(column) : column,
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
  const either = anyOf(conditions)
  return typeof either === 'boolean' ? sql`false` : either
}

/** @throws ScimError `invalidFilter`, saying why an attribute can not be compared. */
export function refuse(attribute: CompiledAttribute, why: string): never {
  throw ScimError.invalidFilter(`"${attribute.path}" cannot be used in a filter here: ${why}`, {
    path: attribute.path,
  })
}

/** A column whose values the host translates. */
function translatedValue(
  column: Sql,
  place: ColumnMapping<never, never>,
  attribute: CompiledAttribute,
): Value {
  const { filter } = place
  const unknown = { number: column, instant: column }
  if (filter) {
    const is = (wanted: boolean) => holds(column, wanted ? filter.true : filter.false)
    return { ...unknown, text: column, is, isPresent: anyOf([is(true), is(false)]) }
  }
  const canEqual = place.write !== undefined && (attribute.type !== 'string' || attribute.caseExact)
  const why = canEqual ? 'only eq, ne and pr' : 'its column is translated'
  return {
    ...unknown,
    get text(): Sql {
      return refuse(attribute, why)
    },
    get number(): Sql {
      return refuse(attribute, why)
    },
    get instant(): Sql {
      return refuse(attribute, why)
    },
    is: () => refuse(attribute, why),
    isPresent: sql`${column} is not null`,
    equals: (literal) =>
      canEqual ? sql`${column} = ${writeColumn(place, literal)}` : refuse(attribute, why),
  }
}

/** A column that has an attribute's value, as it is or translated by the host. */
export function columnValue(
  column: Sql,
  place: ColumnMapping<never, never>,
  attribute: CompiledAttribute,
): Value {
  return place.read || place.write ? translatedValue(column, place, attribute) : plainValue(column, attribute)
}
