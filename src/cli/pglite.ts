import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenDatabase } from './database.js'
import { cannotBeOpened, fileNames, logKeyIn, prepareDirectory } from './directory.js'
import { lock } from './lock.js'
import { optional } from './optional.js'
import { requiredPackages } from './required-packages.js'

/**
 * Opens the database of PGlite in a directory, which is created if missing, for this process alone.
 *
 * @throws UsageError when the directory cannot be used, is in use, or holds something else.
 */
export async function openPglite(directory: string): Promise<OpenDatabase> {
  const { PGlite } = await optional(requiredPackages.pglite, () => import('@electric-sql/pglite'))
  await optional(requiredPackages.pglite, () => import('../stores/kysely/tables/open.js'))
  await prepareDirectory(directory, fileNames.pglite, () => lock(join(directory, fileNames.lock)))
  const database = join(directory, fileNames.pglite)
  const failure = (error: unknown) => cannotBeOpened(directory, error)
  try {
    if (!existsSync(database)) {
      // Under another name until it is whole, so that a half-made database is never opened.
      const unfinished = join(directory, fileNames.unfinishedPglite)
      rmSync(unfinished, { recursive: true, force: true })
      await (await PGlite.create(unfinished)).close()
      renameSync(unfinished, database)
    }
    const pglite = await PGlite.create(database)
    return {
      database: { pglite },
      where: directory,
      logSecret: () => logKeyIn(join(directory, fileNames.logKey)),
      failure,
      close: async () => {
        if (!pglite.closed) await pglite.close()
      },
    }
  } catch (error) {
    throw failure(error)
  }
}
