import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type Libsql from 'libsql'
import type { Data } from './data.js'
import { cannotBeOpened, fileNames, logKeyIn, prepareDirectory } from './directory.js'
import { optional } from './optional.js'
import { UsageError } from './options.js'

const requiredPackages = 'kysely libsql'

/**
 * Opens the database of SQLite in a directory, which is created if missing. Several processes can have it open.
 *
 * @throws UsageError when the directory cannot be used, or holds something else.
 */
export async function openSqlite(directory: string): Promise<Data> {
  const { default: Database } = await optional(requiredPackages, () => import('libsql'))
  const { openTables } = await optional(requiredPackages, () => import('../stores/kysely/tables/open.js'))
  await prepareDirectory(directory, fileNames.sqlite)
  const file = join(directory, fileNames.sqlite)
  let sqlite: InstanceType<typeof Libsql> | undefined
  try {
    // Personal data: readable by its owner only. The journals beside it are as it is.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    for (const path of [directory, file]) accessSync(path, constants.W_OK)
    sqlite = new Database(file, { timeout: 5000 })
    assertOwn(sqlite, file)
    // Readers and the writer do not wait for each other; what is acknowledged is on the disk.
    sqlite.exec('pragma journal_mode = wal')
    sqlite.exec('pragma synchronous = full')
    const { close, ...tables } = await openTables({ sqlite })
    const opened = sqlite
    return {
      where: directory,
      logSecret: () => logKeyIn(directory),
      ...tables,
      async close() {
        await close()
        opened.close()
      },
    }
  } catch (error) {
    sqlite?.close()
    if (error instanceof UsageError) throw error
    throw cannotBeOpened(directory, error, adviceOn(error))
  }
}

/** Nothing is written to a database that has tables, but not those of scimkit. @throws UsageError */
function assertOwn(sqlite: InstanceType<typeof Libsql>, file: string): void {
  const names = sqlite
    .prepare('select name from sqlite_schema')
    .all()
    .map((row) => (row as { readonly name: unknown }).name)
  if (names.length > 0 && !names.includes('scim_migrations'))
    throw new UsageError(`${file} is a database of another program; choose an empty directory with --data`)
}

/** By the result codes of SQLite, and those of the file system. */
const advice: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^(?:SQLITE_FULL|ENOSPC)/, 'make room on its disk, and start again'],
  [/^SQLITE_BUSY/, 'another process has locked it: end that, or choose another place with --data'],
  [/^(?:SQLITE_READONLY|SQLITE_CANTOPEN|EROFS|EACCES)/, 'choose a place with --data that can be written to'],
]

function adviceOn(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException
  // The driver has no code where a file cannot be opened at all.
  const known = code ?? (error instanceof Error && /: 14\b/.test(error.message) ? 'SQLITE_CANTOPEN' : '')
  return advice.find(([codes]) => codes.test(known))?.[1]
}
