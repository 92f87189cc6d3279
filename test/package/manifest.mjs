// Checks package.json and the list of files against each other and against what module resolvers expect.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { checkAll, fail, root, run, runBin } from './gate.mjs'

const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']

function packedFiles() {
  const [{ files }] = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']))
  return files.map((file) => file.path)
}

await checkAll([
  ['publint --strict', () => runBin('publint', ['--strict'])],
  ['attw --pack . --profile node16', () => runBin('attw', ['--pack', '.', '--profile', 'node16'])],
  [
    'the tarball holds dist, package.json and the documents, nothing else',
    () => {
      const paths = packedFiles()
      const missing = documents.filter((name) => !paths.includes(name))
      const foreign = paths.filter((path) => !documents.includes(path) && !path.startsWith('dist/'))
      if (missing.length > 0) fail(`missing: ${missing.join(', ')}`)
      if (foreign.length > 0) fail(`should not be there: ${foreign.join(', ')}`)
    },
  ],
  [
    'the tarball holds no source map and no path of the machine that built it',
    () => {
      for (const path of packedFiles()) {
        if (path.endsWith('.map')) fail(`${path} is a source map`)
        const text = readFileSync(join(root, path), 'utf8')
        for (const machine of [root, homedir(), 'file:///']) {
          if (text.includes(machine)) fail(`${path} names ${machine}`)
        }
      }
    },
  ],
  [
    'the bill of materials names what is installed and what is in the files, at its version, and nothing else',
    () => {
      run('npm', ['run', '--silent', 'sbom'])
      const { metadata, components } = JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8'))
      if (metadata.component.name !== 'scimkit') fail(`it is about ${metadata.component.name}`)
      const named = components.map(({ name, version }) => `${name}@${version}`)
      const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
      // The portal and the report are pages: what escapes their texts is in the files, with its licence.
      const bundled = ['hono']
      const wanted = [...Object.keys(dependencies), ...bundled].map(
        (name) => `${name}@${packages[`node_modules/${name}`].version}`,
      )
      if (named.sort().join() !== wanted.sort().join()) fail(`named ${named.join(', ')}`)
      const licences = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
      for (const name of bundled) {
        const { version } = packages[`node_modules/${name}`]
        const text = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')
        if (!licences.includes(`${name} ${version}\n\n${text}`)) fail(`there is no licence of ${name}`)
      }
    },
  ],
])
