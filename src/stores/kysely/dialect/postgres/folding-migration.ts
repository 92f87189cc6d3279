import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Sql } from '../../sql/sql.js'
import { createFold, dropFold, folded } from './folding.js'

/** The columns of scimkit's tables that names are unique in. */
const names = [
  ['scim_users', 'user_name', 'scim_users_user_name'],
  ['scim_groups', 'display_name', 'scim_groups_display_name'],
] as const

/**
 * Refuses to go on where rows differ in case only, which the index by another definition of case has let in. Nothing is
 * changed: which of them stays is the host's to say.
 */
async function assertNoTwins(db: Kysely<unknown>, table: string, value: Sql): Promise<void> {
  const { rows } = await sql<{
    tenant: string
    ids: string
  }>`select tenant, string_agg(id::text, ', ' order by created, id) as ids from ${sql.table(table)} group by tenant, ${folded(value)} having count(*) > 1 order by tenant limit 100`.execute(
    db,
  )
  if (rows.length === 0) return
  const list = rows.map(({ tenant, ids }) => `- tenant "${tenant}": ${ids}`)
  throw new TypeError(
    `Rows of ${table} differ in the case of one name only, and would be one account each. Nothing was changed; rename or delete all but one of each, and migrate again:\n${list.join('\n')}`,
  )
}

async function exists(db: Kysely<unknown>, index: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${index}) is not null as found`.execute(
    db,
  )
  return rows[0]?.found === true
}

async function hasRows(db: Kysely<unknown>, table: string): Promise<boolean> {
  const { rows } = await sql<{
    found: boolean
  }>`select exists(select from ${sql.table(table)}) as found`.execute(db)
  return rows[0]?.found === true
}

/**
 * Indexes by scimkit's own folding of case take the place, and the names, of those by the database's. The database keeps
 * them, so that processes of an earlier version may go on writing; what those search by stays, no longer unique.
 */
export const foldingMigration: Migration = {
  async up(db) {
    await createFold().execute(db)
    for (const [table, column, index] of names) {
      const isUnique = await exists(db, index)
      if (isUnique) await assertNoTwins(db, table, sql.ref(column))
      const former = sql.id(isUnique ? index : `${index}s`)
      const isUsed = await hasRows(db, table)
      await sql`drop index ${former}`.execute(db)
      await sql`create ${isUnique ? sql`unique ` : sql``}index ${former} on ${sql.table(table)} (tenant, ${folded(sql.ref(column))})`.execute(
        db,
      )
      if (isUsed)
        await sql`create index ${sql.id(`${index}_lower`)} on ${sql.table(table)} (tenant, lower(${sql.ref(column)}))`.execute(
          db,
        )
      await sql`drop index ${sql.id(`${table}_order`)}`.execute(db)
      await sql`create index ${sql.id(`${table}_order`)} on ${sql.table(table)} (tenant, (${folded(sql.ref(column))} collate "C"), id)`.execute(
        db,
      )
    }
    await sql`drop index scim_users_emails`.execute(db)
    await sql`create index scim_users_emails on scim_users using gin ((${folded(sql`(document -> 'emails')::text`)}::jsonb) jsonb_path_ops)`.execute(
      db,
    )
  },

  async down(db) {
    for (const [table, column, index] of names) {
      const isUnique = await exists(db, index)
      const name = sql.id(isUnique ? index : `${index}s`)
      const lower = sql`lower(${sql.ref(column)})`
      await sql`drop index ${name}`.execute(db)
      await sql`drop index if exists ${sql.id(`${index}_lower`)}`.execute(db)
      await sql`create ${isUnique ? sql`unique ` : sql``}index ${name} on ${sql.table(table)} (tenant, ${lower})`.execute(
        db,
      )
      await sql`drop index ${sql.id(`${table}_order`)}`.execute(db)
      await sql`create index ${sql.id(`${table}_order`)} on ${sql.table(table)} (tenant, (${lower} collate "C"), id)`.execute(
        db,
      )
    }
    await sql`drop index scim_users_emails`.execute(db)
    await sql`create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops)`.execute(
      db,
    )
    await dropFold.execute(db)
  },
}
