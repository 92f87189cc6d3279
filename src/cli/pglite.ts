import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Data } from './data.js'
import { cannotBeOpened, fileNames, logKeyIn, prepareDirectory } from './directory.js'
import { lock } from './lock.js'
import { optional } from './optional.js'

const requiredPackages = 'kysely @electric-sql/pglite'

/**
 * Opens the database of PGlite in a directory, which is created if missing, for this process alone.
 *
 * @throws UsageError when the directory cannot be used, is in use, or holds something else.
 */
export async function openPglite(directory: string): Promise<Data> {
  const { PGlite } = await optional(requiredPackages, () => import('@electric-sql/pglite'))
  const { openTables } = await optional(requiredPackages, () => import('../stores/kysely/tables/open.js'))
  await prepareDirectory(directory, fileNames.pglite, () => lock(join(directory, fileNames.lock)))
  const database = join(directory, fileNames.pglite)
  try {
    if (!existsSync(database)) {
      // Under another name until it is whole, so that a half-made database is never opened.
      const unfinished = join(directory, fileNames.unfinishedPglite)
      rmSync(unfinished, { recursive: true, force: true })
      await (await PGlite.create(unfinished)).close()
      renameSync(unfinished, database)
    }
    const tables = await openTables({ pglite: await PGlite.create(database) })
    return { where: directory, logSecret: () => logKeyIn(directory), ...tables }
  } catch (error) {
    throw cannotBeOpened(directory, error)
  }
}
