// Writes dist/sbom.cdx.json, the bill of materials that is published with the package (CycloneDX): what is installed
// with it, at the versions that it was tested with, and what is a part of its own files. The licences of the latter
// ask for their text wherever the code goes: dist/THIRD-PARTY-LICENSES.txt has them.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

const { name, version, description, license, ...manifestOf } = readJson('package.json')
const bundled = bundledPackages()
const dependencies = {
  ...manifestOf.dependencies,
  ...Object.fromEntries(bundled.map((one) => [one, manifestOf.devDependencies[one]])),
}
const manifest = { name, version, description, license, dependencies }
const locked = readJson('package-lock.json').packages

/** The packages whose code the build has put into files of dist, where it says so in a line of its own. */
function bundledPackages() {
  const dist = join(root, 'dist')
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.c?js$/.test(file),
  )
  const found = files.flatMap((file) => [
    ...readFileSync(join(dist, file), 'utf8').matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm),
  ])
  return [...new Set(found.map(([, one]) => one))].sort()
}

/** The packages that a user installs, as the lock file has them. */
function closure(names, found = {}) {
  for (const dependency of names) {
    const path = `node_modules/${dependency}`
    if (found[path]) continue
    found[path] = locked[path]
    closure(Object.keys(locked[path].dependencies ?? {}), found)
  }
  return found
}

// npm lists what the workspaces need as well, so it is asked about this package alone, in a folder of its name.
const temporary = mkdtempSync(join(tmpdir(), 'sbom-'))
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
const folder = join(temporary, name)
mkdirSync(folder)
const packages = { '': manifest, ...closure(Object.keys(dependencies)) }
writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
writeFileSync(
  join(folder, 'package-lock.json'),
  JSON.stringify({ name, version, lockfileVersion: 3, packages }),
)
const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library', '--package-lock-only']
const npm = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' })
if (npm.status !== 0) throw new Error(npm.stderr)
writeFileSync(join(root, 'dist/sbom.cdx.json'), npm.stdout)

const licences = bundled.map(
  (one) =>
    `${one} ${locked[`node_modules/${one}`].version}\n\n${readFileSync(join(root, 'node_modules', one, 'LICENSE'), 'utf8')}`,
)
writeFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), licences.join('\n\n'))
