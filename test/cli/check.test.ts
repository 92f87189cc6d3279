import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { postgres } from '../stores/kysely/databases.js'
import { root, start } from './program.js'

// Beside the sources, so that the packages that a module names are found.
const folder = mkdtempSync(join(root, 'test/.check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cli = join(root, 'dist/cli/main.js')

let count = 0
/** A module of a host's. */
function moduleOf(code: string, extension = 'mjs'): string {
  const file = join(folder, `module-${++count}.${extension}`)
  writeFileSync(file, code)
  return file
}

const imports = `import { createScim, memoryStore } from ${JSON.stringify(join(root, 'dist/index.js'))}\n`
const finding = (severity: string) =>
  JSON.stringify({
    code: `some-${severity}`,
    severity,
    message: 'something is wrong',
    where: 'mapping of userName',
    why: 'It matters',
    fix: 'select 1;',
  })
const usersWith = (...findings: string[]) =>
  `{ ...memoryStore(), check: async () => [${findings.join(', ')}] }`
const scimWith = (...findings: string[]) =>
  `createScim({ authenticate: () => undefined, users: ${usersWith(...findings)} })`

async function run(args: readonly string[], node: readonly string[] = []) {
  await using program = start(['node', ...node, cli, 'check', ...args], { cwd: folder })
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

test('says nothing but that there is nothing, and exits with 0', async () => {
  const file = moduleOf(`${imports}export const scim = ${scimWith()}`)
  expect(await run([file])).toEqual({ code: 0, out: '0 errors, 0 warnings\n', err: '' })
})

test('exits with 0 for warnings and with 1 for errors, and says what mends them', async () => {
  const text = (severity: string) =>
    `${severity} some-${severity}\n  users: mapping of userName: something is wrong\n  why: It matters\n  fix: select 1;\n`
  const warned = await run([moduleOf(`${imports}export default ${scimWith(finding('warning'))}`)])
  expect(warned).toEqual({ code: 0, out: `${text('warning')}\n0 errors, 1 warning\n`, err: '' })
  const failed = await run([
    moduleOf(`${imports}export const scim = ${scimWith(finding('error'), finding('warning'))}`),
  ])
  expect(failed).toEqual({
    code: 1,
    out: `${text('error')}\n${text('warning')}\n1 error, 1 warning\n`,
    err: '',
  })
})

test('--json gives the findings as data', async () => {
  const file = moduleOf(`${imports}export const scim = ${scimWith(finding('error'))}`)
  const { code, out } = await run(['--json', file])
  expect([code, JSON.parse(out)]).toEqual([
    1,
    [{ ...JSON.parse(finding('error')), where: 'users: mapping of userName' }],
  ])
})

test('takes what a module exports: a service under any name, or stores', async () => {
  const exported = [
    `export const service = ${scimWith(finding('error'))}`,
    `export const users = ${usersWith(finding('error'))}\nexport const groups = memoryStore()`,
    `export default { users: ${usersWith(finding('error'))} }`,
    `export const stores = { users: ${usersWith(finding('error'))} }`,
  ]
  for (const code of exported) expect((await run([moduleOf(imports + code)])).code).toBe(1)
  const several = moduleOf(
    `${imports}export const scim = ${scimWith()}\nexport const other = ${scimWith(finding('error'))}`,
  )
  expect((await run([several])).code).toBe(0)
  expect((await run([several, '--export', 'other'])).code).toBe(1)
})

test('reads TypeScript where Node.js does', async () => {
  const file = moduleOf(
    `${imports}const severity: string = 'x'\nexport const scim = ${scimWith(finding('error'))}`,
    'ts',
  )
  const plain = await run([file])
  if (plain.code !== 1) {
    expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('node --import tsx')])
  }
  const { code, out } = await run([file], ['--import', import.meta.resolve('tsx')])
  expect([code, out]).toEqual([1, expect.stringContaining('error some-error')])
})

test('exits with 2, and a line that says why, where it cannot tell', async () => {
  const away = `{ ...memoryStore(), check: async () => { throw new Error('connect ECONNREFUSED') } }`
  for (const [args, said] of [
    [[], 'name one module'],
    [['a.js', 'b.js'], 'name one module'],
    [['--colour', 'a.js'], '--colour'],
    [['nowhere.js'], 'cannot be imported'],
    [[moduleOf('throw new Error("no configuration")')], 'cannot be imported: no configuration'],
    [[moduleOf('export const port = 3000')], 'exports no service'],
    [[moduleOf('export const port = 3000'), '--export', 'port'], '"port"'],
    [[moduleOf(`${imports}export const users = { get() {} }`)], 'has no method "list"'],
    [[moduleOf(`${imports}export const users = ${away}`)], 'cannot be checked: connect ECONNREFUSED'],
  ] as const) {
    const { code, out, err } = await run(args)
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(/^scimkit: .+\n$/)])
    expect(err).toContain(said)
  }
})

test('ends, though the module has left a pool open', async () => {
  const database = await postgres()
  try {
    await sql
      .raw(
        'create table people (id uuid primary key, org text not null, login text not null, created timestamptz not null, modified timestamptz not null)',
      )
      .execute(database.db)
    const file = moduleOf(`${imports}
import pg from 'pg'
import { kyselyStore, mapUser } from ${JSON.stringify(join(root, 'dist/stores/kysely.js'))}
const db = new pg.Pool({ connectionString: ${JSON.stringify(database.url)} })
const mapping = mapUser()({ userName: 'login' })
export const users = kyselyStore({ db, table: 'people', mapping, tenant: 'org', created: 'created', lastModified: 'changed' })
`)
    const { code, out, err } = await run([file])
    expect(err).toBe('')
    expect(code).toBe(1)
    expect(out).toContain(
      'error missing-column\n  users: option lastModified: the table "people" has no column "changed"\n',
    )
    expect(out).toContain(
      '  fix: create unique index concurrently "people_org_login_scim" on "people" ("org", lower("login"));\n',
    )
    expect(out).toMatch(/\n1 error, 3 warnings\n$/)
  } finally {
    await database.close()
  }
})
