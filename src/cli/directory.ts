import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

/** The files of a data directory, whichever database is in it. */
export const fileNames = {
  sqlite: 'scim.db',
  pglite: 'pglite',
  /** A database of PGlite while it is being created. */
  unfinishedPglite: 'pglite.new',
  lock: 'lock',
  ignore: '.gitignore',
  logKey: 'log.key',
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
    const { unfinishedPglite, lock, ignore, logKey } = fileNames
    const harmless: readonly string[] = [unfinishedPglite, lock, ignore, logKey]
    if (!found.includes(database) && found.some((name) => !harmless.includes(name))) {
      throw new UsageError(`${directory} holds something else; choose an empty directory with --data`)
    }
    await begin()
    if (!found.includes(fileNames.ignore)) writeIgnore(join(directory, fileNames.ignore))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw cannotBeUsed(directory, error)
  }
}

/** Creates the directory that a file of a database is in, if it is missing. @throws UsageError */
export function prepareFolderOf(file: string): void {
  const directory = dirname(file)
  try {
    makeDirectory(directory)
  } catch (error) {
    throw cannotBeUsed(directory, error)
  }
}

function cannotBeUsed(directory: string, error: unknown): UsageError {
  return new UsageError(`the data directory ${directory} cannot be used: ${reasonOf(error)}`, {
    cause: error,
  })
}

/** The key of a log, which a file has: made once, whichever of several processes comes first. */
export function logKeyIn(file: string): string {
  if (!existsSync(file)) {
    const whole = `${file}.${process.pid}`
    writeFileSync(whole, randomBytes(32).toString('base64url'), { mode: 0o600 })
    try {
      // Under its name only when it is whole, and never in place of another.
      linkSync(whole, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(whole)
    }
  }
  return readFileSync(file, 'utf8')
}

/** Whether a directory has a database. */
export function holdsDatabase(directory: string): boolean {
  return holdsPglite(directory) || existsSync(join(directory, fileNames.sqlite))
}

/** `advice`: what the person at the command line can do. */
export function cannotBeOpened(
  where: string,
  error: unknown,
  advice = 'move it away to begin anew',
): UsageError {
  return new UsageError(`the data in ${where} cannot be opened (${reasonOf(error)}); ${advice}`, {
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
