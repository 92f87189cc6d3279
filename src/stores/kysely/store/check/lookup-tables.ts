import type { Check } from './checked-store.js'
import { coversAllRows, keysOf, named } from './checked-store.js'
import { finding } from './codes.js'
import { indexMend, tenantKeyOf } from './tenant-keys.js'

/** Tables of lookups that may have a text twice. */
export const findRepeatedTexts: Check = function* (store) {
  const { table, facts } = store
  for (const { attribute, mapping } of table.layout.lookups.values()) {
    const found = facts(mapping.table)
    if (!found?.isTable || !found.columns.has(mapping.value)) continue
    const tenant = tenantKeyOf(store, found, typeof mapping.tenant === 'string' ? mapping.tenant : undefined)
    const unique = found.indexes.filter((index) => {
      const [key, ...others] = keysOf(index, tenant.column)
      return index.isUnique && coversAllRows(index) && key?.column === mapping.value && others.length === 0
    })
    const { caseExact, path } = attribute
    if (unique.some((index) => caseExact || keysOf(index, tenant.column)[0]?.foldsCase)) continue
    const key = caseExact ? mapping.value : { lower: mapping.value }
    const [sensitive] = unique
    yield finding('lookup-not-unique', `mapping of ${path}`, {
      message: sensitive
        ? `the unique index "${sensitive.name}" of ${named(mapping.table)} tells upper and lower case apart, and ${path} does not`
        : `no unique index of ${named(mapping.table)} covers "${mapping.value}"`,
      why: `Two requests at the same time add one ${path} twice`,
      fix: indexMend(store, tenant, mapping.table, [key], true),
    })
  }
}
