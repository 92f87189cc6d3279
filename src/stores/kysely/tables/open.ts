import type { PGliteDialectConfig } from 'kysely'
import { Kysely, PGliteDialect, sql } from 'kysely'
import type { User } from '../../../schema/index.js'
import { compileResourceType, userResourceType } from '../../../schema/index.js'
import type { Draft } from '../../store.js'
import type { PostgresPool } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import type { ScimTables } from './scim-tables.js'
import { scimTables, userMapping } from './scim-tables.js'

/** Tables of the command line's own, in a database that is its own too. */
export interface OpenTables extends Pick<ScimTables, 'users' | 'groups'> {
  /** Enters users of no tenant, many at once; those whose `userName` is there already are left out. */
  load(users: Iterable<Draft<User>>): Promise<void>
  close(): Promise<void>
}

/** Opens tables, which are made where they are not there. */
export async function openTables(
  database: { readonly pglite: PGliteDialectConfig['pglite'] } | { readonly pool: PostgresPool },
): Promise<OpenTables> {
  const db =
    'pool' in database
      ? databaseOf(database.pool)
      : new Kysely<unknown>({ dialect: new PGliteDialect(database) })
  const { users, groups, migrate } = scimTables(db)
  await migrate()
  return { users, groups, load: (all) => loadUsers(db, all), close: () => db.destroy() }
}

/** How many users go with one statement: enough that the statements themselves cost little. */
const batchSize = 500

async function loadUsers(db: Kysely<unknown>, users: Iterable<Draft<User>>): Promise<void> {
  const layout = userMapping.layout(compileResourceType(userResourceType))
  const batch: object[] = []
  for (const user of users) {
    batch.push(Object.fromEntries(layout.toRow(user).columns))
    if (batch.length === batchSize) await insert(db, batch.splice(0))
  }
  await insert(db, batch)
}

async function insert(db: Kysely<unknown>, rows: readonly object[]): Promise<void> {
  const now = sql`date_trunc('milliseconds', now())`
  await sql`insert into scim_users (tenant, id, version, created, last_modified, user_name, external_id, document)
    select '', gen_random_uuid(), 1, ${now}, ${now}, user_name, external_id, document
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(user_name text, external_id text, document jsonb)
    on conflict do nothing`.execute(db)
}
