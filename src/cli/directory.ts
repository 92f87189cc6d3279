import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Data } from './data.js'
import { lock } from './lock.js'
import { optional, reasonOf } from './optional.js'
import { UsageError } from './options.js'

const requiredPackages = 'kysely @electric-sql/pglite'
/** The files of a data directory: the database, that database while it is being created, and the lock. */
const fileNames = {
  database: 'pglite',
  unfinished: 'pglite.new',
  lock: 'lock',
  ignore: '.gitignore',
} as const

/**
 * Opens the database in a directory, which is created if missing.
 *
 * @throws UsageError when the directory cannot be used, is in use, or holds something else.
 */
export async function openDirectory(directory: string): Promise<Data> {
  const { PGlite } = await optional(requiredPackages, () => import('@electric-sql/pglite'))
  const { openTables } = await optional(requiredPackages, () => import('../stores/kysely/tables/open.js'))
  await prepare(directory)
  const database = join(directory, fileNames.database)
  try {
    if (!existsSync(database)) {
      // Under another name until it is whole, so that a half-made database is never opened.
      const unfinished = join(directory, fileNames.unfinished)
      rmSync(unfinished, { recursive: true, force: true })
      await (await PGlite.create(unfinished)).close()
      renameSync(unfinished, database)
    }
    return { where: directory, ...(await openTables({ pglite: await PGlite.create(database) })) }
  } catch (error) {
    throw new UsageError(
      `the data in ${directory} cannot be opened (${reasonOf(error)}); move it away to begin anew`,
      { cause: error },
    )
  }
}

/** Creates the directory if missing, and locks it for this process. */
async function prepare(directory: string): Promise<void> {
  try {
    makeDirectory(directory)
    const found = readdirSync(directory)
    const own: readonly string[] = Object.values(fileNames)
    if (!found.includes(fileNames.database) && found.some((name) => !own.includes(name))) {
      throw new UsageError(`${directory} holds something else; choose an empty directory with --data`)
    }
    await lock(join(directory, fileNames.lock))
    writeFileSync(join(directory, fileNames.ignore), '*\n')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`the data directory ${directory} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** Not with Node's own recursion, which goes on for ever below `/proc`. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  // Personal data: readable by its owner only.
  mkdirSync(path, { mode: 0o700 })
}
