import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { postgres } from '../../stores/kysely/databases.js'
import { freePort, node, root, served, start } from '../program.js'

// The command against the command: what `scimkit serve` serves from each engine holds for Okta.

const cli = join(root, 'dist/cli/main.js')
const token = 'a-secret-token'

/** A folder of the test's own. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), 'verify-engines-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

async function verified(store: readonly string[], cwd: string) {
  await using server = start([...node, cli, 'serve', '--port', String(await freePort()), ...store], {
    cwd,
    env: { SCIM_TOKEN: token },
  })
  const url = await served(server)
  await using program = start([process.execPath, cli, 'verify', url, '--as', 'okta', '--yes'], {
    env: { SCIM_TOKEN: token },
  })
  return { code: await program.ended, out: program.out() }
}

describe('scimkit serve is verified as Okta would', { timeout: 120_000 }, () => {
  const holds = { code: 0, out: expect.stringContaining('All that is required holds.') }

  test('on SQLite', async () => {
    using place = folder()
    expect(await verified(['--data', place.path], place.path)).toMatchObject(holds)
  })

  test('on PGlite', async () => {
    using place = folder()
    const data = join(place.path, 'data')
    expect(await verified(['--store', `pglite:${data}`], place.path)).toMatchObject(holds)
  })

  test('on PostgreSQL', async () => {
    using place = folder()
    const { url = '', close } = await postgres()
    try {
      expect(await verified(['--store', url], place.path)).toMatchObject(holds)
    } finally {
      await close()
    }
  })
})
