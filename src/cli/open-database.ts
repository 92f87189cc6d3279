import type { OpenDatabase } from './database.js'
import { holdsDatabase, holdsPglite } from './directory.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'
import { openSqliteFile, openSqliteIn } from './sqlite.js'
import type { DatabaseLocation } from './store-location.js'
import { UsageError } from './usage-error.js'

/**
 * Opens a database.
 *
 * @param mayCreate whether it is created where it is missing, and must be scimkit's own. Otherwise it may be a service's.
 * @throws UsageError when it cannot be opened.
 */
export async function openDatabase(location: DatabaseLocation, mayCreate: boolean): Promise<OpenDatabase> {
  if ('postgres' in location) return openPostgres(location.postgres)
  if ('pglite' in location) {
    if (!mayCreate && !holdsPglite(location.pglite)) throw noData(location.pglite, 'pglite:')
    return openPglite(location.pglite)
  }
  if ('sqlite' in location) return openSqliteFile(location.sqlite, mayCreate)
  const { directory } = location
  if (!mayCreate && !holdsDatabase(directory)) throw noData(directory)
  return holdsPglite(directory) ? openPglite(directory) : openSqliteIn(directory, mayCreate)
}

/** Only `serve` creates, so that a mistyped path is not taken for a new place. */
function noData(path: string, scheme?: string): UsageError {
  const option = scheme === undefined ? '--data' : `--store ${scheme}`
  return new UsageError(
    `there is no scimkit data in ${path}; ${option} names the directory, and scimkit serve creates what is in it`,
  )
}
