import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** Tables of scimkit's own as an earlier version has made them. */
export const findOutdated: Check = function* ({ table, isOutdated }) {
  if (!isOutdated) return
  yield finding('outdated-tables', `table ${table.name}`, {
    message: `${named(table.name)} is of an earlier version: its names are unique by the database's folding of case`,
    why: 'It is served as that version does it, until it is migrated: values such as "ΟΔΟΣ" and "οδος" can be two users',
    fix: 'Migrate: await scimTables(db).migrate(), or what scimkit sql --from 1 prints',
  })
}
