// What a process has used so far, read from Linux's /proc. On other systems the
// columns that need it stay empty.
import { readFileSync } from 'node:fs'

/** Clock ticks per second; 100 on every Linux that Node runs on. */
const TICKS = 100

/** @returns {number | undefined} resident memory in MB */
export function residentMegabytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}

/** @returns {number | undefined} user and system time in seconds, all threads */
export function cpuSeconds(pid) {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the command in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
