import type { Layout } from '../../../mapping/index.js'
import { acceptsWrites, writeColumn } from '../../../mapping/index.js'
import { includes } from '../sql/row-filter.js'
import type { RowRules } from './row-rules.js'

/**
 * Refuses a column that switching a resource off, or on, would take out of the directory by.
 *
 * @throws TypeError that names the attribute and the column.
 */
export function assertStaysSelected({ where }: Pick<RowRules<never>, 'where'>, layout: Layout): void {
  if (!where) return
  for (const [attribute, mapping] of layout.attributes) {
    if (mapping.kind !== 'column' || attribute.type !== 'boolean' || !acceptsWrites(mapping)) continue
    const values = where.get(mapping.column)
    if (values === undefined) continue
    const lost = [true, false].find((value) => !includes(values, writeColumn(mapping, value) ?? null))
    if (lost === undefined) continue
    throw new TypeError(
      `where: a resource whose ${attribute.path} is ${lost} would be left out by "${mapping.column}", and be gone for SCIM: tell by another column, or by { not: … }`,
    )
  }
}
