import { sql } from 'kysely'
import type { LookupMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'
import type { SqlValue } from '../sql/value.js'

const name = sql.ref('l')

/** Whether a row of the other table is the one that a resource refers to: one of the same tenant. */
function isLookedUp({ tenant }: SqlTable, mapping: LookupMapping<never>): Condition {
  const isSame = sql`${columnOf(mapping.key, name)} = ${columnOf(mapping.column)}`
  const isOfTenant =
    tenant === undefined ||
    typeof mapping.tenant !== 'string' ||
    sql`${columnOf(mapping.tenant, name)} = ${columnOf(tenant)}`
  return and([isOfTenant, isSame])
}

/** The text that a resource has in another table; null where it has none. */
export function lookedUpText(table: SqlTable, mapping: LookupMapping<never>): Sql {
  return sql`(select ${columnOf(mapping.value, name)} from ${sql.table(mapping.table)} as ${name} where ${isLookedUp(table, mapping)})`
}

/** The same, for filters and orders. */
export function lookedUpValue(
  table: SqlTable,
  mapping: LookupMapping<never>,
  attribute: CompiledAttribute,
): SqlValue {
  const { values, text } = table.dialect
  return {
    ...values.ofColumn(lookedUpText(table, mapping), attribute),
    // Begins with the other table, which is short, where an index of the column can follow.
    equals: (literal) =>
      typeof literal === 'string' &&
      values.exists(
        sql`${sql.table(mapping.table)} as ${name}`,
        and([
          isLookedUp(table, mapping),
          text.compare('eq', columnOf(mapping.value, name), literal, attribute.caseExact),
        ]),
      ),
  }
}
