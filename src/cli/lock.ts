import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { UsageError } from './usage-error.js'

/** How long to wait for a process that is about to end, in milliseconds. */
const maxWait = 2500

/**
 * Creates a lock file for the files beside it, until this process ends. The lock of a process that has died is taken over.
 *
 * @throws UsageError when another process is alive, and stays so.
 */
export async function lock(file: string): Promise<void> {
  const end = performance.now() + maxWait
  while (!create(file)) {
    const holder = read(file)
    if (!isAlive(holder)) removeStale(file, holder)
    else if (performance.now() < end) await setTimeout(50)
    else throw inUse(file, holder)
  }
  process.once('exit', () => rmSync(file, { force: true }))
}

function create(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Undefined where nothing can be read: who wrote it died before it was on the disk, or has just removed it. */
function read(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(holder: number | undefined): holder is number {
  // In a container every process may have the same number: the one before this is dead.
  if (holder === undefined || holder === process.pid) return false
  try {
    process.kill(holder, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(holder)
}

/** Whether Linux keeps a process that has ended for a parent that never asks. */
function isZombie(id: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${id}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Of several processes that find the same dead holder, none removes the lock that another has taken since. */
function removeStale(file: string, holder: number | undefined): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const found = read(aside)
  if (found === holder) rmSync(aside)
  else renameSync(aside, file)
}

function inUse(file: string, holder: number): UsageError {
  return new UsageError(
    `the data is in use by process ${holder}; choose another place with --data, or remove ${file} if that process is another program`,
  )
}
