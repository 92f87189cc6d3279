// What is tested from outside the test runner, in more than one environment: the package, packed and installed as a
// user would, the runtimes that it supports, a test runner that is not one of its own, and suites that take long: programs,
// browsers, and the databases that take the place of PostgreSQL.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const gates = ['package/run.mjs', 'runtimes/run.mjs', 'runners/run.mjs', 'suites/run.mjs']

const failed = gates.filter((gate) => {
  console.log(`\n== test/${gate}`)
  return spawnSync(process.execPath, [join(here, gate)], { stdio: 'inherit' }).status !== 0
})
for (const gate of failed) console.log(`FAILED: test/${gate}`)
process.exitCode = failed.length > 0 ? 1 : 0
