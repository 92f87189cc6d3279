import { sql } from 'kysely'
import type { ColumnMapping, StoredValues } from '../../../mapping/index.js'
import { ignoresCase, writeColumn } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { or } from '../sql/sql.js'
import type { IdType } from '../sql/table.js'
import { columnOf, isId } from '../sql/table.js'
import type { SqlValue } from '../sql/value.js'

/** An id as a parameter. A column of integers may be narrower than an id can be: no row has such an id then. */
export function idParameter(id: string, type: IdType, { values }: Dialect): Sql {
  return type === 'integer' ? values.cast(sql`${id}`, type) : sql`${id}`
}

/** A column with an id. */
export function idValue(column: Sql, type: IdType, dialect: Dialect): SqlValue {
  const { values } = dialect
  return {
    text: type === 'text' ? column : values.asText(column),
    number: column,
    instant: column,
    is: () => false,
    isPresent: sql`${column} is not null`,
    equals: (literal) =>
      typeof literal === 'string' &&
      isId(type, literal) &&
      sql`${column} = ${idParameter(literal, type, dialect)}`,
  }
}

function hasStoredValue(column: Sql, expected: StoredValues<unknown>): Condition {
  if (typeof expected === 'object' && expected !== null && 'not' in expected) {
    return sql`(${isOneOfStored(column, expected.not)}) is not true`
  }
  return isOneOfStored(column, expected)
}

function isOneOfStored(column: Sql, stored: unknown): Sql {
  const list: readonly unknown[] = Array.isArray(stored) ? stored : [stored]
  const conditions = list.map((value) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`,
  )
  const isOneOf = or(conditions)
  return typeof isOneOf === 'boolean' ? sql`false` : isOneOf
}

/** @throws ScimError `invalidFilter` that says why an attribute cannot be compared. */
export function refuseFilter(attribute: CompiledAttribute, why: string): never {
  throw ScimError.invalidFilter(`"${attribute.path}" cannot be used in a filter here: ${why}`, {
    path: attribute.path,
  })
}

/** A column whose values the host translates. */
function translatedValue(
  column: Sql,
  mapping: ColumnMapping<never, never>,
  attribute: CompiledAttribute,
): SqlValue {
  const { filter } = mapping
  if (filter) {
    const is = (expected: boolean) => hasStoredValue(column, expected ? filter.true : filter.false)
    return { text: column, number: column, instant: column, is, isPresent: or([is(true), is(false)]) }
  }
  const canEqual = mapping.write !== undefined && (attribute.type !== 'string' || attribute.caseExact)
  const why = canEqual ? 'only eq, ne and pr' : 'its column is translated'
  return {
    get text(): Sql {
      return refuseFilter(attribute, why)
    },
    get number(): Sql {
      return refuseFilter(attribute, why)
    },
    get instant(): Sql {
      return refuseFilter(attribute, why)
    },
    is: () => refuseFilter(attribute, why),
    isPresent: sql`${column} is not null`,
    equals: (literal) =>
      canEqual ? sql`${column} = ${writeColumn(mapping, literal)}` : refuseFilter(attribute, why),
  }
}

/** A column that stores an attribute's value, as it is or translated by the host. */
export function columnValue(
  column: Sql,
  mapping: ColumnMapping<never, never>,
  attribute: CompiledAttribute,
  { values }: Dialect,
): SqlValue {
  const isTranslated = mapping.read || mapping.write
  const value = isTranslated
    ? translatedValue(column, mapping, attribute)
    : values.ofColumn(column, attribute)
  if (!ignoresCase(mapping)) return value
  if (mapping.foldedIn === undefined) return { ...value, ignoresCase: true }
  // Assigned, because a translated value refuses to be read as a text.
  const folded = { key: columnOf(mapping.foldedIn), text: isTranslated ? undefined : column }
  return Object.assign(value, { folded })
}
