import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { reasonOf } from '../../src/cli/reason.js'
import { root, start } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'scimkit-commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: readonly string[]) {
  await using program = start(['node', join(root, 'dist/cli/main.js'), ...args], { cwd: folder })
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

/** Each command: its options, those with a default, an option mistyped and meant, and what it cannot do without. */
const commands = {
  serve: {
    options: 'port host base-path token seed data store verbose personal-data',
    defaults: 'port host base-path token seed data',
    mistyped: ['--prt', '--port'],
    missing: [['--token'], '--token must be followed by a value'],
    notRun: 1,
  },
  check: {
    options: 'export json',
    defaults: 'export',
    mistyped: ['--exprt', '--export'],
    missing: [[], 'name one module'],
    notRun: 2,
  },
  guide: {
    options: 'idp base-url name support deactivation locale export',
    defaults: 'base-url name deactivation locale export',
    mistyped: ['--base-ul', '--base-url'],
    missing: [[], '--idp must be one of okta, '],
    notRun: 2,
  },
  verify: {
    options: 'as token yes read-only cleanup timeout report json junit',
    defaults: 'as token timeout',
    mistyped: ['--read-olny', '--read-only'],
    missing: [[], 'name one server'],
    notRun: 2,
  },
  token: {
    options: 'data store schema prefix tenant connection name provider expires overlap token-prefix json',
    defaults: 'data schema prefix tenant provider expires overlap token-prefix',
    mistyped: ['--conection', '--connection'],
    missing: [['rotate'], 'name one token by its id'],
    notRun: 2,
  },
  migrate: {
    options: 'store data tables schema prefix',
    defaults: 'tables schema prefix',
    mistyped: ['--tabels', '--tables'],
    missing: [[], '--store must say which database'],
    notRun: 2,
  },
  sql: {
    options: 'dialect tables schema prefix from down',
    defaults: 'tables schema prefix from',
    mistyped: ['--dialct', '--dialect'],
    missing: [[], '--dialect must be postgres or sqlite'],
    notRun: 2,
  },
} as const

describe.each(Object.entries(commands))(
  'scimkit %s',
  (name, { options, defaults, mistyped, missing, notRun }) => {
    const before = name === 'token' ? [name, 'list'] : [name]

    test('--help is its own, with every option, its default, the exit codes and an example', async () => {
      const { code, out, err } = await run(name, '--help')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(new RegExp(`^scimkit ${name} `))
      for (const option of options.split(' ')) expect(out).toContain(`\n  --${option} `)
      for (const option of defaults.split(' '))
        expect(out, option).toMatch(new RegExp(`\n  --${option} (?:(?!\n  --)[^])*\\(?[Dd]efault`))
      expect(out).toContain(' exits with ')
      expect(out).toMatch(new RegExp(`\nExamples?:\n  scimkit ${name} .*\n`))
      for (const other of Object.keys(commands).filter((one) => one !== name))
        expect(out).not.toContain(`\nscimkit ${other} `)
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThan(91)
      expect((await run('help', name)).out).toBe(out)
      expect((await run(...before, '-h')).out).toBe(out)
    })

    test(`${mistyped[0]} is one line that says what was meant and where help is, and exit code ${notRun}`, async () => {
      const [wrong, meant] = mistyped
      const { code, out, err } = await run(...before, `${wrong}=hush-hush`)
      expect({ code, out, err }).toEqual({
        code: notRun,
        out: '',
        err: `scimkit: Unknown option '${wrong}'; did you mean "${meant}"? See scimkit ${name} --help\n`,
      })
    })

    test(`what is missing is named, with the exit code ${notRun}`, async () => {
      const [args, message] = missing
      const { code, out, err } = await run(name, ...args)
      expect({ code, out }).toEqual({ code: notRun, out: '' })
      expect(err).toMatch(/^scimkit: .+\n$/)
      expect(err).toContain(message)
    })

    test('an argument in the wrong place is not repeated where it may be a secret', async () => {
      const url = 'postgres://ada:hush-hush@127.0.0.1:1/scim'
      const args = name === 'token' ? ['new', url] : [url, url]
      const { code, out, err } = await run(name, ...args)
      expect({ code, out }).toEqual({ code: notRun, out: '' })
      expect(err).toMatch(/^scimkit: .+\n$/)
      expect(err).not.toContain('hush')
    })
  },
)

test('--help lists the commands and the exit codes', async () => {
  const { code, out, err } = await run('--help')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const name of Object.keys(commands)) expect(out).toMatch(new RegExp(`\n  ${name} +\\w`))
  expect(out).toContain('Exit codes, of every command:')
  expect((await run('help')).out).toBe(out)
})

test('--version is that of the package', async () => {
  expect(await run('--version')).toEqual({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    err: '',
  })
})

test.each([
  [
    [],
    'a command is missing; the commands are serve, check, guide, verify, token, migrate, sql; see scimkit --help',
  ],
  [['share'], 'there is no command "share"; the commands are serve, '],
  [['sevre', '--port', '1'], 'there is no command "sevre"; did you mean "serve"? The commands are serve, '],
  [['verfy', '--help'], 'there is no command "verfy"; did you mean "verify"?'],
  [['--hlp'], 'there is no command "--hlp"; did you mean "help"?'],
  [['postgres://ada:hush-hush@h/scim'], 'there is no command; the commands are serve, '],
  [
    ['token', 'rotat'],
    'token is followed by new, list, rotate, revoke; did you mean "rotate"? See scimkit token --help',
  ],
  [['guide', '--idp', 'otka'], 'did you mean "okta"?'],
] as const)('scimkit %j is one line, and exit code 2', async (args, message) => {
  const { code, out, err } = await run(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^scimkit: .+\n$/)
  expect(err).toContain(message)
  expect(err).not.toContain('hush')
})

test('what a module says of a URL is shown without its password', async () => {
  const file = join(folder, 'scim.mjs')
  writeFileSync(file, 'throw new Error("cannot connect to postgres://ada:hush/h@ush@db.example/scim")')
  for (const args of [
    ['check', file],
    ['guide', file, '--idp', 'okta'],
  ]) {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(/cannot be imported: cannot connect to postgres:\/\/…@db\.example\/scim\n$/)
  }
  expect(reasonOf(new Error('"mysql://root:p@h/d", http://h/a?b=c@d'))).toBe('"mysql://…@h/d", http://…@d')
  expect(readdirSync(folder)).toEqual(['scim.mjs'])
})
