import { readFile } from 'node:fs/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from './generated/prisma/client.js'

/** PostgreSQL, with one pool for Prisma and SCIM. */
export async function openDatabase(connectionString: string) {
  const pool = new pg.Pool({ connectionString })
  // A connection that the server has closed while it was idle: the pool makes another.
  pool.on('error', () => console.error('the database has closed a connection'))
  await migrate(pool)
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) }
}

/** What `prisma migrate deploy` does in a service: here the tables are made on the first start. */
async function migrate(pool: pg.Pool): Promise<void> {
  const migration = await readFile(new URL('../prisma/migration.sql', import.meta.url), 'utf8')
  const client = await pool.connect()
  try {
    await client.query('begin')
    // Processes that start together make the tables one after the other.
    await client.query('select pg_advisory_xact_lock(7022)')
    const { rows } = await client.query(`select to_regclass('"User"') as users`)
    if (rows[0]?.users === null) await client.query(migration)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
