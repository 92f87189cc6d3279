import { createHash } from 'node:crypto'
import type { OpenDatabase } from './database.js'
import { optional } from './optional.js'
import { reasonOf } from './reason.js'
import { requiredPackages } from './required-packages.js'
import { UsageError } from './usage-error.js'

/**
 * Prepares connections to a database of PostgreSQL; whether it can be reached is seen when it is used.
 *
 * @throws UsageError, without the password, for a URL that its client does not read.
 */
export async function openPostgres(connectionString: string): Promise<OpenDatabase> {
  const { default: pg } = await optional(requiredPackages.postgres, () => import('pg'))
  await optional(requiredPackages.postgres, () => import('../stores/kysely/tables/open.js'))
  let where = 'postgres'
  const failure = (error: unknown) =>
    new UsageError(`${where} cannot be used: ${reasonOf(error)}`, { cause: error })
  try {
    // The client knows what the URL leaves to the environment.
    const { host, port, database } = new pg.Client({ connectionString })
    where = `postgres at ${host}:${port}/${database ?? ''}`
    const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 10_000 })
    // A connection that the server has closed is opened again when one is needed.
    pool.on('error', () => {})
    return {
      database: { pool },
      where,
      // Whoever has the URL reads the people themselves, in the same database.
      logSecret: () => createHash('sha256').update(`scimkit log ${connectionString}`).digest('base64url'),
      failure,
      close: async () => {
        if (!pool.ended) await pool.end()
      },
    }
  } catch (error) {
    throw failure(error)
  }
}
