import type { Migration } from 'kysely/migration'
import type { Database } from '../sql/query.js'

/** Runs the migrations that have not been run. `table`: the table that records those that have. */
export async function migrate(
  db: Database,
  migrations: Readonly<Record<string, Migration>>,
  table: string,
): Promise<void> {
  // Loaded on demand: most processes never migrate.
  const { Migrator } = await import('kysely/migration')
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    allowUnorderedMigrations: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
