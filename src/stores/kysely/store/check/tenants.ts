import type { Check } from './checked-store.js'
import { coversAllRows, named } from './checked-store.js'
import { finding } from './codes.js'

/** Rows of other tables that could be those of two tenants. */
export const findTenantsNotApart: Check = function* ({ table, facts, childTables }) {
  const { name, id, tenant, dialect, layout } = table
  const found = facts(name)
  if (tenant === undefined || !found?.isTable) return
  const isOneTenants = found.indexes.some(
    (index) =>
      index.isUnique &&
      coversAllRows(index) &&
      index.keys.length === 1 &&
      index.keys[0]?.column === id.column,
  )
  if (isOneTenants) return
  for (const mapping of childTables.keys()) {
    if (mapping.tenant !== undefined) continue
    const [attribute] = [...layout.attributes].find(([, other]) => other === mapping) ?? []
    yield finding('tenants-not-apart', `mapping of ${attribute?.path ?? mapping.table}`, {
      message: `the rows of ${named(mapping.table)} belong to a "${id.column}" of ${named(name)}, which two tenants can both have, and say no tenant`,
      why: "One tenant would see and change another's",
      fix: `Name the column with the tenant in its childTable(), or keep the ids of all tenants apart: ${dialect.mends.index(name, [id.column], true)}`,
    })
  }
}
