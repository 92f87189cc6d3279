import type { Check } from './checked-store.js'
import { coversAllRows, keysOf, named, withTenant } from './checked-store.js'
import { finding } from './codes.js'

/** Tables of lookups that may have a text twice. */
export const findRepeatedTexts: Check = function* ({ table, facts, hasPolicies }) {
  for (const { attribute, mapping } of table.layout.lookups.values()) {
    const found = facts(mapping.table)
    if (!found?.isTable || !found.columns.has(mapping.value)) continue
    const tenant = typeof mapping.tenant === 'string' ? mapping.tenant : undefined
    const isUnique = found.indexes.some((index) => {
      const keys = keysOf(index, tenant)
      const isAbout = keys.at(-1)?.column === mapping.value && keys.length <= (hasPolicies && !tenant ? 2 : 1)
      return index.isUnique && coversAllRows(index) && isAbout
    })
    if (isUnique) continue
    const key = attribute.caseExact ? mapping.value : { lower: mapping.value }
    yield finding('lookup-not-unique', `mapping of ${attribute.path}`, {
      message: `no unique index of ${named(mapping.table)} covers "${mapping.value}"`,
      why: `Two requests at the same time add one ${attribute.path} twice`,
      fix: table.dialect.mends.index(mapping.table, withTenant(tenant, [key]), true),
    })
  }
}
