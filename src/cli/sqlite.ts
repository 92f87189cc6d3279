import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type Libsql from 'libsql'
import type { OpenDatabase } from './database.js'
import { cannotBeOpened, fileNames, logKeyIn, prepareDirectory, prepareFolderOf } from './directory.js'
import { optional } from './optional.js'
import { requiredPackages } from './required-packages.js'
import type { TableNames } from './store-location.js'
import { UsageError } from './usage-error.js'

type Database = InstanceType<typeof Libsql>

/** Where a database of SQLite is, and what people call that. */
interface Place {
  readonly file: string
  readonly where: string
  readonly logKey: string
  /** The option that names another place. */
  readonly option: string
}

/**
 * Opens the database of SQLite in a directory, which is created if missing. Several processes can have it open.
 *
 * @param own what tables are called of one that is scimkit's own, or to become it; undefined: it is a service's.
 * @throws UsageError when the directory cannot be used, or holds something else.
 */
export async function openSqliteIn(directory: string, own: TableNames | undefined): Promise<OpenDatabase> {
  const Database = await load()
  if (own) await prepareDirectory(directory, fileNames.sqlite)
  const [file, logKey] = [join(directory, fileNames.sqlite), join(directory, fileNames.logKey)]
  return open(Database, { file, where: directory, logKey, option: '--data' }, own)
}

/** The same in a file of any name. @throws UsageError also where it is missing and not to be created. */
export async function openSqliteFile(file: string, own: TableNames | undefined): Promise<OpenDatabase> {
  const Database = await load()
  if (own) prepareFolderOf(file)
  else if (!existsSync(file)) throw new UsageError(`there is no file ${file}; scimkit serve creates it`)
  return open(Database, { file, where: file, logKey: `${file}.${fileNames.logKey}`, option: '--store' }, own)
}

async function load() {
  const { default: Database } = await optional(requiredPackages.sqlite, () => import('libsql'))
  await optional(requiredPackages.sqlite, () => import('../stores/kysely/tables/open.js'))
  return Database
}

function open(
  Database: typeof Libsql,
  { file, where, logKey, option }: Place,
  own: TableNames | undefined,
): OpenDatabase {
  const failure = (error: unknown) => cannotBeOpened(where, error, adviceOn(error, option))
  let sqlite: Database | undefined
  try {
    // Personal data: readable by its owner only. The journals beside it are as it is.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    for (const path of [dirname(file), file]) accessSync(path, constants.W_OK)
    sqlite = new Database(file, { timeout: 5000 })
    const opened = sqlite
    if (own) makeOwn(opened, own, file, option)
    return {
      database: { sqlite: opened },
      where,
      logSecret: () => logKeyIn(logKey),
      failure,
      async close() {
        if (opened.open) opened.close()
      },
    }
  } catch (error) {
    sqlite?.close()
    throw error instanceof UsageError ? error : failure(error)
  }
}

/** Nothing is written to a database that has tables, but not those of scimkit. @throws UsageError */
function makeOwn(sqlite: Database, { prefix = 'scim_' }: TableNames, file: string, option: string): void {
  const names = sqlite
    .prepare('select name from sqlite_schema')
    .all()
    .map((row) => (row as { readonly name: unknown }).name)
  if (names.length > 0 && !names.includes(`${prefix}migrations`)) {
    const another = option === '--data' ? 'an empty directory' : 'another file'
    throw new UsageError(`${file} is a database of another program; choose ${another} with ${option}`)
  }
  // Readers and the writer do not wait for each other; what is acknowledged is on the disk.
  sqlite.exec('pragma journal_mode = wal')
  sqlite.exec('pragma synchronous = full')
}

/** By the result codes of SQLite, and those of the file system. */
const advice: readonly (readonly [code: RegExp, advice: (option: string) => string])[] = [
  [/^(?:SQLITE_FULL|ENOSPC)/, () => 'make room on its disk, and start again'],
  [
    /^SQLITE_BUSY/,
    (option) => `another process has locked it: end that, or choose another place with ${option}`,
  ],
  [
    /^(?:SQLITE_READONLY|SQLITE_CANTOPEN|EROFS|EACCES)/,
    (option) => `choose a place with ${option} that can be written to`,
  ],
]

function adviceOn(error: unknown, option: string): string | undefined {
  const { code } = error as NodeJS.ErrnoException
  // The driver has no code where a file cannot be opened at all.
  const known = code ?? (error instanceof Error && /: 14\b/.test(error.message) ? 'SQLITE_CANTOPEN' : '')
  return advice.find(([codes]) => codes.test(known))?.[1](option)
}
