// What the package checks share: running a command, and printing one line per check.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Runs a command and returns what it printed to stdout; throws with everything it printed when it fails. */
export function run(command, args, cwd = root) {
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (child.error) throw child.error
  if (child.status !== 0) throw new Error([child.stdout, child.stderr].join('\n').trim())
  return child.stdout
}

/** Runs a script of a package that is installed in this repository. */
export function runBin(name, args, cwd = root) {
  return run(join(root, 'node_modules/.bin', name), args, cwd)
}

export function fail(message) {
  throw new Error(message)
}

/** Runs the checks in order and exits with 1 when one of them failed. */
export async function checkAll(checks) {
  for (const [name, check] of checks) {
    try {
      await check()
      console.log(`ok    ${name}`)
    } catch (error) {
      process.exitCode = 1
      console.log(`FAIL  ${name}\n${String(error.message).replace(/^/gm, '      ')}`)
    }
  }
}
