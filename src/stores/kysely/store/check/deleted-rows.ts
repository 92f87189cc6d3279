import type { Check } from './checked-store.js'
import { coversAllRows, keysOf, named, withTenant } from './checked-store.js'
import { finding } from './codes.js'

/** Unique indexes in which deleted rows are in the way of new ones. */
export const findDeletedInTheWay: Check = function* ({ table, facts, undeleted }) {
  const main = facts(table.name)
  if (!undeleted || !main?.isTable) return
  for (const attribute of table.layout.type.unique) {
    const source = table.layout.sourceOf(attribute)
    if (attribute.path === 'id' || source.kind !== 'column') continue
    const { foldedIn } = source.mapping
    const column = foldedIn ?? source.mapping.column
    const inTheWay = main.indexes.find((index) => {
      const [key, ...others] = keysOf(index, table.tenant)
      const isInTheWay = index.isUnique && coversAllRows(index) && index.leavesOutDeleted !== true
      return isInTheWay && key?.column === column && others.length === 0
    })
    if (!inTheWay) continue
    const key = attribute.caseExact || foldedIn !== undefined ? column : { lower: column }
    const index = table.dialect.mends.index(table.name, withTenant(table.tenant, [key]), true)
    yield finding('unique-with-deleted', 'option softDelete', {
      message: `the unique index "${inTheWay.name}" of ${named(table.name)} is about deleted rows too`,
      why: `A ${attribute.path} of a resource that was deleted is never free: every rehire is a 409`,
      fix: `Set revive: true, or drop the index in favour of: ${table.dialect.mends.indexOf(index, undeleted)}`,
    })
  }
}
