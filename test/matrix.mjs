// What is tested from outside the test runner, in more than one environment: the package, packed and installed as a
// user would, the runtimes that it supports, a test runner that is not one of its own, and suites that take long: programs,
// browsers, and the databases that take the place of PostgreSQL.
import { spawn, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
// Two at a time: the first three wait for installations while the suites compute, and the other way round.
const sideBySide = [['package/run.mjs', 'runtimes/run.mjs', 'runners/run.mjs'], ['suites/run.mjs']]

/** Runs a gate, and says what it said when it has ended, so that two do not speak at once. */
function run(gate) {
  return new Promise((resolve) => {
    const said = []
    const child = spawn(process.execPath, [join(here, gate)], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
    child.on('close', (status) => {
      console.log(`\n== test/${gate}\n${Buffer.concat(said)}`)
      resolve(status === 0 ? [] : [gate])
    })
  })
}

async function runInOrder(gates) {
  const failed = []
  for (const gate of gates) failed.push(...(await run(gate)))
  return failed
}

// Once for both: each looks whether the package is built.
const built = spawnSync(process.execPath, [join(here, '../scripts/build-if-stale.mjs')], { stdio: 'inherit' })
if (built.status !== 0) process.exit(1)

const failed = (await Promise.all(sideBySide.map(runInOrder))).flat()
for (const gate of failed) console.log(`FAILED: test/${gate}`)
process.exitCode = failed.length > 0 ? 1 : 0
