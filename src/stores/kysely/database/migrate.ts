import { sql } from 'kysely'
import type { Migration } from '../dialect/migration.js'
import type { Database } from '../sql/query.js'

/** The table that records which migrations have been run. */
export interface MigrationRecord {
  readonly table: string
  /** Created where it is missing. Undefined: the first of the search path. */
  readonly schema?: string | undefined
}

type Migrations = Readonly<Record<string, Migration>>

/**
 * Runs the migrations that have not been run. Others may have been: of a newer version, which may run beside this one, and
 * of attributes that the service no longer has.
 *
 * @throws MigrationRefused for rows that cannot be kept, and errors of the database.
 */
export async function runMigrations(
  db: Database,
  migrations: Migrations,
  record: MigrationRecord,
): Promise<void> {
  const failure = await attempt(db, migrations, record)
  if (failure === undefined) return
  const others = await othersThan(db, migrations, record)
  const remaining = others ? await attempt(db, { ...migrations, ...others }, record) : failure
  if (remaining !== undefined) throw remaining
}

/** @returns why it could not be done. */
async function attempt(db: Database, migrations: Migrations, { table, schema }: MigrationRecord) {
  // Loaded on demand: most processes never migrate.
  const { Migrator } = await import('kysely/migration')
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    ...(schema !== undefined && { migrationTableSchema: schema }),
    allowUnorderedMigrations: true,
  })
  const { error } = await migrator.migrateToLatest()
  return error
}

const nothing: Migration = { async up() {} }

/** The migrations that have been run and are not known here, which a migrator wants to know of. Undefined: there are none. */
async function othersThan(
  db: Database,
  migrations: Migrations,
  { table, schema }: MigrationRecord,
): Promise<Migrations | undefined> {
  const name = schema === undefined ? table : `${schema}.${table}`
  const statement = sql<{ readonly name: string }>`select name from ${sql.table(name)}`
  // Where it cannot be read, the failure before says more.
  const { rows } = await statement.execute(db).catch(() => ({ rows: [] }))
  const others = rows.filter((row) => !Object.hasOwn(migrations, row.name))
  return others.length === 0 ? undefined : Object.fromEntries(others.map((row) => [row.name, nothing]))
}
