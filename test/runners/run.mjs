// The bindings of the store contract and of the wire suite to Jest, as the guide shows them, run by Jest over the packed
// package; the server is `scimkit serve` of that package. The other runners' bindings run in `npm test`; Jest is no
// development dependency, and is installed from the registry.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAll, fail, root, run } from '../package/gate.mjs'

const jest = '30.5.2'
const folder = mkdtempSync(join(tmpdir(), 'scimkit-runners-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

await checkAll([
  ['installs Jest and the package', install],
  ['runs the store contract in Jest, as the guide binds it', runContract],
  ['runs the wire suite in Jest against a server, as the guide binds it', runWireSuite],
])

function install() {
  run(process.execPath, [join(root, 'scripts/build-if-stale.mjs')])
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [{ filename }] = JSON.parse(packed)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  run('npm', ['install', ...quiet, `jest@${jest}`, `./${filename}`], folder)
}

/** The binding to Jest of a suite, as the guide shows it. */
function bindingOf(suite) {
  const guide = readFileSync(join(root, 'src/testing/README.md'), 'utf8')
  const blocks = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)
  const binding = blocks.find((code) => code.startsWith('// Jest') && code.includes(suite))
  return binding ?? fail(`src/testing/README.md shows no binding of ${suite} for Jest`)
}

function runJest(file, code) {
  mkdirSync(join(folder, 'test'), { recursive: true })
  writeFileSync(join(folder, 'test', file), code)
  const report = join(folder, 'report.json')
  const program = join(folder, 'node_modules/jest/bin/jest.js')
  run(process.execPath, [program, '--ci', '--json', `--outputFile=${report}`, `test/${file}`], folder)
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  console.log(`      ${numPassedTests} tests passed`)
  if (numPassedTests < 50 || numFailedTests > 0) fail(`${numPassedTests} passed, ${numFailedTests} failed`)
}

function runContract() {
  runJest('contract.test.js', bindingOf('storeContract'))
}

async function runWireSuite() {
  const program = join(folder, 'node_modules/scimkit/dist/cli/main.js')
  const args = ['serve', '--port', '0', '--store', 'memory', '--token', 'secret']
  const server = spawn(process.execPath, [program, ...args], { cwd: folder })
  try {
    const url = await new Promise((resolve, reject) => {
      let output = ''
      const read = (part) => {
        output += part
        const [found] = /http:\/\/[^\s"]+\/scim\/v2/.exec(output) ?? []
        if (found) resolve(found)
      }
      server.stdout.on('data', read)
      server.stderr.on('data', read)
      server.on('exit', () => reject(new Error(`scimkit serve has ended: ${output}`)))
    })
    runJest('wire.test.js', bindingOf('wireSuite').replace('http://localhost:4004/scim/v2', url))
  } finally {
    server.kill()
  }
}
