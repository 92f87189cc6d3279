import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** Ids that were those of other resources: RFC 7643, section 3.1, has them never given again. */
export const findReusedIds: Check = function* ({ table, facts, needed, keepsDeleted }) {
  const { column } = table.id
  const { countOn } = table.dialect.mends
  const isNumbered = needed.some(({ line, written }) => line === 'option id' && written === 'never')
  const isReused = facts(table.name)?.columns.get(column)?.reusesNumbers === true
  if (!isReused || !isNumbered || keepsDeleted || !countOn) return
  yield finding('ids-reused', 'option id', {
    message: `once the newest row of ${named(table.name)} is deleted, the next one gets its "${column}" again`,
    why: 'An identity provider that knows the old id takes the new resource for the one that was deleted',
    fix: `Keep deleted rows (softDelete), or make the table anew, so that numbers count on:\n${countOn(table.name, column)}`,
  })
}
