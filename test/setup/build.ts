import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = join(import.meta.dirname, '../../scripts/build-if-stale.mjs')

/** The command line, the examples and the package are tested the way a user gets them: as built files. */
export async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [script])
}
