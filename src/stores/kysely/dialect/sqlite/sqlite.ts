import type { Dialect } from '../dialect.js'
import { catalogueDialect } from './catalogue.js'
import type { Connections } from './driver/connections.js'
import { failureOf } from './errors.js'
import { eventDialect } from './events.js'
import { instantDialect, nowAs } from './instants.js'
import { jsonDialect } from './json.js'
import { memberDialect } from './members.js'
import { mendDialect } from './mends.js'
import { rowDialect } from './rows.js'
import { schemaDialect } from './schema.js'
import { Tables } from './tables.js'
import { textDialect } from './text.js'
import { inTransaction } from './transaction.js'
import { valueDialect } from './values.js'

/** SQLite, of one database: some statements depend on how its tables are declared. */
export function sqliteOf(connections: Connections): Dialect {
  const tables = new Tables(connections)
  return {
    values: valueDialect,
    text: textDialect,
    instants: {
      ...instantDialect,
      nowIn: (table, column) => nowAs(tables.timeKindOf(table, column)),
    },
    json: jsonDialect,
    rows: { ...rowDialect, defaultOf: (table, column) => tables.defaultOf(table, column) },
    members: memberDialect,
    events: eventDialect,
    schema: schemaDialect,
    catalogue: catalogueDialect,
    mends: mendDialect,
    failureOf,
    inTransaction,
    // A transaction that writes is alone.
    lock: async () => {},
  }
}
