import { createHash } from 'node:crypto'
import type { Data } from './data.js'
import { optional, reasonOf } from './optional.js'
import { UsageError } from './options.js'

const requiredPackages = 'kysely pg'

/**
 * Opens the tables in a database of PostgreSQL.
 *
 * @throws UsageError without the password, when the database cannot be reached or its tables not be made.
 */
export async function openPostgres(connectionString: string): Promise<Data> {
  const { default: pg } = await optional(requiredPackages, () => import('pg'))
  const { openTables } = await optional(requiredPackages, () => import('../stores/kysely/tables/open.js'))
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 10_000 })
  // A connection that the server has closed is opened again when one is needed.
  pool.on('error', () => {})
  // The client knows what the URL leaves to the environment.
  const { host, port, database } = new pg.Client({ connectionString })
  const where = `postgres at ${host}:${port}/${database ?? ''}`
  try {
    // Whoever has the URL reads the people themselves, in the same database.
    const logSecret = () => createHash('sha256').update(`scimkit log ${connectionString}`).digest('base64url')
    return { where, logSecret, ...(await openTables({ pool })) }
  } catch (error) {
    await pool.end()
    throw new UsageError(`${where} cannot be used: ${reasonOf(error)}`, { cause: error })
  }
}
