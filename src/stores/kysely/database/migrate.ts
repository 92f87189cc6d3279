import type { Migration } from 'kysely/migration'
import type { Database } from '../sql/query.js'

/** The table that records which migrations have been run. */
export interface MigrationRecord {
  readonly table: string
  /** Created where it is missing. Undefined: the first of the search path. */
  readonly schema?: string | undefined
}

/** Runs the migrations that have not been run. */
export async function migrate(
  db: Database,
  migrations: Readonly<Record<string, Migration>>,
  { table, schema }: MigrationRecord,
): Promise<void> {
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
  if (error) throw error
}
