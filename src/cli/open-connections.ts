import type { ConnectionsStore } from '../connections/index.js'
import { openDatabase } from './open-database.js'
import { reasonOf } from './reason.js'
import type { DatabaseLocation, TableNames } from './store-location.js'
import { UsageError } from './usage-error.js'

/** The connections of a store, open. */
export interface StoreOfConnections {
  readonly store: ConnectionsStore
  close(): Promise<void>
}

/**
 * Opens the connections of a store that is there already, of `scimkit serve` or of a service with `kyselyConnections`.
 * Nothing is created.
 *
 * @throws UsageError when there are none, or they cannot be opened.
 */
export async function openConnections(
  location: DatabaseLocation,
  names: TableNames,
): Promise<StoreOfConnections> {
  const { database, where, failure, close } = await openDatabase(location)
  try {
    const { openConnectionTables } = await import('../stores/kysely/tables/open.js')
    const tables = await openConnectionTables(database, names)
    if (tables === undefined)
      throw new UsageError(
        `there are no tables of connections in ${where}: scimkit serve creates them, and so does migrate() of kyselyConnections; --schema and --prefix say what theirs are called`,
      )
    return { store: tables.connections, close: () => tables.close().then(close) }
  } catch (error) {
    await close()
    if (error instanceof TypeError) throw new UsageError(reasonOf(error), { cause: error })
    throw error instanceof UsageError ? error : failure(error)
  }
}
