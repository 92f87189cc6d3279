import { defaultEventsTable } from '../../outbox/events-table.js'
import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** An outbox without its table. */
export const findMissingEvents: Check = function* ({ eventsTable, facts, ownsTable }) {
  if (eventsTable === undefined || facts(eventsTable)) return
  const name = eventsTable === defaultEventsTable ? '' : `, { table: '${eventsTable}' }`
  yield finding('no-events-table', 'option outbox', {
    message: `there is no table ${named(eventsTable)}`,
    why: 'No write can record its events, so every write fails',
    fix: ownsTable
      ? 'Create it: await scimTables(db, { outbox }).migrate()'
      : `Create it: await eventsTable(db${name}).migrate()`,
  })
}
