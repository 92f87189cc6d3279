import type { Migration } from 'kysely/migration'
import type { Database } from './execute.js'

/** Does the migrations that have not been done. `table`: where it is kept which have been. */
export async function migrate(
  db: Database,
  migrations: Readonly<Record<string, Migration>>,
  table: string,
): Promise<void> {
  // Only who migrates needs it.
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
