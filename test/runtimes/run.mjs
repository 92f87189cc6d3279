// Installs each runtime that the library supports, runs the packed package through one smoke flow in it, and prints
// a table. Everything comes from the npm registry, as binaries inside packages: no install script has to run.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { smokeFlow } from './flow.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const cache = join(root, 'node_modules/.cache/scimkit-runtimes')
const app = join(cache, 'app')

/** The package `node` fetches one of these in an install script; naming it directly needs no script. */
const nodeBinary = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const packages = {
  node20: `npm:${nodeBinary}@20.20.2`,
  node22: `npm:${nodeBinary}@22.23.3`,
  node24: `npm:${nodeBinary}@24.21.0`,
  bun: '1.4.5',
  deno: '2.9.6',
  workerd: '1.20261117.1',
}

const nodeFlags = { flags: [], version: ['--version'] }
const runtimes = [
  { name: 'Node.js 20', binary: ['node20/bin/node'], ...nodeFlags },
  { name: 'Node.js 22', binary: ['node22/bin/node'], ...nodeFlags },
  { name: 'Node.js 24', binary: ['node24/bin/node'], ...nodeFlags },
  { name: 'Bun', binary: ['@oven', /^bun-/, 'bin/bun'], flags: ['run'], version: ['--version'] },
  {
    name: 'Deno',
    binary: ['@deno', /./, 'deno'],
    flags: ['run', '--no-config', '--node-modules-dir=manual', '--allow-env', '--allow-net=127.0.0.1'],
    version: ['--version'],
  },
  { name: 'workerd', binary: ['@cloudflare', /^workerd-/, 'bin/workerd'], version: ['--version'] },
]

/** Runs a command to its end. A failure is an Error with what it printed. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 110_000,
    ...options,
  })
  if (status !== 0) {
    const printed = `${stdout ?? ''}${stderr ?? ''}`.trim()
    throw new Error(`${command} ${args[0]} failed: ${error?.message ?? ''} ${printed}`)
  }
  return stdout
}

/** Installs into a folder what is not there yet; `stamp` says what that is. */
function install(folder, stamp, manifest, what = []) {
  const mark = join(folder, '.installed')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === stamp) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline']
  run('npm', ['install', ...quiet, ...what], { cwd: folder })
  writeFileSync(mark, stamp)
}

function installRuntimes() {
  const folder = join(cache, 'runtimes')
  install(folder, JSON.stringify(packages), { dependencies: packages })
  return join(folder, 'node_modules')
}

/** Packs the package as it would be published and installs it beside the flow. */
function installPackage() {
  run(process.execPath, [join(root, 'scripts/build-if-stale.mjs')])
  mkdirSync(cache, { recursive: true })
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', cache], { cwd: root })
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tarball = join(cache, `${name}-${version}.tgz`)
  const digest = createHash('sha256').update(readFileSync(tarball)).digest('hex')
  install(app, digest, { type: 'module' }, [tarball])
  for (const file of ['flow.mjs', 'in-process.mjs', 'worker.mjs', 'workerd.capnp']) {
    copyFileSync(join(here, file), join(app, file))
  }
}

/** Where a runtime's binary is: strings are taken as they are, a pattern finds the package of this platform. */
function find(modules, parts) {
  return parts.reduce((folder, part) => {
    if (typeof part === 'string') return join(folder, part)
    const name = readdirSync(folder).find((entry) => part.test(entry))
    if (!name) throw new Error(`The registry has no build for ${process.platform} ${process.arch}`)
    return join(folder, name)
  }, modules)
}

function flowInside(binary, flags) {
  const output = run(binary, [...flags, 'in-process.mjs'], { cwd: app, timeout: 30_000 })
  return JSON.parse(output.trim().split('\n').at(-1)).steps
}

/** Bundles the package into a Worker, serves it and drives it over HTTP. */
async function flowInWorkerd(binary) {
  await build({
    entryPoints: [join(app, 'worker.mjs')],
    outfile: join(app, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker'],
    logLevel: 'silent',
  })
  const worker = spawn(binary, ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: app,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  try {
    const port = await new Promise((resolve, reject) => {
      let text = ''
      worker.stdio[3].on('data', (chunk) => {
        text += chunk
        const line = text.split('\n').find((one) => one.includes('"listen"'))
        if (line) resolve(JSON.parse(line).port)
      })
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)))
      setTimeout(reject, 20_000, new Error('workerd did not start')).unref()
    })
    return await smokeFlow(fetch, `http://127.0.0.1:${port}/scim/v2`)
  } finally {
    worker.kill()
  }
}

async function main() {
  const modules = installRuntimes()
  installPackage()
  const rows = []
  for (const { name, binary, flags, version } of runtimes) {
    const start = performance.now()
    const row = { Runtime: name, Version: '', Steps: 0, 'Time (ms)': 0, Result: 'passed' }
    try {
      const path = find(modules, binary)
      row.Version = /\d+(?:[.-]\d+)+/.exec(run(path, version))?.[0] ?? ''
      row.Steps = flags ? flowInside(path, flags) : await flowInWorkerd(path)
    } catch (error) {
      row.Result = 'FAILED'
      console.error(`${name}: ${error.message}\n`)
    }
    row['Time (ms)'] = Math.round(performance.now() - start)
    rows.push(row)
  }
  console.table(rows)
  const failed = rows.filter(({ Result }) => Result !== 'passed').length
  console.log(`${rows.length - failed} passed, ${failed} failed`)
  process.exitCode = failed ? 1 : 0
}

await main()
