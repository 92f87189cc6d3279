// Checks package.json and the list of files against each other and against what module resolvers expect.
import { checkAll, fail, run, runBin } from './gate.mjs'

const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']

await checkAll([
  ['publint --strict', () => runBin('publint', ['--strict'])],
  ['attw --pack . --profile node16', () => runBin('attw', ['--pack', '.', '--profile', 'node16'])],
  [
    'the tarball holds dist, package.json and the documents, nothing else',
    () => {
      const [{ files }] = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']))
      const paths = files.map((file) => file.path)
      const missing = documents.filter((name) => !paths.includes(name))
      const foreign = paths.filter((path) => !documents.includes(path) && !path.startsWith('dist/'))
      if (missing.length > 0) fail(`missing: ${missing.join(', ')}`)
      if (foreign.length > 0) fail(`should not be there: ${foreign.join(', ')}`)
    },
  ],
])
