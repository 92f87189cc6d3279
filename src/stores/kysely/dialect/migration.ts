import type { Kysely } from 'kysely'
import type { Sql } from '../sql/sql.js'

/**
 * A migration as the `Migrator` of Kysely takes it. Not Kysely's own type, which `moduleResolution: node10` cannot find.
 */
export interface Migration {
  up(db: Kysely<unknown>): Promise<void>
  down?(db: Kysely<unknown>): Promise<void>
}

/** A migration of statements that have no parameters: it runs, and it can be printed. */
export interface SqlMigration extends Migration {
  readonly statements: { readonly up: readonly Sql[]; readonly down: readonly Sql[] }
  /** What whoever runs it must know: of data that it moves, of what it refuses, and of what waits for it. */
  readonly notes: readonly string[]
  down(db: Kysely<unknown>): Promise<void>
}

/** What rows that a new version cannot keep refuse: the message lists them by their ids, and nothing was changed. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** A migration of statements. */
export function migration(
  up: readonly Sql[],
  down: readonly Sql[],
  notes: readonly string[] = [],
): SqlMigration {
  return {
    statements: { up, down },
    notes,
    up: (db) => run(db, up),
    down: (db) => run(db, down),
  }
}

/** Migrations as one, undone in the opposite order. */
export function inOrder(migrations: readonly SqlMigration[]): SqlMigration {
  return migration(
    migrations.flatMap(({ statements }) => statements.up),
    [...migrations].reverse().flatMap(({ statements }) => statements.down),
  )
}

async function run(db: Kysely<unknown>, statements: readonly Sql[]): Promise<void> {
  try {
    for (const statement of statements) await statement.execute(db)
  } catch (error) {
    throw isRaised(error) ? new MigrationRefused(error.message, { cause: error }) : error
  }
}

/** Whether a statement has raised it itself: SQLSTATE of `raise exception` in PostgreSQL. */
function isRaised(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'P0001'
}
