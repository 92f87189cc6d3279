import { defaultEventsTable } from '../../outbox/events-table.js'
import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** An outbox without its tables, or without what keeps them. */
export const findMissingEvents: Check = function* ({ table: { dialect }, eventsTable, facts, ownsTable }) {
  if (eventsTable === undefined) return
  const name = eventsTable === defaultEventsTable ? '' : `, { table: '${eventsTable}' }`
  const migrate = ownsTable
    ? 'await scimTables(db, { outbox }).migrate()'
    : `await eventsTable(db${name}).migrate()`
  const missing = dialect.events.tables(eventsTable).find((table) => !facts(table))
  const triggers = facts(eventsTable)?.triggers
  const hasTriggers = dialect.events.triggers(eventsTable).some((trigger) => triggers?.has(trigger))
  if (missing !== undefined && missing !== eventsTable && !hasTriggers) {
    yield finding('outdated-tables', 'option outbox', {
      message: `${named(eventsTable)} is of an earlier version: there is no table ${named(missing)}`,
      why: 'Events are delivered as that version does it, until it is migrated: slowly where many wait',
      fix: `Migrate: ${migrate}, or what scimkit sql --from 1 prints`,
    })
    return
  }
  if (missing !== undefined) {
    yield finding('no-events-table', 'option outbox', {
      message: `there is no table ${named(missing)}`,
      why:
        missing === eventsTable
          ? 'No write can record its events, so every write fails'
          : 'Events cannot wait in their order: writes fail, or nothing is delivered',
      fix: `Create it: ${migrate}`,
    })
    return
  }
  for (const trigger of dialect.events.triggers(eventsTable)) {
    if (triggers?.has(trigger)) continue
    yield finding('no-events-trigger', 'option outbox', {
      message: `the trigger "${trigger}" of ${named(eventsTable)} is missing or disabled`,
      why: 'Events that are recorded are not delivered, or not in their order',
      fix: dialect.mends.enableTrigger(eventsTable, trigger),
    })
  }
}
