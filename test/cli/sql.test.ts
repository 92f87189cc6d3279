import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, expect, test } from 'vitest'
import { root, start } from './program.js'

const cli = join(root, 'dist/cli/main.js')

const folder = mkdtempSync(join(tmpdir(), 'scimkit-sql-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]) {
  await using program = start(['node', cli, 'sql', ...args])
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

test('prints SQL that a plain driver runs, and what undoes it', async () => {
  const args = [
    '--tables',
    'users, groups,events,log,connections',
    '--dialect',
    'sqlite',
    '--prefix',
    'acme_',
  ]
  const up = await run(...args)
  expect({ ...up, out: '' }).toEqual({ code: 0, out: '', err: '' })
  const database = new Libsql(':memory:')
  const tables = () => database.prepare("select name from sqlite_master where type = 'table'").all()
  database.exec(up.out)
  expect(tables()).toContainEqual({ name: 'acme_users' })
  expect(tables()).toContainEqual({ name: 'acme_request_log' })
  const down = await run(...args, '--down')
  database.exec(down.out)
  expect(tables()).toEqual([{ name: 'sqlite_sequence' }])
  database.close()
})

test('prints what follows a version, or that nothing does', async () => {
  const { out } = await run('--dialect', 'postgres', '--from', '1')
  expect(out).toContain('-- ===== version 2: up =====')
  expect(out).not.toContain('create table')
  const { code, out: none } = await run('--dialect', 'postgres', '--from', '2')
  expect(code).toBe(0)
  expect(none).toContain('-- There is nothing newer than version 2.')
})

test('prints what a service has beside, with the command that uses it', async () => {
  const module = join(folder, 'scim.mjs')
  writeFileSync(
    module,
    `import { attribute, createScim, defineExtension, memoryStore } from ${JSON.stringify(join(root, 'dist/index.js'))}
    const urn = 'urn:example:params:scim:schemas:extension:badge:2.0:User'
    const badge = defineExtension(urn, { number: attribute.string({ uniqueness: 'server' }) })
    export const scim = createScim({
      authenticate: () => undefined, users: memoryStore(), groups: memoryStore(),
      extensions: { User: [badge] }, groupNames: 'any',
    })`,
  )
  const { code, out, err } = await run(module, '--dialect', 'sqlite')
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain("Used by scimTables(db, { groupNames: 'any' }).")
  expect(out).toContain('-- ===== of the service: up =====')
  const database = new Libsql(':memory:')
  database.exec(out)
  const indexes = database
    .prepare(
      "select name from sqlite_master where type = 'index' and tbl_name in ('scim_users', 'scim_groups')",
    )
    .all()
    .map((row) => (row as { name: string }).name)
  expect(indexes).toContain('scim_groups_display_names')
  expect(indexes).not.toContain('scim_groups_display_name')
  expect(indexes.filter((name) => /^scim_users_[\da-f]{8}$/.test(name))).toHaveLength(1)
  database.close()
})

test('says what is wrong with its arguments in a sentence, and exits with 2', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], '--dialect must be postgres or sqlite'],
    [['--dialect', 'oracle'], '--dialect must be postgres or sqlite'],
    [
      ['--dialect', 'postgres', '--tables', 'userz'],
      '--tables must be of users, groups, events, log, connections, walks; there is no "userz"; did you mean "users"?',
    ],
    [
      ['--dialect', 'postgres', '--schema', 'a"; drop table users; --'],
      '--schema must be a name of letters, digits and underscores',
    ],
    [
      ['--dialect', 'postgres', '--from', 'one'],
      '--from must be the version that the database has, such as 1',
    ],
    [['--dialect', 'postgres', '--shema', 'x'], "Unknown option '--shema'"],
    [['--dialect', 'postgres', 'more', 'evenmore'], 'name one module that exports the service'],
    [['--dialect', 'postgres', '--export', 'scim'], 'name one module that exports the service'],
    [['--dialect', 'postgres', './none.js'], './none.js cannot be imported'],
  ]
  for (const [args, message] of cases) {
    const { code, out, err } = await run(...args)
    expect({ code, out }, args.join(' ')).toEqual({ code: 2, out: '' })
    expect(err).toContain(`scimkit: ${message}`)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
})
