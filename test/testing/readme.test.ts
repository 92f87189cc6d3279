import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { UserStore } from '../../src/index.js'
import { storeContract } from '../../src/testing/index.js'
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
  const code = (language: string) =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? ''
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:VITEST|NODE_TEST|NODE_OPTIONS|FORCE_COLOR)/.test(name),
    ),
  )

  it('run in node:test', () => {
    writeFileSync(join(folder, 'node.mjs'), code('js'))
    const output = execFileSync(
      process.execPath,
      ['--test', '--test-reporter=tap', join(folder, 'node.mjs')],
      { encoding: 'utf8', env: clean },
    )
    expect(output).toMatch(/# fail 0/)
    expect(output).toContain('the history of one resource')
  })

  it('run in vitest', () => {
    writeFileSync(join(folder, 'bound.test.ts'), code('ts'))
    // Else the configuration of the project, which is above, would be used.
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}')
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const output = execFileSync(process.execPath, [vitest, 'run', '--root', folder], {
      encoding: 'utf8',
      env: { ...clean, NO_COLOR: '1' },
    })
    expect(output).toMatch(/Tests {2}\d+ passed/)
  })
})
