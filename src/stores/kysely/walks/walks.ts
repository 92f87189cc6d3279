import { sql } from 'kysely'
import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions } from '../../../protocol/index.js'
import type { WalkStore } from '../../walk-store.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import { runMigrations } from '../database/migrate.js'
import type { Migration } from '../dialect/migration.js'
import { assertHasSchemas, ownTable, readNames } from '../dialect/names.js'
import { query } from '../sql/query.js'

/** Options of {@link kyselyWalks}. */
export interface KyselyWalksOptions {
  /**
   * The schema of PostgreSQL that the table is in; `migrate` creates it where it is missing. Default: the first of the
   * search path. SQLite has none.
   */
  readonly schema?: string
  /** What the name of the table begins with: small letters, digits and underscores, 32 at most. Default `scim_`. */
  readonly prefix?: string
}

const optionNames = { schema: true, prefix: true } satisfies OptionNames<KyselyWalksOptions>

/** A store of walks in a table: `scim_walks`. */
export interface KyselyWalks extends WalkStore {
  /** Creates the table, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the table, or brings it up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
}

/** Positions under one key that are looked at: of so many walks at once, and of those that were broken off. */
const maxFound = 64

/** Rows of the table at most, each of less than a kilobyte; the oldest go first. */
const maxRows = 100_000

/** A process removes what is over after so many positions, and after so many milliseconds. */
const pruneAfter = { positions: 1000, time: 60_000 }

/** Rows that one statement removes at most. */
const pruneCount = 5000

/**
 * The store of walks in PostgreSQL, PGlite or SQLite, for any number of processes: one statement for each page behind the
 * first, and one for each page that another follows. Its rows are encrypted, and gone five minutes after the client is;
 * it needs a database that can be written to, and where it cannot be, lists are read by their numbers.
 *
 * @throws TypeError for an option that there is not, or that is wrong.
 * @example
 * const walks = kyselyWalks(pool)
 * await walks.migrate()
 * const scim = createScim({ authenticate, users, cursors: { secret: process.env.SCIM_SECRET }, walks })
 */
export function kyselyWalks<DB>(db: HostDatabase<DB>, options: KyselyWalksOptions = {}): KyselyWalks {
  assertKnownOptions('kyselyWalks', options, optionNames)
  const names = readNames('kyselyWalks: ', options)
  const { db: database, dialect } = databaseOf(db)
  assertHasSchemas('kyselyWalks: ', dialect.schema, names.schema)
  const table = sql.table(ownTable(names, 'walks'))
  const record = `${names.prefix}walks`
  const migrations = Object.fromEntries(
    dialect.schema
      .walkTable(names)
      .map((migration, index) => [`${String(index + 1).padStart(4, '0')}_${record}`, migration]),
  )
  let added = 0
  let prunedAt = Date.now()

  async function prune(now: number): Promise<void> {
    added = 0
    prunedAt = now
    const oldest = sql`select expires from ${table} order by expires desc limit 1 offset ${maxRows}`
    const over = sql`select key, id from ${table} where expires <= coalesce((${oldest}), ${now}) or expires <= ${now} order by expires limit ${pruneCount}`
    const remove = () => query(database, sql`delete from ${table} where (key, id) in (${over})`)
    await retryOnSerializationFailure(database, dialect, remove, { translate: (error) => error })
  }

  return {
    async find(key) {
      const rows = await query(
        database,
        sql`select position from ${table} where key = ${key} and expires > ${Date.now()} order by expires desc limit ${maxFound}`,
      )
      return rows.map(({ position }) => String(position))
    },
    async add({ key, id, text, seconds, replaces }) {
      const now = Date.now()
      const values = sql`${key}, ${id}, ${text}, ${now + seconds * 1000}`
      await query(database, sql`insert into ${table} (key, id, position, expires) values (${values})`)
      if (replaces)
        await query(database, sql`delete from ${table} where key = ${replaces.key} and id = ${replaces.id}`)
      added += 1
      if (added >= pruneAfter.positions || now - prunedAt >= pruneAfter.time) await prune(now)
    },
    migrations,
    migrate: () =>
      runMigrations(database, migrations, { table: `${record}_migrations`, schema: names.schema }),
  }
}
