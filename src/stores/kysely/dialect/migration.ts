import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Sql } from '../sql/sql.js'

/** A migration of statements. */
export function migration(up: readonly Sql[], down: readonly Sql[]): Migration {
  return { up: (db) => run(db, up), down: (db) => run(db, down) }
}

async function run(db: Kysely<unknown>, statements: readonly Sql[]): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}
