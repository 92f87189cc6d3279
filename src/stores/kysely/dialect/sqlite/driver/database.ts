/** A statement of a driver for SQLite: what `libsql`, `better-sqlite3` and `node:sqlite` have in common. */
export interface SqliteStatement {
  all(...parameters: readonly unknown[]): unknown[]
  run(...parameters: readonly unknown[]): unknown
}

/** A database of `libsql`, `better-sqlite3` or `node:sqlite`. */
export interface SqliteDatabase {
  prepare(text: string): SqliteStatement
  exec(text: string): unknown
  close(): unknown
}

/** What drivers have beyond that, each in its own words. */
export interface DriverStatement extends SqliteStatement {
  /** False where it returns no rows, and may only be run; undefined where `all` runs any statement. */
  readonly reader?: boolean
  /** Integers as bigints, since others lose digits. */
  safeIntegers?(isOn: boolean): unknown
  /** The same of `node:sqlite`, which also takes parameters one by one only. */
  setReadBigInts?(isOn: boolean): unknown
}

/** Whether an object is a database of SQLite, and neither a pool of PostgreSQL nor a Kysely. */
export function isSqliteDatabase(given: object): given is SqliteDatabase {
  return ['prepare', 'exec', 'close'].every(
    (name) => typeof (given as Readonly<Record<string, unknown>>)[name] === 'function',
  )
}

/** The file of a database; undefined for one in memory. */
export function fileOf(database: SqliteDatabase): string | undefined {
  for (const row of database.prepare('pragma database_list').all()) {
    const { name, file } = row as { readonly name?: unknown; readonly file?: unknown }
    if (name === 'main' && typeof file === 'string' && file !== '') return file
  }
  return undefined
}

/** Settings of a connection that writes follow: those of the host's. */
const inherited = ['foreign_keys', 'synchronous', 'recursive_triggers']

/** Another connection to the file of a database, by the same driver and with the same settings. */
export function connectAgain(database: SqliteDatabase, file: string): SqliteDatabase {
  const Driver = database.constructor as new (file: string) => SqliteDatabase
  const connection = new Driver(file)
  for (const name of inherited) {
    const [row] = database.prepare(`pragma ${name}`).all()
    const [value] = Object.values(row as Readonly<Record<string, unknown>>)
    connection.exec(`pragma ${name} = ${Number(value)}`)
  }
  return connection
}
