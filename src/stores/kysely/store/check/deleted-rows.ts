import type { Check } from './checked-store.js'
import { coversAllRows, named } from './checked-store.js'
import { finding } from './codes.js'
import { indexMend, tenantKeyOf } from './tenant-keys.js'
import { isAbout, newKeyOf, placeOf } from './uniqueness.js'

/** Unique indexes in which deleted rows are in the way of new ones. */
export const findDeletedInTheWay: Check = function* (store) {
  const { table, facts, undeleted } = store
  if (!undeleted) return
  for (const attribute of table.layout.type.unique) {
    const place = attribute.path === 'id' ? undefined : placeOf(store, attribute)
    const found = place && facts(place.table)
    if (!place || !found?.isTable) continue
    const tenant = tenantKeyOf(store, found, place.tenant)
    const inTheWay = found.indexes.find(
      (index) =>
        index.isUnique &&
        coversAllRows(index) &&
        index.leavesOutDeleted !== true &&
        isAbout(index, { ...place, tenant: tenant.column }),
    )
    if (!inTheWay) continue
    const index = indexMend(store, tenant, place.table, [newKeyOf(attribute, place)], true)
    const isOwn = place.table === table.name
    yield finding('unique-with-deleted', 'option softDelete', {
      message: isOwn
        ? `the unique index "${inTheWay.name}" of ${named(place.table)} is about deleted rows too`
        : `the unique index "${inTheWay.name}" of ${named(place.table)} is about what deleted rows of ${named(table.name)} have there too`,
      why: `A ${attribute.path} of a resource that was deleted is never free: every rehire is a 409`,
      fix: isOwn
        ? `Set revive: true, or drop the index in favour of: ${table.dialect.mends.indexOf(index, undeleted)}`
        : `Set revive: true, or let a trigger take the rows of ${named(place.table)} away when a row of ${named(table.name)} is deleted`,
    })
  }
}
