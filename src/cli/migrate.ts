import { readOptionsOnly } from './arguments.js'
import { exitCodes } from './exit-codes.js'
import { openDatabase } from './open-database.js'
import { printText } from './print.js'
import { reasonOf } from './reason.js'
import type { DatabaseLocation } from './store-location.js'
import { readDatabaseLocation } from './store-location.js'
import { UsageError } from './usage-error.js'

/** What `scimkit migrate` was told. */
export interface MigrateArguments {
  readonly place: DatabaseLocation
  readonly tables: readonly string[]
  readonly schema: string | undefined
  readonly prefix: string | undefined
}

export const migrateHelp = `scimkit migrate --store S [options]

Creates scimkit's own tables in a database, or brings them up to date: what migrate() of
scimTables and others does, for a step of a deployment. Processes of the version before
and of this one may serve meanwhile. Rows that the new version cannot keep apart, such as
names that are one by its folding of case, are listed by their ids, and nothing is
changed until all but one are renamed or deleted.

  --store S         the database: sqlite:FILE, pglite:DIR or
                    postgres://user:password@host/database
  --data DIR        or the data directory of scimkit serve
  --tables T        of users, groups, events, log, connections and walks, with commas
                    (default users,groups)
  --schema S        the schema of PostgreSQL that they are in (default: the search path's)
  --prefix P        what their names begin with (default scim_)

Unique attributes of your extensions, and groupNames: 'any', are known to your service
alone: its migrate() makes their indexes. Tables that another migration tool has made are
that tool's: see scimkit sql.

It exits with 0, with 1 where rows were listed, and with 2 where the database cannot be
used.

Example:
  scimkit migrate --store sqlite:app.db --tables users,groups,events
`

/**
 * Reads the arguments after `migrate`.
 *
 * @throws UsageError
 */
export function readMigrateArguments(args: readonly string[]): MigrateArguments {
  const values = readOptionsOnly('migrate', args, options)
  const { store, data, tables = 'users,groups', schema, prefix } = values
  // No default: scimkit serve migrates its own data directory when it starts.
  if (store === undefined && data === undefined)
    throw new UsageError('--store must say which database; see scimkit migrate --help')
  const place = readDatabaseLocation(store, data)
  return { place, tables: tables.split(',').map((name) => name.trim()), schema, prefix }
}

const options = {
  store: { type: 'string' },
  data: { type: 'string' },
  tables: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
} as const

/**
 * Creates tables, or brings them up to date.
 *
 * @returns the exit code.
 * @throws UsageError for what there is not, and for a database that cannot be used.
 */
export async function migrate({ place, ...wanted }: MigrateArguments): Promise<number> {
  const { database, where, failure, close } = await openDatabase(place)
  const { MigrationRefused, migrateTables } = await import('../stores/kysely/tables/open.js')
  try {
    await migrateTables(database, wanted)
    await printText(`Up to date in ${where}: ${wanted.tables.join(', ')}\n`)
    return exitCodes.done
  } catch (error) {
    if (error instanceof MigrationRefused) {
      console.error(`scimkit: ${error.message}`)
      return exitCodes.no
    }
    throw error instanceof TypeError ? new UsageError(reasonOf(error), { cause: error }) : failure(error)
  } finally {
    await close()
  }
}
