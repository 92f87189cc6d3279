// Prints "N passed, N failed" from the JSON reports of test runs. A test file that did not even load has no tests to
// count, so it counts as one failure itself, and so does a report that cannot be read.
import { readFileSync } from 'node:fs'

let [passed, failed] = [0, 0]
for (const file of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const broken = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    )
    passed += report.numPassedTests
    failed += report.numFailedTests + broken.length
  } catch {
    failed += 1
  }
}

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
