// The checks of the package as it would be published.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, run } from './gate.mjs'

run(process.execPath, [join(root, 'scripts/build-if-stale.mjs')])

for (const script of ['manifest.mjs', 'install.mjs']) {
  const child = spawnSync(process.execPath, [join(root, 'test/package', script)], {
    cwd: root,
    stdio: 'inherit',
  })
  if (child.status !== 0) process.exitCode = 1
}
