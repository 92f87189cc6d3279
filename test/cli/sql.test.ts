import { join } from 'node:path'
import Libsql from 'libsql'
import { expect, test } from 'vitest'
import { root, start } from './program.js'

const cli = join(root, 'dist/cli/main.js')

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
    [['--dialect', 'postgres', 'more'], 'Unexpected argument'],
  ]
  for (const [args, message] of cases) {
    const { code, out, err } = await run(...args)
    expect({ code, out }, args.join(' ')).toEqual({ code: 2, out: '' })
    expect(err).toContain(`scimkit: ${message}`)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
})
