import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { UsageError } from './options.js'

/** How long somebody who is about to end has for it, in milliseconds. */
const patience = 2500

/**
 * Makes a file that says that this process uses what is beside it, until it ends. The file of a process that has died
 * is taken over.
 *
 * @throws UsageError when another process is alive, and stays so.
 */
export async function lock(file: string): Promise<void> {
  const end = performance.now() + patience
  while (!make(file)) {
    const holder = read(file)
    if (!isAlive(holder)) takeAway(file, holder)
    else if (performance.now() < end) await setTimeout(50)
    else throw inUse(file, holder)
  }
  process.once('exit', () => rmSync(file, { force: true }))
}

function make(file: string): boolean {
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

/** Of several processes that find the same dead holder, none takes away the file that another has made since. */
function takeAway(file: string, holder: number | undefined): void {
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
