// Builds dist when something that package.json points at is missing or older than the sources:
// node scripts/build-if-stale.mjs [--no-dts]
// It does not empty dist first, so that programs that run from it keep their files; what the build has not written is
// removed afterwards.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const noDeclarations = process.argv.includes('--no-dts')

function newestInput() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const inputs = [
    'package.json',
    'tsconfig.json',
    'tsup.config.ts',
    ...sources.map((file) => join('src', file)),
  ]
  return Math.max(...inputs.map(modified))
}

/** Zero when one is missing. */
function oldestOutput() {
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const outputs = targets([bin, exports]).filter((file) => !(noDeclarations && /\.d\.c?ts$/.test(file)))
  return Math.min(...outputs.map(modified))
}

function targets(value) {
  if (typeof value === 'string') return value.includes('dist/') ? [value] : []
  return Object.values(value).flatMap(targets)
}

function modified(file) {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function build() {
  const start = Date.now()
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
  const flags = ['--no-clean', '--silent', ...(noDeclarations ? ['--no-dts'] : [])]
  const { status } = spawnSync(process.execPath, [tsup, ...flags], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  if (noDeclarations) return
  for (const entry of readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name)
    if (entry.isFile() && statSync(file).mtimeMs < start) rmSync(file)
  }
}

if (oldestOutput() <= newestInput()) build()
