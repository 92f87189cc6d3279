import type { Dialect } from '../dialect.js'
import { sqliteCatalogue } from './catalogue.js'
import type { SqliteConnections } from './driver/connections.js'
import { sqliteFailureOf } from './errors.js'
import { sqliteEvents } from './events.js'
import { nowAs, sqliteInstants } from './instants.js'
import { sqliteJson } from './json.js'
import { sqliteMembers } from './members.js'
import { sqliteMends } from './mends.js'
import { sqliteRows } from './rows.js'
import { sqliteSchema } from './schema.js'
import { Tables } from './tables.js'
import { sqliteTexts } from './text.js'
import { inSqliteTransaction } from './transaction.js'
import { sqliteValues } from './values.js'

/** SQLite, of one database: some statements depend on how its tables are declared. */
export function sqliteOf(connections: SqliteConnections): Dialect {
  const tables = new Tables(connections)
  return {
    values: sqliteValues,
    text: sqliteTexts,
    instants: {
      ...sqliteInstants,
      nowIn: (table, column) => nowAs(tables.timeKindOf(table, column)),
    },
    json: sqliteJson,
    rows: { ...sqliteRows, defaultOf: (table, column) => tables.defaultOf(table, column) },
    members: sqliteMembers,
    events: sqliteEvents,
    schema: sqliteSchema,
    catalogue: sqliteCatalogue,
    mends: sqliteMends,
    failureOf: sqliteFailureOf,
    inTransaction: inSqliteTransaction,
    // A transaction that writes is alone.
    lock: async () => {},
  }
}
