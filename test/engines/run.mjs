// Runs the suites of stores on PGlite, which is PostgreSQL with one connection in the process of its host.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const tests = join(root, 'test')

/** Suites that are the same on every database take them from a list. */
const takesAny = /\b(?:describe\.each\((?:databases|allDatabases|storeKinds)\)|allDatabases\.map)/

const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
  .map((name) => join(tests, name))
  .filter((file) => takesAny.test(readFileSync(file, 'utf8')))
  .map((file) => relative(root, file))

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', '--reporter=dot', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TEST_ENGINE: 'PGlite' },
})
process.exitCode = status ?? 1
