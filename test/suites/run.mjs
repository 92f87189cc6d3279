// Runs the suites that take long, and then those of stores on PGlite, which is PostgreSQL with one connection in the
// process of its host. Where TEST_REPORTS names a folder, each run leaves its report there.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const tests = join(root, 'test')

/** Suites that are the same on every database take them from a list. */
const takesAny = /\b(?:describe\.each\((?:databases|allDatabases|storeKinds)\)|allDatabases\.map)/

function ofStores() {
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(tests, name))
    .filter((file) => takesAny.test(readFileSync(file, 'utf8')))
    .map((file) => relative(root, file))
}

const runs = [
  { name: 'long', args: ['--project', 'matrix'] },
  { name: 'PGlite', args: ['--project', '!matrix', ...ofStores()], env: { TEST_ENGINE: 'PGlite' } },
]

const reports = process.env.TEST_REPORTS
for (const { name, args, env } of runs) {
  console.log(`\n-- ${name}`)
  const reporters = ['--reporter=dot']
  if (reports) reporters.push('--reporter=json', `--outputFile.json=${join(reports, `${name}.json`)}`)
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  )
  if (status !== 0) process.exitCode = 1
}
