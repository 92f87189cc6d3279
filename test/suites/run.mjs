// Runs the suites that take long, then those of stores on PGlite, which is PostgreSQL with one connection in the process
// of its host, and those of SQLite by its other drivers. Where TEST_REPORTS names a folder, each run leaves its report there.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
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

/** The package `node` fetches one of these in an install script; naming it directly needs no script. */
const nodeBinary = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const drivers = { 'better-sqlite3': '12.11.1', node22: `npm:${nodeBinary}@22.23.3` }

/** Installs the drivers, of which better-sqlite3 is compiled: that takes two minutes, once. */
function installDrivers() {
  const folder = join(root, 'node_modules/.cache/scimkit-drivers')
  const manifest = JSON.stringify({ private: true, dependencies: drivers })
  const modules = join(folder, 'node_modules')
  const mark = join(folder, '.installed')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === manifest) return modules
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), manifest)
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('The drivers of SQLite cannot be installed')
  writeFileSync(mark, manifest)
  return modules
}

/** The contract, equivalence, a host's tables, the outbox, two processes over one file, and kill -9. */
const ofSqlite = [
  'test/stores/contract.test.ts',
  'test/stores/kysely/search/equivalence.test.ts',
  'test/stores/kysely/guest',
  'test/stores/kysely/rows',
  'test/stores/kysely/outbox/outbox.test.ts',
  'test/stress/processes.test.ts',
  'test/stress/killed.test.ts',
]
const modules = installDrivers()
const node22 = join(modules, 'node22/bin')
const sqlite = ['--testNamePattern', 'SQLite', ...ofSqlite]

const runs = [
  { name: 'long', args: ['--project', 'matrix'] },
  {
    name: 'PGlite',
    args: ['--project', '!matrix', '--testNamePattern', 'PGlite', ...ofStores()],
    env: { TEST_ENGINE: 'PGlite' },
  },
  { name: 'better-sqlite3', args: sqlite, env: { TEST_SQLITE: join(modules, 'better-sqlite3') } },
  {
    name: 'node:sqlite',
    node: join(node22, 'node'),
    args: sqlite,
    // Programs of the tests are run by the same Node.
    env: { TEST_SQLITE: 'node:sqlite', PATH: `${node22}${delimiter}${process.env.PATH}` },
  },
]

const reports = process.env.TEST_REPORTS
for (const { name, node = process.execPath, args, env } of runs) {
  console.log(`\n-- ${name}`)
  const reporters = ['--reporter=dot']
  if (reports)
    reporters.push('--reporter=json', `--outputFile.json=${join(reports, `${name.replace(':', '-')}.json`)}`)
  const { status } = spawnSync(
    node,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  )
  if (status !== 0) process.exitCode = 1
}
