import type { Sql } from '../../sql/sql.js'
import type { TableShape } from '../../sql/table.js'
import type { Dialect } from '../dialect.js'
import { sqliteCatalogue } from './catalogue.js'
import type { SqliteConnections } from './driver/connections.js'
import { sqliteFailureOf } from './errors.js'
import { sqliteEvents } from './events.js'
import { nowAs, sqliteInstants } from './instants.js'
import { sqliteJson } from './json.js'
import { sqliteMembers } from './members.js'
import { sqliteMends } from './mends.js'
import { ofTable, sqliteRows } from './rows.js'
import { sqliteSchema } from './schema.js'
import { Tables } from './tables.js'
import { sqliteTexts } from './text.js'
import { inSqliteTransaction } from './transaction.js'
import { sqliteValues } from './values.js'

/** SQLite, of one database: some statements depend on how its tables are declared. */
export function sqliteOf(connections: SqliteConnections): Dialect {
  const tables = new Tables(connections)
  // SQLite knows the rows of a view that is written by no other name than its own.
  const named = (statement: Sql, { name }: TableShape) =>
    tables.isView(name) ? ofTable(statement, name) : statement
  return {
    values: sqliteValues,
    text: sqliteTexts,
    instants: {
      ...sqliteInstants,
      nowIn: (table, column) => nowAs(tables.timeKindOf(table, column)),
    },
    json: sqliteJson,
    rows: {
      ...sqliteRows,
      defaultOf: (table, column) => tables.defaultOf(table, column),
      update: (table, ...write) => named(sqliteRows.update(table, ...write), table),
      updateAlone: (table, ...write) => named(sqliteRows.updateAlone(table, ...write), table),
      delete: (table, ...write) => named(sqliteRows.delete(table, ...write), table),
    },
    members: sqliteMembers,
    events: sqliteEvents,
    schema: sqliteSchema,
    catalogue: sqliteCatalogue,
    mends: sqliteMends,
    failureOf: sqliteFailureOf,
    keepsFailedTransactions: true,
    inTransaction: inSqliteTransaction,
    // A transaction that writes is alone.
    lock: async () => {},
  }
}
