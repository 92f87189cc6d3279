import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../src/adapters/node.js'
import {
  bearerTokens,
  createScim,
  type Group,
  memoryStore,
  type User,
  type UserStore,
} from '../../src/index.js'
import { storeContract } from '../../src/testing/index.js'
import { listen } from '../adapters/hosts.js'
import { snippets } from '../snippets.js'

const root = join(import.meta.dirname, '../..')
// Beside the sources, so that the packages that a snippet names are found.
const folder = join(import.meta.dirname, '.readme')
mkdirSync(folder, { recursive: true })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the store of five methods in the README', () => {
  writeFileSync(join(folder, 'store.ts'), snippets.find((code) => code.includes('employeeStore')) ?? '')
  const make = async () => {
    const { employeeStore } = (await import(join(folder, 'store.ts'))) as { employeeStore: UserStore }
    return employeeStore
  }
  for (const { name, run } of storeContract(make)) it(name, run)
})

describe('the bindings of the guide', () => {
  const guide = readFileSync(join(root, 'src/testing/README.md'), 'utf8')
  const blocks = [...guide.matchAll(/```[jt]s\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
  const bindingOf = (suite: string, runner: string) =>
    blocks.find((code) => code.startsWith(`// ${runner}\n`) && code.includes(suite)) ?? ''
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:VITEST|NODE_TEST|NODE_OPTIONS|FORCE_COLOR)/.test(name),
    ),
  )
  const execute = async (...args: readonly string[]) =>
    (await promisify(execFile)(process.execPath, args, { env: { ...env, NO_COLOR: '1' } })).stdout
  const inNode = (name: string, code: string) => {
    writeFileSync(join(folder, name), code)
    return execute('--test', '--test-reporter=tap', join(folder, name))
  }
  const inVitest = (name: string, code: string) => {
    writeFileSync(join(folder, name), code)
    // Else the configuration of the project, which is above, would be used.
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}')
    return execute(join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, name)
  }

  it('run the store contract in node:test', async () => {
    const output = await inNode('node.mjs', bindingOf('storeContract', 'node:test'))
    expect(output).toMatch(/# fail 0/)
    expect(output).toContain('the history of one resource')
  })

  it('run the store contract in vitest', async () => {
    expect(await inVitest('bound.test.ts', bindingOf('storeContract', 'vitest'))).toMatch(
      /Tests {2}\d+ passed/,
    )
  })

  it('run the wire suite in node:test and in vitest', async () => {
    const scim = createScim({
      authenticate: bearerTokens([{ token: 'secret', tenant: 'acme' }]),
      users: memoryStore<User>(),
      groups: memoryStore<Group>(),
    })
    await using host = await listen(nodeHandler(scim, { basePath: '/scim/v2' }))
    const code = (runner: string) => bindingOf('wireSuite', runner).replace('http://localhost:4004', host.url)
    const output = await inNode('wire.mjs', code('node:test'))
    expect(output).toMatch(/# fail 0/)
    expect(Number(/# pass (\d+)/.exec(output)?.[1])).toBeGreaterThan(100)
    const passed = /Tests {2}(\d+) passed/.exec(await inVitest('wire.test.ts', code('vitest')))?.[1]
    expect(Number(passed)).toBeGreaterThan(100)
  })
})
