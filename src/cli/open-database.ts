import type { OpenDatabase } from './database.js'
import { holdsDatabase, holdsPglite } from './directory.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'
import { openSqliteFile, openSqliteIn } from './sqlite.js'
import type { DatabaseLocation, TableNames } from './store-location.js'
import { UsageError } from './usage-error.js'

/**
 * Opens a database.
 *
 * @param own creates it where it is missing, and wants it to be scimkit's own, with tables of these names. Otherwise it may
 *   be a service's.
 * @throws UsageError when it cannot be opened.
 */
export async function openDatabase(location: DatabaseLocation, own?: TableNames): Promise<OpenDatabase> {
  if ('postgres' in location) return openPostgres(location.postgres)
  if ('pglite' in location) {
    if (!own && !holdsPglite(location.pglite)) throw noData(location.pglite, 'pglite:')
    return openPglite(location.pglite)
  }
  if ('sqlite' in location) return openSqliteFile(location.sqlite, own)
  const { directory } = location
  if (!own && !holdsDatabase(directory)) throw noData(directory)
  return holdsPglite(directory) ? openPglite(directory) : openSqliteIn(directory, own)
}

/** Only `serve` creates, so that a mistyped path is not taken for a new place. */
function noData(path: string, scheme?: string): UsageError {
  const option = scheme === undefined ? '--data' : `--store ${scheme}`
  return new UsageError(
    `there is no scimkit data in ${path}; ${option} names the directory, and scimkit serve creates what is in it`,
  )
}
