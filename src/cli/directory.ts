import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf } from './optional.js'
import { UsageError } from './options.js'

/** The files of a data directory, whichever database is in it. */
export const fileNames = {
  sqlite: 'scim.db',
  pglite: 'pglite',
  /** A database of PGlite while it is being created. */
  unfinishedPglite: 'pglite.new',
  lock: 'lock',
  ignore: '.gitignore',
} as const

/** Whether a directory has a database of PGlite, as every one of an earlier version does. */
export function holdsPglite(directory: string): boolean {
  return existsSync(join(directory, fileNames.pglite))
}

/**
 * Creates a directory for a database if it is missing.
 *
 * @param database the name of the database in it.
 * @param begin runs when the directory is there and before anything is in it.
 * @throws UsageError when the directory cannot be used, or holds something else.
 */
export async function prepareDirectory(
  directory: string,
  database: string,
  begin: () => Promise<void> = async () => {},
): Promise<void> {
  try {
    makeDirectory(directory)
    const found = readdirSync(directory)
    const harmless: readonly string[] = [fileNames.unfinishedPglite, fileNames.lock, fileNames.ignore]
    if (!found.includes(database) && found.some((name) => !harmless.includes(name))) {
      throw new UsageError(`${directory} holds something else; choose an empty directory with --data`)
    }
    await begin()
    if (!found.includes(fileNames.ignore)) writeIgnore(join(directory, fileNames.ignore))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`the data directory ${directory} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** `advice`: what the person at the command line can do. */
export function cannotBeOpened(
  directory: string,
  error: unknown,
  advice = 'move it away to begin anew',
): UsageError {
  return new UsageError(`the data in ${directory} cannot be opened (${reasonOf(error)}); ${advice}`, {
    cause: error,
  })
}

/** Whole or not at all: what is there is never written again. */
function writeIgnore(path: string): void {
  try {
    writeFileSync(path, '*\n')
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

/** Not with Node's own recursion, which goes on for ever below `/proc`. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  // Personal data: readable by its owner only.
  mkdirSync(path, { mode: 0o700 })
}
