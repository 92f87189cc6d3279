// The binding of the store contract to Jest, as the guide shows it, run by Jest over the packed package. The other
// runners' bindings run in `npm test`; Jest is no development dependency, and is installed from the registry.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAll, fail, root, run } from '../package/gate.mjs'

const jest = '30.5.2'
const folder = mkdtempSync(join(tmpdir(), 'scimkit-runners-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

await checkAll([
  ['installs Jest and the package', install],
  ['runs the binding of the guide in Jest', runGuide],
])

function install() {
  run(process.execPath, [join(root, 'scripts/build-if-stale.mjs')])
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [{ filename }] = JSON.parse(packed)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  run('npm', ['install', ...quiet, `jest@${jest}`, `./${filename}`], folder)
}

function runGuide() {
  const guide = readFileSync(join(root, 'src/testing/README.md'), 'utf8')
  const blocks = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)
  const binding = blocks.find((code) => code.startsWith('// Jest'))
  if (!binding) fail('src/testing/README.md shows no binding for Jest')
  mkdirSync(join(folder, 'test'))
  writeFileSync(join(folder, 'test/contract.test.js'), binding)
  const report = join(folder, 'report.json')
  const program = join(folder, 'node_modules/jest/bin/jest.js')
  run(process.execPath, [program, '--ci', '--json', `--outputFile=${report}`], folder)
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  console.log(`      ${numPassedTests} tests passed`)
  if (numPassedTests < 50 || numFailedTests > 0) fail(`${numPassedTests} passed, ${numFailedTests} failed`)
}
