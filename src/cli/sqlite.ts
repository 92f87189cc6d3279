import { join } from 'node:path'
import type { Data } from './data.js'
import { cannotBeOpened, fileNames, prepareDirectory } from './directory.js'
import { optional } from './optional.js'

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
  try {
    const sqlite = new Database(join(directory, fileNames.sqlite), { timeout: 5000 })
    // Readers and the writer do not wait for each other; what is acknowledged is on the disk.
    sqlite.exec('pragma journal_mode = wal')
    sqlite.exec('pragma synchronous = full')
    const { close, ...tables } = await openTables({ sqlite })
    return {
      where: directory,
      ...tables,
      async close() {
        await close()
        sqlite.close()
      },
    }
  } catch (error) {
    throw cannotBeOpened(directory, error)
  }
}
