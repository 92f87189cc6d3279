// Writes dist/sbom.cdx.json, the bill of materials that is published with the package (CycloneDX): what is installed
// with it, at the versions that it was tested with.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const options = [
  '--sbom-format=cyclonedx',
  '--sbom-type=library',
  '--omit=dev',
  '--omit=optional',
  '--omit=peer',
]
const npm = spawnSync('npm', ['sbom', ...options, '--package-lock-only', '--no-workspaces'], {
  cwd: root,
  encoding: 'utf8',
})
if (npm.status !== 0) throw new Error(npm.stderr)
writeFileSync(join(root, 'dist/sbom.cdx.json'), npm.stdout)
