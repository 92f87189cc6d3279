import { createRequire } from 'node:module'
import Libsql from 'libsql'
import type { SqliteDatabase } from '../../../src/stores/kysely/dialect/sqlite/driver/database.js'

/**
 * Opens a file of SQLite by the driver of the run: libsql, or what `TEST_SQLITE` names, which is `node:sqlite` or the
 * folder of `better-sqlite3`.
 */
export function openSqliteFile(file: string): SqliteDatabase {
  const driver = process.env.TEST_SQLITE
  if (driver === undefined) return new Libsql(file)
  const found: unknown = createRequire(import.meta.url)(driver)
  const Driver = (
    driver === 'node:sqlite' ? (found as { DatabaseSync: unknown }).DatabaseSync : found
  ) as new (
    file: string,
  ) => SqliteDatabase
  return new Driver(file)
}
