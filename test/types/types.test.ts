import { spawnSync } from 'node:child_process'
import { join, sep } from 'node:path'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { snippets } from '../snippets.js'
import './write-snippets.js'

// The sources, the tests and the README's snippets are one program, which is checked once and remembered: what has not
// changed is not checked again, here or by `npm run typecheck`. The assertions about types are in *.test-d.ts files:
// they hold when they compile.

const root = join(import.meta.dirname, '../..')
const ofReadme = join('test/types/.readme', sep)

let errors: readonly string[]
beforeAll(() => {
  const tsc = join(root, 'node_modules/typescript-native/bin/tsc')
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [tsc, '-p', 'test/types', '--pretty', 'false'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  // Each error begins a line, and goes on in indented ones.
  errors = (stdout + stderr).split(/\n(?=\S)/).filter((text) => text.trim() !== '')
  expect(errors.length > 0).toBe(status !== 0)
}, 400_000)

test('sources, tests and type assertions compile without errors', () => {
  expect(errors.filter((error) => !error.startsWith(ofReadme))).toEqual([])
})

describe('the README', () => {
  it('has snippets that compile', () => {
    expect(errors.filter((error) => error.startsWith(ofReadme))).toEqual([])
    expect(snippets.length).toBeGreaterThanOrEqual(6)
  })
})
