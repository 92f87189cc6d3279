import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * Builds dist once before the tests when it is missing or older than its sources: the command line, the
 * examples and the package entry points are tested the way a user gets them, as built files. It does not
 * empty dist first, so that two test runs side by side do not pull the files from under each other.
 */
export default function setup(): void {
  if (oldestOutput() > newestInput()) return
  const build = spawnSync(
    process.execPath,
    [join(root, 'node_modules/tsup/dist/cli-default.js'), '--no-clean'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  if (build.status !== 0) throw new Error(`The build failed:\n${build.stdout}\n${build.stderr}`)
}

function newestInput(): number {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
    join('src', file),
  )
  return Math.max(...['package.json', 'tsconfig.json', 'tsup.config.ts', ...sources].map(modified))
}

/** Zero when anything that package.json points at is missing. */
function oldestOutput(): number {
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Math.min(...targets([bin, exports]).map(modified))
}

function targets(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('dist/') ? [value] : []
  return Object.values(value as object).flatMap(targets)
}

function modified(file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
