// Writes dist/sbom.cdx.json, the bill of materials that is published with the package (CycloneDX): what is installed
// with it, at the versions that it was tested with.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

const { name, version, description, license, dependencies } = readJson('package.json')
const manifest = { name, version, description, license, dependencies }
const locked = readJson('package-lock.json').packages

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
