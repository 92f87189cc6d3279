import { sql } from 'kysely'
import type { Lookup } from '../../../mapping/index.js'
import type { Assignment } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'

/** Selects the key of a text in another table, as `m_key`: the one that is the same, before one in another case. */
export function findLookedUp({ table, tenant }: RowScope, { attribute, mapping }: Lookup, text: string): Sql {
  const { dialect } = table
  const name = sql.ref('l')
  const value = columnOf(mapping.value, name)
  const key = columnOf(mapping.key, name)
  const which = and([
    typeof mapping.tenant !== 'string' || sql`${columnOf(mapping.tenant, name)} = ${tenant}`,
    dialect.text.compare('eq', value, text, attribute.caseExact),
  ])
  const isSame = dialect.text.compare('eq', value, text, true)
  return sql`select ${dialect.values.asText(key)} as m_key from ${sql.table(mapping.table)} as ${name} where ${which} order by case when ${isSame} then 0 else 1 end, ${key} limit 1`
}

/** Inserts a text into another table, unless it has come to be there; returns its key as `m_key`. */
export function insertLookedUp({ table, tenant }: RowScope, { mapping }: Lookup, text: string): Sql {
  const { dialect } = table
  const others = typeof mapping.create === 'function' ? mapping.create(text) : {}
  const values: Assignment[] = []
  if (typeof mapping.tenant === 'string') values.push([mapping.tenant, sql`${tenant}`])
  values.push([mapping.value, sql`${text}`])
  for (const [column, value] of Object.entries(others)) values.push([column, sql`${value}`])
  return dialect.rows.insertNew(
    mapping.table,
    values,
    sql`${dialect.values.asText(sql.ref(mapping.key))} as m_key`,
  )
}
