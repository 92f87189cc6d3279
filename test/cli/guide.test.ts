import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root, start } from './program.js'

// Beside the sources, so that the packages that a module names are found.
const folder = mkdtempSync(join(root, 'test/.guide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cli = join(root, 'dist/cli/main.js')

async function run(...args: string[]) {
  await using program = start(['node', cli, 'guide', ...args], { cwd: folder })
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

test('prints the guide of the service that serve has', async () => {
  const { code, out, err } = await run('--idp', 'entra', '--base-url', 'https://acme.example/scim')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  // By the name that customers see in the URL.
  expect(out).toContain('# acme.example configuration guide for Microsoft Entra ID')
  expect(out).toContain('| **Tenant URL** | `https://acme.example/scim` |')
})

test('prints the guide of a module’s service', async () => {
  const file = join(folder, 'scim.mjs')
  writeFileSync(
    file,
    `import { createScim, memoryStore } from ${JSON.stringify(join(root, 'dist/index.js'))}
     export const scim = createScim({ authenticate: () => undefined, users: memoryStore(), baseUrl: 'https://x.example/s' })`,
  )
  const { code, out, err } = await run(
    file,
    '--idp',
    'okta',
    '--name',
    'Acme',
    '--deactivation',
    'terminates',
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('# Acme configuration guide for Okta')
  expect(out).toContain('terminates the user in Acme')
  expect(out).toContain('Untick **Import Groups**')
  expect(out).toContain('`https://x.example/s`')
})

test.each([
  [[], '--name and --base-url'],
  [['--base-url', 'http://127.0.0.1:4004/scim/v2'], '--name'],
  [['--base-url', 'http://localhost/scim/v2'], '--name'],
  [['--name', 'Acme'], '--base-url'],
] as const)('says which options fill the placeholders of %j', async (args, options) => {
  const { code, out, err } = await run('--idp', 'okta', ...args)
  expect({ code, err }).toEqual({
    code: 0,
    err: `scimkit: the guide has placeholders; fill them in with ${options}\n`,
  })
  expect(out).not.toContain('the service accepts')
  expect(out.includes('# YOUR SERVICE configuration guide for Okta')).toBe(options.includes('--name'))
})

test('says what is wrong with its arguments, and exits with 2', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], '--idp must be one of okta, entra, jumpcloud, onelogin, google, ping, other'],
    [['--idp', 'okta', '--locale', 'fr'], '--locale must be en or de'],
    [['--idp', 'okta', '--base-url', 'acme'], '--base-url must begin with https:// or http://'],
    [['--idp', 'okta', './missing.mjs'], './missing.mjs cannot be imported'],
  ]
  for (const [args, message] of cases) {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toContain(`scimkit: ${message}`)
  }
})
